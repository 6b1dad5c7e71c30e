package io.crossgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossgate.app.report.Findings;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.Incident;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario, recorded afresh on real routers and firewalls; what {@code crossgate scan} finds in the captures is held against the firewalls' own logs and
 * counters, and against what the clients experienced.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabTest {
    /** A recording mostly waits. */
    private static final int AT_ONCE = 4;

    @TempDir
    static Path folder;

    private final Map<Scenario, Recorded> recordings = new LinkedHashMap<>();

    @BeforeAll
    void recordAll() throws Exception {
        String missing = Tools.missing();
        if (!missing.isEmpty()) {
            System.out.println("LabTest is skipped: " + missing);
        }
        assumeTrue(missing.isEmpty(), "skipped: " + missing);
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            Map<Scenario, Future<?>> running = new LinkedHashMap<>();
            for (Scenario scenario : Scenarios.ALL) {
                running.put(scenario, pool.submit(() -> new Recorder(scenario, folder.resolve(scenario.name())).record()));
            }
            for (Map.Entry<Scenario, Future<?>> one : running.entrySet()) {
                one.getValue().get();
                recordings.put(one.getKey(), new Recorded(one.getKey(), folder.resolve(one.getKey().name())));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    Stream<Recorded> all() {
        return recordings.values().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theFirewallsCounterAndLogAgreeAndNoCaptureMissedAPacket(Recorded recorded) {
        assertThat(recorded.logged()).hasSize((int) recorded.counted());
        assertThat(recorded.meta.get("missedByCapture")).allMatch(missed -> missed.intValue() == 0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void connectionsFailExactlyWhereTheStoryHasThemFail(Recorded recorded) throws Exception {
        boolean fault = recorded.scenario.expected().incidents() > 0;
        assertThat(recorded.failed().isEmpty()).isEqualTo(!fault);
        assertThat(recorded.experiences()).allMatch(e -> e.ok() || !e.phase().startsWith("before"));
        assertThat(recorded.experiences()).allMatch(e -> e.ok() || !e.phase().contains("other network"));
        assertThat(recorded.meta.get("pings").get("answered")).isEqualTo(recorded.meta.get("pings").get("sent"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theDropsAreThoseThatTheFirewallsLoggedPacketByPacket(Recorded recorded) {
        Scan scan = recorded.scan();
        if (recorded.scenario.gateways().stream().anyMatch(gateway -> gateway.keeping() == Keeping.LOG_ONLY)) {
            assertThat(recorded.logged()).isNotEmpty();
            assertThat(scan.findings().drops()).isEmpty();
            assertThat(scan.counters().invalidForwardedAt).containsEntry("gwa", recorded.counted());
            return;
        }
        System.out.println("Lab: " + recorded + ": " + scan.findings().drops().size() + " drops found, " + recorded.logged().size() + " logged");
        assertThat(scan.findings().drops()).map(Recorded::packet).containsExactlyInAnyOrderElementsOf(recorded.logged());
        boolean bothSides = recorded.scenario.gateways().stream().allMatch(Gateway::wan);
        assertThat(scan.findings().drops()).allMatch(drop -> drop.evidence() == (bothSides ? Evidence.NOT_FORWARDED : Evidence.PREDICTED));
        assertThat(scan.counters().invalidUndecided).isZero();
    }

    @ParameterizedTest
    @MethodSource("all")
    void throughKafkaTheSameIsFound(Recorded recorded) throws Exception {
        Findings found = recorded.run();
        Findings scanned = recorded.scan().findings();
        assertThat(found.drops()).isEqualTo(scanned.drops());
        assertThat(found.orphans()).isEqualTo(scanned.orphans());
        assertThat(found.incidents()).isEqualTo(scanned.incidents());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyFailedConnectionIsExplained(Recorded recorded) throws Exception {
        Scan scan = recorded.scan();
        String orphansAt = recorded.scenario.expected().orphansAt();
        List<Integer> ports = new ArrayList<>(recorded.failed().stream().map(Experience::clientPort).toList());
        if (orphansAt.isEmpty()) {
            assertThat(scan.findings().drops()).extracting(drop -> drop.source().port()).containsAll(ports);
            assertThat(scan.findings().orphans()).isEmpty();
            return;
        }
        if (ports.isEmpty()) {
            assertThat(scan.findings().orphans()).hasSameSizeAs(recorded.logged());
        } else {
            assertThat(scan.findings().orphans()).extracting(orphan -> orphan.destination().port()).containsExactlyInAnyOrderElementsOf(ports);
        }
        assertThat(scan.findings().orphans()).extracting(OrphanedSynAck::gateway).containsOnly(orphansAt);
        assertThat(scan.findings().orphans()).allMatch(orphan -> orphan.verdict() == Verdict.ASYMMETRIC && orphan.pairing() == Pairing.CERTIFIED);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFaultMakesAnIncidentAndNothingElseDoes(Recorded recorded) {
        Expected expected = recorded.scenario.expected();
        List<Incident> incidents = recorded.scan().findings().incidents();
        assertThat(incidents).hasSize(expected.incidents());
        assertThat(incidents).allMatch(incident -> incident.cause().name().equals(expected.cause()));
    }
}
