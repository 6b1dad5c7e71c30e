package io.crossgate.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Findings of a flood: bounded, and the same in whatever order they come. */
class FindingsTest {
    private static final Endpoint CLIENT = new Endpoint(0, 1, 40_000);
    private static final Endpoint SERVER = new Endpoint(0, 2, 443);

    private static OrphanedSynAck orphan(int number, int revision, Verdict verdict) {
        return new OrphanedSynAck("o" + number, revision, revision == 2, number / 3, "gwa", "wan", "1:x", SERVER, CLIENT, 1, 2, 0x12, verdict, BlindReason.NONE, "",
                Pairing.NONE, List.of(), revision, revision > 0);
    }

    private static InvalidDrop drop(int number) {
        return new InvalidDrop("d" + number, number, number, "gwa", "wan", "1:x", 6, SERVER, CLIENT, 1, 2, 0x12, -1, -1, "INVALID_NEW_SYN_ACK", "NONE",
                Evidence.NOT_FORWARDED);
    }

    @Property(tries = 200)
    void theEarliestAreKeptAndTheOthersCountedInWhateverOrderTheyCome(@ForAll Random random, @ForAll @IntRange(min = 1, max = 40) int room,
            @ForAll @IntRange(max = 60) int events) {
        List<List<OrphanedSynAck>> waiting = new ArrayList<>(); // of each event, its revisions in order
        for (int i = 0; i < events; i++) {
            List<OrphanedSynAck> revisions = new ArrayList<>();
            for (int r = 0; r <= random.nextInt(3); r++) {
                revisions.add(orphan(i, r, Verdict.ASYMMETRIC));
            }
            waiting.add(revisions);
        }
        List<OrphanedSynAck> expected = waiting.stream().map(revisions -> revisions.get(revisions.size() - 1))
                .sorted((a, b) -> a.time() != b.time() ? Long.compare(a.time(), b.time()) : a.id().compareTo(b.id())).limit(room).toList();
        Findings findings = new Findings(room);
        while (!waiting.isEmpty()) {
            List<OrphanedSynAck> of = waiting.get(random.nextInt(waiting.size()));
            findings.add(of.remove(0));
            waiting.removeIf(List::isEmpty);
        }
        assertThat(findings.orphans()).isEqualTo(expected);
        assertThat(findings.orphanCount()).isEqualTo(events);
        assertThat(findings.orphansLeftOut()).isEqualTo(Math.max(0, events - room));
    }

    @Test
    void aFloodThatNothingAnswersDisplacesNothingElse() {
        Findings findings = new Findings(3);
        for (int i = 0; i < 100; i++) {
            findings.add(orphan(i, 0, Verdict.UNSOLICITED));
            findings.add(drop(i), true);
        }
        findings.add(orphan(1_000, 0, Verdict.ASYMMETRIC));
        findings.add(drop(1_000));
        assertThat(findings.orphans()).hasSize(4).contains(orphan(1_000, 0, Verdict.ASYMMETRIC), orphan(0, 0, Verdict.UNSOLICITED));
        assertThat(findings.drops()).hasSize(4).contains(drop(1_000), drop(2));
        assertThat(findings.orphanCount()).isEqualTo(101);
        assertThat(findings.dropCount()).isEqualTo(101);
        assertThat(findings.dropsLeftOut()).isEqualTo(97);
    }
}
