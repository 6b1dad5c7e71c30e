package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncidentMemoryTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Incident> told = new ArrayList<>();
    private final IncidentDetector detector = new IncidentDetector(DetectSettings.defaults(), 1, told::add);
    private long time;

    private void tell(int server, String clients, boolean split) {
        time += SECOND / 10;
        Tally tally = new Tally(time, Tally.Key.ofHandshakes(split, new Endpoint(0, server, 443), clients, split ? "gwb" : "gwa", "gwa",
                time / TallyBook.BUCKET, time / TallyBook.BUCKET));
        tally.count = 1;
        tally.firstSyn = tally.firstSynAck = tally.lastTime = time;
        detector.accept(0, tally);
        detector.watermark(0, time);
        detector.advance();
    }

    private Set<Integer> remembered() {
        Set<Integer> servers = new HashSet<>();
        detector.writeChanges((key, value) -> {
            if (key[0] == 'S' && value != null) {
                servers.add((int) StateIo.read(Arrays.copyOfRange(key, 1, key.length), StateIo::readEndpoint).low());
            }
        });
        return servers;
    }

    @Test
    void ofTooManyServicesTheLongestUnusedAreForgottenButNotOneWithAnOpenIncident() {
        tell(1, "10.0.0.0/24", true);
        for (int server = 2; server <= 100_000; server++) {
            time -= SECOND / 10; // all within the incident gap
            tell(server, "10.0.0.0/24", false);
        }
        tell(2, "10.0.0.0/24", false);
        tell(100_001, "10.0.0.0/24", false);
        tell(100_002, "10.0.0.0/24", false);
        assertThat(detector.evicted()).isEqualTo(2);
        assertThat(remembered()).hasSize(100_000).contains(1, 2, 5, 100_002).doesNotContain(3, 4);
    }

    @Test
    void ofTooManyClientPrefixesOfAServiceTheLatestStay() {
        for (int prefix = 0; prefix <= 1_000; prefix++) {
            tell(1, "10." + prefix / 250 + "." + prefix % 250 + ".0/24", false);
        }
        assertThat(detector.evicted()).isEqualTo(200);
        tell(1, "10.0.0.0/24", true);
        tell(1, "10.4.0.0/24", true);
        // The first prefix was forgotten: it begins anew; the last is remembered.
        assertThat(told).extracting(Incident::clients).containsExactly("10.0.0.0/24", "10.4.0.0/24");
        assertThat(told).extracting(incident -> incident.handshakes() + incident.handshakesBefore()).containsExactly(1L, 2L);
    }
}
