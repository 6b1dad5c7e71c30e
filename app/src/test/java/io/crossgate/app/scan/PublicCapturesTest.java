package io.crossgate.app.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.decode.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Scans every capture that other projects' tests use. They are no part of this project; {@code -Dcrossgate.captures=FOLDER} names the folder that holds them.
 * Captures with a fault, and those of which not as many packets are read as their index counts, are listed with the reason in {@code public-captures.tsv}.
 */
@Tag("captures")
class PublicCapturesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DetectSettings SETTINGS = DetectSettings.defaults().withFirewalls(Set.of("gw"));
    private static final String CAPTURES = System.getProperty("crossgate.captures", "");
    private static final int FILES = 768;
    private static final int WITH_A_FAULT = 7;

    /** What a scan gave. */
    private record Scanned(String file, long indexed, List<PointAccount> accounts, List<String> faults, Scan scan) {
        long packets() {
            return accounts.stream().mapToLong(PointAccount::packets).sum();
        }

        /** What the list says of it: whatever is not "read whole, as many packets as the index counts". */
        String peculiarity() {
            return file + "\t" + indexed + "\t" + packets() + "\t" + (faults.isEmpty() ? "" : faults.get(0));
        }

        boolean isPeculiar() {
            return indexed != packets() || !faults.isEmpty();
        }
    }

    private static final List<Scanned> SCANNED = new ArrayList<>();

    @BeforeAll
    static void scanAll() throws IOException {
        if (CAPTURES.isEmpty()) {
            return;
        }
        Path folder = Path.of(CAPTURES, "public");
        List<String> lines = Files.readAllLines(folder.resolve("INDEX.tsv"));
        List<String> names = Arrays.asList(lines.get(0).split("\t", -1));
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split("\t", -1);
            String file = values[names.indexOf("path")];
            long packets = Long.parseLong(values[names.indexOf("packets")]);
            SCANNED.add(assertTimeoutPreemptively(PATIENCE, () -> scan(folder, file, packets), file));
        }
    }

    /** Not before all: so each test is counted as skipped, with the reason. */
    @BeforeEach
    void haveCaptures() {
        Assumptions.assumeFalse(CAPTURES.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
    }

    private static Scanned scan(Path folder, String file, long packets) {
        Scan scan = new Scan(SETTINGS);
        Path path = folder.resolve(file);
        CaptureRun run = new CaptureRun(List.of(new CaptureInput("gw", "any", List.of(path))), scan, (read, total, n) -> {});
        try {
            run.run();
        } catch (RuntimeException e) {
            throw new AssertionError(file, e);
        }
        return new Scanned(file, packets, run.accounts(), run.faults().stream().map(fault -> fault.replace(path + ": ", "")).toList(), scan);
    }

    @Test
    void everyCaptureIsScanned() {
        assertThat(SCANNED).hasSize(FILES);
        assertThat(SCANNED.stream().filter(s -> !s.faults().isEmpty())).as("captures with a fault").hasSize(WITH_A_FAULT);
    }

    @Test
    void asManyPacketsAreReadAsTheIndexCountsOrTheListExplains() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(PublicCapturesTest.class.getResourceAsStream("public-captures.tsv"),
                StandardCharsets.UTF_8))) {
            for (String line : in.lines().filter(l -> !l.startsWith("#")).toList()) {
                String[] values = line.split("\t", -1);
                assertThat(values).as(line).hasSize(5);
                assertThat(values[4]).as("why, of " + values[0]).isNotBlank();
                assertThat(listed.put(values[0], String.join("\t", Arrays.copyOf(values, 4)))).as(values[0] + " is listed once").isNull();
            }
        }
        assertThat(SCANNED.stream().filter(Scanned::isPeculiar).map(Scanned::peculiarity))
                .as("file, packets by the index, packets read, fault").containsExactlyInAnyOrderElementsOf(listed.values());
    }

    @Test
    void aFileHasOneFaultAtMostAndItIsOneLine() {
        assertThat(SCANNED).allSatisfy(s -> {
            assertThat(s.faults()).as(s.file()).hasSizeLessThanOrEqualTo(1);
            assertThat(s.faults()).as(s.file()).noneMatch(fault -> fault.isBlank() || fault.contains("\n") || fault.contains("Exception"));
        });
    }

    @Test
    void everyPacketHasOneOutcomeAndEveryDecodedHeaderIsTaken() {
        assertThat(SCANNED).allSatisfy(s -> {
            long decoded = 0;
            for (PointAccount point : s.accounts()) {
                assertThat(point.packets()).as(s.file()).isEqualTo(point.outcomes().values().stream().mapToLong(n -> n).sum());
                decoded += point.count(Outcome.TCP) + point.count(Outcome.ICMP);
            }
            assertThat(s.scan().counters().headers).as(s.file()).isEqualTo(decoded);
            assertThat(s.scan().counters().late).as(s.file()).isZero();
            assertThat(s.scan().counters().evictedFlows).as(s.file()).isZero();
        });
    }

    /** Of what nobody captured nothing may be claimed: with one gateway there is no other at which a SYN could have been seen. */
    @Test
    void oneGatewayAloneNeverShowsAsymmetricRouting() {
        assertThat(SCANNED).allSatisfy(s -> {
            Findings findings = s.scan().findings();
            assertThat(findings.orphans()).as(s.file()).allSatisfy(o -> assertThat(o.synSeenAt()).isEmpty());
        });
    }
}
