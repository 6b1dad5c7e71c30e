package io.crossgate.app.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.decode.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Flow records of every capture that {@code -Dcrossgate.captures=FOLDER} holds: no packet is lost from the account, and none is counted twice. */
@Tag("captures")
class FlowRecordCapturesTest {
    private static final String CAPTURES = System.getProperty("crossgate.captures", "");

    @Test
    void everyTcpPacketThatEnteredIsCountedInOneRecordAndEveryRecordEnds() throws IOException {
        Assumptions.assumeFalse(CAPTURES.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
        Path folder = Path.of(CAPTURES, "public");
        List<String> lines = Files.readAllLines(folder.resolve("INDEX.tsv"));
        int path = Arrays.asList(lines.get(0).split("\t", -1)).indexOf("path");
        int compared = 0;
        for (String line : lines.subList(1, lines.size())) {
            String file = line.split("\t", -1)[path];
            Scan scan = new Scan(DetectSettings.defaults().withFirewalls(Set.of("gw")).withFlowRecords(FlowRecordSettings.OFF.made()));
            CaptureRun run = new CaptureRun(List.of(new CaptureInput("gw", "any", List.of(folder.resolve(file)))), scan, (read, total, n) -> {});
            run.run();
            List<FlowSummary> flows = scan.findings().flows();
            assertThat(flows).as(file).allSatisfy(flow -> {
                assertThat(flow.last()).isTrue();
                assertThat(flow.end()).isGreaterThanOrEqualTo(flow.start());
            });
            long tcp = count(run, Outcome.TCP);
            if (tcp > 0 && count(run, Outcome.ICMP) == 0 && scan.counters().logRecords == 0) {
                long counted = flows.stream().mapToLong(f -> f.origin().packets() + f.response().packets() + f.invalid().getOrDefault("BAD_CHECKSUM", 0L)).sum();
                assertThat(counted).as(file).isEqualTo(tcp - scan.counters().leavingCopies);
                compared++;
            }
        }
        assertThat(compared).as("captures of TCP alone").isGreaterThan(300);
    }

    private static long count(CaptureRun run, Outcome outcome) {
        return run.accounts().stream().mapToLong((PointAccount point) -> point.count(outcome)).sum();
    }
}
