package io.crossgate.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Verdict;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
    private static final List<String> FILES = List.of("gwa-lan.pcap", "gwa-wan.pcap", "gwb-lan.pcap", "gwb-wan.pcap", "truth.json", "orphans.ndjson");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** What {@code crossgate scan --firewall gwa} finds in a workload. */
    private record Scanned(Scan scan, CaptureRun run) {
        static Scanned of(Path workload) {
            Scan scan = new Scan(DetectSettings.defaults().withFirewalls(Set.of("gwa")));
            CaptureRun run = new CaptureRun(Inputs.parse(List.of(workload.toString())), scan, (bytes, total, packets) -> {});
            run.run();
            return new Scanned(scan, run);
        }

        List<OrphanedSynAck> orphans(Verdict verdict) {
            return scan.findings().orphans().stream().filter(o -> o.verdict() == verdict).toList();
        }
    }

    private Path made(String name, String options) {
        Path to = folder.resolve(name);
        String[] arguments = (options + " " + to).split(" ");
        assertThat(Main.run(arguments)).isZero();
        return to;
    }

    private static JsonNode truth(Path workload) throws IOException {
        return JSON.readTree(workload.resolve("truth.json").toFile());
    }

    /** Orphaned handshakes of orphans.ndjson as text, with the drops of each. */
    private static Map<String, Integer> expectedOrphans(Path workload) throws IOException {
        Map<String, Integer> orphans = new TreeMap<>();
        for (String line : Files.readAllLines(workload.resolve("orphans.ndjson"))) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode o = JSON.readTree(line);
            orphans.put(o.get("gateway").asText() + " " + endpoint(o.get("source")) + " " + endpoint(o.get("destination")), o.get("drops").asInt());
        }
        return orphans;
    }

    private static String endpoint(JsonNode e) {
        String ip = e.get("ip").asText();
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + e.get("port").asInt();
    }

    @Test
    void theSameOptionsMakeTheSameBytes() {
        Path one = made("one", "--packets 5k --seed 7 --flood 0.2 --tunnels 0.1");
        Path other = made("other", "--packets 5k --seed 7 --flood 0.2 --tunnels 0.1");

        assertThat(FILES).allSatisfy(file -> assertThat(bytes(one, file)).isEqualTo(bytes(other, file)));
    }

    @Test
    void anotherSeedMakesOtherBytes() {
        assertThat(bytes(made("one", "--packets 5k --seed 7"), "gwa-lan.pcap")).isNotEqualTo(bytes(made("other", "--packets 5k --seed 8"), "gwa-lan.pcap"));
    }

    private static byte[] bytes(Path workload, String file) {
        try {
            return Files.readAllBytes(workload.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--ipv6 1", "--loss 0.1", "--tunnels 0.5 --snap 160", "--icmp 0.3 --asymmetric 0.05"})
    void aScanFindsEveryAsymmetricHandshakeAndNothingElse(String options) throws IOException {
        Path workload = made("workload", ("--packets 20k " + options).strip());
        Scanned found = Scanned.of(workload);
        Map<String, Integer> orphans = found.orphans(Verdict.ASYMMETRIC).stream()
                .collect(Collectors.toMap(o -> o.gateway() + " " + o.source() + " " + o.destination(), o -> 1 + o.retransmissions(), Integer::sum, TreeMap::new));

        assertThat(orphans).isNotEmpty().isEqualTo(expectedOrphans(workload));
        assertThat(found.scan().findings().orphans()).hasSize(orphans.size()).allMatch(OrphanedSynAck::dropped);
        assertThat(found.scan().counters().invalid).isEqualTo(found.scan().counters().invalidDropped).isEqualTo(truth(workload).at("/invalidDrops/asymmetric").asLong());
        assertThat(found.scan().findings().drops()).allMatch(drop -> drop.gateway().equals("gwa") && drop.reason().equals("INVALID_NEW_SYN_ACK"));
    }

    @Test
    void inAFloodEverySynAckThatNothingAskedForIsToldAndTheAsymmetricOnesAreFoundAllTheSame() throws IOException {
        Path workload = made("workload", "--packets 20k --flows 1k --asymmetric 0.02 --flood 0.5");
        JsonNode truth = truth(workload);
        Scanned found = Scanned.of(workload);

        assertThat(truth.at("/orphanedSynAcks/unsolicited").asLong()).isPositive();
        assertThat(found.orphans(Verdict.ASYMMETRIC)).hasSize(expectedOrphans(workload).size());
        assertThat(found.scan().findings().orphans()).hasSize(truth.at("/orphanedSynAcks/unsolicited").asInt() + truth.at("/orphanedSynAcks/asymmetric").asInt());
        assertThat(found.scan().counters().invalidDropped)
                .isEqualTo(truth.at("/invalidDrops/unsolicited").asLong() + truth.at("/invalidDrops/asymmetric").asLong());
    }

    @Test
    void everyFileHoldsWhatTheTruthSaysInOrderOfTimeAndWithGoodChecksums() throws IOException {
        Path workload = made("workload", "--packets 20k --flood 0.1 --icmp 0.1");
        JsonNode truth = truth(workload);
        List<PointAccount> points = Scanned.of(workload).run().accounts();

        assertThat(points).hasSize(4).allSatisfy(point -> {
            assertThat(point.packets()).isEqualTo(truth.at("/files/" + point.gateway() + "-" + point.iface() + ".pcap/packets").asLong());
            assertThat(point.outOfOrder()).isZero();
        });
        assertThat(BadChecksums.in(workload)).isZero();
    }

    @Test
    void aWorkloadIsAboutAsLargeAsAsked() throws IOException {
        JsonNode truth = truth(made("workload", "--packets 200k --flows 20k --at-once 4k"));

        assertThat(truth.get("packets").asLong()).isBetween(190_000L, 210_000L);
        assertThat(truth.at("/flows/total").asLong()).isBetween(20_000L, 20_050L);
        assertThat(truth.at("/flows/mostAtOnce").asLong()).isBetween(3_600L, 4_400L);
    }

    @Test
    void numbersThatDoNotGoTogetherAreUsageErrors() {
        assertThat(List.of("--packets 10k --flows 100k", "--packets 12x", "--ipv6 2", "--asymmetric 0.5")).allSatisfy(options ->
                assertThat(Main.run((options + " " + folder).split(" "))).isEqualTo(2));
        assertThat(folder).isEmptyDirectory();
    }
}
