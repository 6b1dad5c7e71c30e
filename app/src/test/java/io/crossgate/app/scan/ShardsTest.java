package io.crossgate.app.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many threads share the flows, the same is found. */
class ShardsTest {
    private static final Path CAPTURES = Path.of("..", "captures", "maintenance");
    private static final DetectSettings SETTINGS = DetectSettings.defaults().withFirewalls(Set.of("gwa"));

    private static Scan scan(int shards) {
        List<CaptureInput> inputs = new ArrayList<>();
        for (String point : List.of("gwa-lan", "gwa-wan", "gwa-nflog", "gwb-lan", "gwb-wan")) {
            inputs.add(new CaptureInput(point.substring(0, 3), point.substring(4), List.of(CAPTURES.resolve(point + ".pcap"))));
        }
        Scan scan = new Scan(SETTINGS, new Findings(), shards);
        new CaptureRun(inputs, scan, (read, total, packets) -> {}).run();
        return scan;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void manyShardsFindWhatOneFinds(int shards) {
        try (Scan one = scan(1); Scan many = scan(shards)) {
            assertThat(many.findings().orphans()).isEqualTo(one.findings().orphans()).hasSize(68);
            assertThat(many.findings().drops()).isEqualTo(one.findings().drops()).hasSize(340);
            assertThat(many.findings().incidents()).isEqualTo(one.findings().incidents()).hasSize(1);
            assertThat(many.counters()).usingRecursiveComparison().isEqualTo(one.counters());
        }
    }

    @Test
    void whatFailsInAShardFailsTheScan() {
        try (Scan scan = new Scan(SETTINGS, new Findings(), 1)) {
            scan.point(0, "gwa", "lan", false);
            PacketHeader header = new PacketHeader();
            header.clear();
            header.protocol = PacketHeader.TCP;
            header.logged = true;
            header.logPrefix = null; // breaks the promise that it never is
            assertThatThrownBy(() -> {
                scan.header(0, header);
                scan.findings();
            }).isInstanceOf(RuntimeException.class);
        }
    }
}
