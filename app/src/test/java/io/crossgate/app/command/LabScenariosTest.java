package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.app.report.Findings;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Cause;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.decode.Outcome;
import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is found in recordings of real Linux routers and firewalls, held against what the firewalls themselves logged and what the clients experienced. The
 * recording of the founding case is part of the project; {@code -Dcrossgate.captures=FOLDER} names the folder that holds the others.
 */
class LabScenariosTest {
    private static final String SERVER = "203.0.113.50:443";

    @ParameterizedTest
    @ValueSource(strings = {"maintenance", "symmetric", "mirror", "both-stateful", "ecmp-split-v6"})
    void theDropsAreThoseThatTheFirewallLoggedPacketByPacket(String scenario) throws Exception {
        Lab lab = Lab.of(scenario);
        Scan scan = lab.scan(lab.packets());

        // No excuses: in every recording the log began before the first packet and ended after the last.
        assertThat(scan.findings().drops()).map(Lab::packet).containsExactlyInAnyOrderElementsOf(lab.logged());
        assertThat(lab.logged()).hasSize(lab.firewalls().stream().mapToInt(lab::counted).sum());
        assertThat(scan.findings().drops()).allMatch(drop -> drop.evidence() == Evidence.NOT_FORWARDED);
        assertThat(scan.counters().invalidUndecided).as("INVALID, not known whether forwarded").isZero();
        assertThat(scan.counters().late).as("late headers").isZero();
    }

    @Test
    void whatAFirewallCallsInvalidAndForwardsIsNoDrop() throws Exception {
        Lab lab = Lab.of("forwarding");
        assertThat(lab.logged()).hasSize(29).hasSize(lab.counted("gwa"));
        for (List<CaptureInput> inputs : List.of(lab.packets(), lab.inputs())) {
            Scan scan = lab.scan(inputs);
            assertThat(scan.findings().drops()).isEmpty();
            assertThat(scan.findings().incidents()).isEmpty();
            assertThat(scan.counters().invalidForwardedAt).containsEntry("gwa", 29L);
            assertThat(scan.counters().invalidUndecided).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"maintenance, gwb, gwa", "mirror, gwa, gwb", "both-stateful, gwb, gwa", "ecmp-split-v6, gwb, gwa"})
    void everyFailedHandshakeHasOneOrphanedSynAckAndNoOtherHas(String scenario, String synGateway, String synAckGateway) {
        Lab lab = Lab.of(scenario);
        List<OrphanedSynAck> orphans = lab.scan(lab.packets()).findings().orphans();

        assertThat(orphans).hasSize(lab.failed());
        assertThat(orphans).extracting(OrphanedSynAck::communityId).doesNotHaveDuplicates();
        assertThat(orphans).map(o -> handshake(o.destination().toString(), o.ack())).containsExactlyInAnyOrderElementsOf(splitHandshakes(lab));
        assertThat(orphans).allSatisfy(o -> {
            assertThat(o.gateway()).isEqualTo(synAckGateway);
            assertThat(o.verdict()).isEqualTo(Verdict.ASYMMETRIC);
            assertThat(o.pairing()).isEqualTo(Pairing.CERTIFIED);
            assertThat(o.synSeenAt()).extracting(Sighting::gateway).isNotEmpty().containsOnly(synGateway);
            assertThat(o.dropped()).isEqualTo(lab.firewalls().contains(synAckGateway));
            assertThat(o.iface()).isEqualTo("wan");
        });
    }

    @Test
    void aForwardedSynAckIsOrphanedButNotDropped() {
        Lab lab = Lab.of("forwarding");
        List<OrphanedSynAck> orphans = lab.scan(lab.packets()).findings().orphans();
        assertThat(orphans).map(o -> handshake(o.destination().toString(), o.ack())).containsExactlyInAnyOrderElementsOf(splitHandshakes(lab));
        assertThat(orphans).isNotEmpty().allMatch(o -> o.gateway().equals("gwa") && o.verdict() == Verdict.ASYMMETRIC && !o.dropped());
    }

    @Test
    void symmetricRoutingGivesNoEventAtAll() throws Exception {
        Lab lab = Lab.of("symmetric");
        assertThat(Lab.ndjson(lab.scan(lab.packets()).findings())).isEmpty();
        assertThat(Lab.ndjson(lab.scan(lab.inputs()).findings())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "maintenance,   EQUAL_COST_ROUTES,               gwb, gwa, gwa, 10.20.30.0/24",
        "mirror,        RETURN_ROUTE_BYPASSES_FIREWALL,  gwa, gwb, gwa, 10.20.30.0/24",
        "both-stateful, EQUAL_COST_ROUTES,               gwb, gwa, gwa, 10.20.30.0/24",
        "ecmp-split-v6, EQUAL_COST_ROUTES,               gwb, gwa, gwa, fd20:30::/64"})
    void aFaultGivesOneIncidentWithItsGatewaysAndExtent(String scenario, Cause cause, String synGateway, String synAckGateway, String dropGateway,
            String clients) {
        Lab lab = Lab.of(scenario);
        Findings findings = lab.scan(lab.packets()).findings();

        assertThat(findings.incidents()).hasSize(1);
        Incident incident = findings.incidents().get(0);
        assertThat(incident.cause()).isEqualTo(cause);
        assertThat(incident.synGateway()).isEqualTo(synGateway);
        assertThat(incident.synAckGateway()).isEqualTo(synAckGateway);
        assertThat(incident.dropGateway()).isEqualTo(dropGateway);
        assertThat(incident.clients()).isEqualTo(clients);
        assertThat(incident.server()).hasToString(scenario.endsWith("v6") ? "[fd03:113::50]:443" : SERVER);
        Lab.Experience faulty = lab.clients().stream().filter(c -> c.failed() > 0).findFirst().orElseThrow();
        assertThat(incident.failed()).isEqualTo(faulty.failed());
        assertThat(incident.handshakes()).isEqualTo(faulty.ok() + faulty.failed());
        assertThat(incident.failedBefore()).isZero();
        assertThat(incident.drops()).isEqualTo(findings.drops().size());
        assertThat(incident.firstSeen()).isEqualTo(findings.drops().get(0).time());
        assertThat(incident.lastSeen()).isEqualTo(findings.drops().stream().mapToLong(InvalidDrop::time).max().orElseThrow());
        assertThat(incident.evidence()).isEqualTo(Evidence.NOT_FORWARDED);
        assertThat(incident.last()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"symmetric", "forwarding"})
    void whereNothingIsDroppedThereIsNoIncident(String scenario) {
        Lab lab = Lab.of(scenario);
        assertThat(lab.failed()).isZero();
        assertThat(lab.scan(lab.packets()).findings().incidents()).isEmpty();
    }

    @Test
    void theFoundingCaseIsDiagnosedInFull() {
        Lab lab = Lab.of("maintenance");
        Incident incident = lab.scan(lab.packets()).findings().incidents().get(0);

        assertThat(lab.clients()).containsExactly(new Lab.Experience(150, 0), new Lab.Experience(50, 0), new Lab.Experience(82, 68), new Lab.Experience(50, 0));
        assertThat(incident.failed()).isEqualTo(68);
        assertThat(incident.handshakes()).isEqualTo(150);
        assertThat(incident.failedBefore()).isZero();
        assertThat(incident.handshakesBefore()).isEqualTo(150);
        assertThat(incident.unaffected()).containsExactly(new Incident.Unaffected("10.20.40.0/24", 100));
        assertThat(incident.pingRequests()).isEqualTo(10);
        assertThat(incident.pingReplies()).isEqualTo(10);
        assertThat(incident.pingAnswered()).isTrue();
        assertThat(incident.cause()).isEqualTo(Cause.EQUAL_COST_ROUTES);
        assertThat(String.join("\n", incident.remedy()))
                .contains("ip route add 203.0.113.50/32", "ip rule add from 10.20.30.0/24 to 203.0.113.50/32", "gwa", "gwb", "Do not accept INVALID")
                .containsPattern("ip route get 203\\.0\\.113\\.50 from 10\\.20\\.30\\.\\d+`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maintenance", "symmetric", "mirror", "both-stateful", "ecmp-split-v6"})
    void theFirewallsLogChangesTheEvidenceAndNothingElse(String scenario) throws Exception {
        Lab lab = Lab.of(scenario);
        Findings without = lab.scan(lab.packets()).findings();
        Findings with = lab.scan(lab.inputs()).findings();

        assertThat(with.drops()).map(Lab::packet).containsExactlyInAnyOrderElementsOf(lab.logged());
        assertThat(with.drops()).map(Lab::packet).containsExactlyInAnyOrderElementsOf(without.drops().stream().map(Lab::packet).toList());
        assertThat(with.drops()).allMatch(drop -> drop.evidence() == Evidence.LOGGED);
        assertThat(with.orphans()).map(LabScenariosTest::judgement).containsExactlyInAnyOrderElementsOf(judgements(without));
        assertThat(with.incidents()).map(LabScenariosTest::diagnosis).containsExactlyElementsOf(diagnoses(without));
        assertThat(with.incidents()).allMatch(incident -> incident.evidence() == Evidence.LOGGED);
    }

    @ParameterizedTest
    @CsvSource({"maintenance, false, false, true", "maintenance, true, false, true", "maintenance, false, true, false", "symmetric, false, false, true",
        "mirror, false, false, false", "mirror, false, true, true", "both-stateful, false, false, true", "both-stateful, true, true, false",
        "ecmp-split-v6, false, false, true", "forwarding, false, true, false"})
    @Timeout(120)
    void throughKafkaStreamsTheEventsAreTheSameByteForByte(String scenario, boolean exactlyOnce, boolean withLog, boolean bundled) throws Exception {
        Lab lab = Lab.of(scenario);
        List<CaptureInput> inputs = withLog ? lab.inputs() : lab.packets();
        try (Pipeline pipeline = new Pipeline(null, 2, bundled)) {
            Pipeline.Result result = pipeline.run(inputs, lab.settings(), new Findings(), exactlyOnce);
            assertThat(result.run().faults()).isEmpty();
            assertThat(Lab.ndjson(result.findings())).isEqualTo(Lab.ndjson(lab.scan(inputs).findings()));
        }
    }

    @ParameterizedTest
    @CsvSource({"maintenance, 100", "symmetric, 10", "mirror, 10", "both-stateful, 10", "ecmp-split-v6, 10", "forwarding, 10"})
    void whateverOrderTheGatewaysStreamsArriveInTheEventsAreTheSame(String scenario, int times) throws Exception {
        Lab lab = Lab.of(scenario);
        for (List<CaptureInput> inputs : List.of(lab.packets(), lab.inputs())) {
            String merged = Lab.ndjson(lab.scan(inputs).findings());
            Recording recording = new Recording();
            Lab.read(inputs, recording);
            for (List<String> order : List.of(List.of("gwa", "gwb"), List.of("gwb", "gwa"))) {
                Scan scan = new Scan(lab.settings());
                recording.replay(scan, order);
                assertThat(Lab.ndjson(scan.findings())).as("wholly one after the other: " + order).isEqualTo(merged);
            }
            for (int seed = 0; seed < times; seed++) {
                Scan scan = new Scan(lab.settings());
                recording.replay(scan, seed % 2 == 0, new Random(seed));
                assertThat(Lab.ndjson(scan.findings())).as("interleaved with seed " + seed).isEqualTo(merged);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"maintenance, 3", "maintenance, -3", "symmetric, 3", "symmetric, -3", "mirror, 3", "mirror, -3", "both-stateful, 3", "both-stateful, -3",
        "ecmp-split-v6, 3", "ecmp-split-v6, -3", "forwarding, 3", "forwarding, -3"})
    void aGatewaysClockMayBeWrongBySeconds(String scenario, int seconds) {
        Lab lab = Lab.of(scenario);
        Findings right = lab.scan(lab.packets()).findings();
        Recording recording = new Recording();
        Lab.read(lab.packets(), recording);
        Scan scan = new Scan(lab.settings());
        recording.replay(new WrongClock("gwb", Duration.ofSeconds(seconds).toNanos(), scan), List.of("gwa", "gwb"));
        Findings shifted = scan.findings();

        assertThat(shifted.orphans()).map(LabScenariosTest::judgement).containsExactlyInAnyOrderElementsOf(judgements(right));
        assertThat(shifted.drops()).map(Lab::packet).containsExactlyInAnyOrderElementsOf(right.drops().stream().map(Lab::packet).toList());
        assertThat(shifted.incidents()).map(LabScenariosTest::diagnosis).containsExactlyElementsOf(diagnoses(right));
    }

    /** Without the other gateway's captures the same drops are seen, and why they happen can't be told: the captures are shorter than the look-back. */
    @ParameterizedTest
    @ValueSource(strings = {"maintenance", "both-stateful", "ecmp-split-v6"})
    void aMissingHalfIsNotGuessed(String scenario) throws Exception {
        Lab lab = Lab.of(scenario);
        Scan scan = new Scan(lab.settings().withFirewalls(Set.of("gwa")));
        Lab.read(lab.packets().stream().filter(input -> input.gateway().equals("gwa")).toList(), scan);
        assertThat(scan.findings().drops()).map(Lab::packet).containsExactlyInAnyOrderElementsOf(lab.logged());
        assertThat(scan.findings().orphans()).hasSize(lab.failed()).allSatisfy(o -> {
            assertThat(o.verdict()).isEqualTo(Verdict.UNDETERMINED);
            assertThat(o.blindReason()).isEqualTo(BlindReason.CAPTURE_BEGAN_TOO_LATE);
            assertThat(o.pairing()).isEqualTo(Pairing.NONE);
            assertThat(o.synSeenAt()).isEmpty();
        });
        assertThat(scan.findings().incidents()).allMatch(incident -> incident.synGateway().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"maintenance", "symmetric", "mirror", "both-stateful", "ecmp-split-v6", "forwarding"})
    void everyPacketIsReadAndHasOneOutcome(String scenario) {
        Lab lab = Lab.of(scenario);
        Scan scan = new Scan(lab.settings());
        CaptureRun run = Lab.read(lab.inputs(), scan);
        assertThat(run.faults()).isEmpty();
        long decoded = 0;
        for (PointAccount point : run.accounts()) {
            assertThat(point.packets()).isEqualTo(point.outcomes().values().stream().mapToLong(n -> n).sum());
            assertThat(point.outcomes().get(Outcome.MALFORMED)).isZero();
            assertThat(point.lost()).isZero();
            decoded += point.outcomes().get(Outcome.TCP) + point.outcomes().get(Outcome.ICMP);
        }
        assertThat(scan.counters().headers).isEqualTo(decoded);
    }

    private static String judgement(OrphanedSynAck o) {
        return o.communityId() + " " + o.ack() + " at " + o.gateway() + ": " + o.verdict() + " " + o.blindReason() + " " + o.pairing() + " "
                + o.synSeenAt().stream().map(Sighting::gateway).toList() + " dropped " + o.dropped();
    }

    private static List<String> judgements(Findings findings) {
        return findings.orphans().stream().map(LabScenariosTest::judgement).toList();
    }

    private static String diagnosis(Incident i) {
        return i.cause() + " " + i.synGateway() + " " + i.synAckGateway() + " " + i.dropGateway() + " " + i.clients() + " > " + i.server() + ": " + i.failed() + " of "
                + i.handshakes() + ", before " + i.failedBefore() + " of " + i.handshakesBefore() + ", unaffected " + i.unaffected();
    }

    private static List<String> diagnoses(Findings findings) {
        return findings.incidents().stream().map(LabScenariosTest::diagnosis).toList();
    }

    private static String handshake(String client, int ack) {
        return client + " ack " + Integer.toUnsignedString(ack);
    }

    /** Handshakes whose SYN-ACK was captured at a gateway where their SYN was not: found by looking at all packets at once, with no regard to time. */
    private static Set<String> splitHandshakes(Lab lab) {
        Map<String, Set<String>> syns = new TreeMap<>();
        Map<String, Set<String>> synAcks = new TreeMap<>();
        Lab.read(lab.packets(), new HeaderSink() {
            private final Map<Integer, String> gateways = new TreeMap<>();

            @Override
            public void point(int index, String gateway, String iface, boolean firewallLog) {
                gateways.put(index, gateway);
            }

            @Override
            public void observedFrom(int index, long time) {}

            @Override
            public void header(int index, PacketHeader h) {
                boolean syn = h.protocol == PacketHeader.TCP && (h.flags & PacketHeader.SYN) != 0;
                if (syn && (h.flags & PacketHeader.ACK) == 0) {
                    String client = new Endpoint(h.sourceHigh, h.sourceLow, h.sourcePort).toString();
                    syns.computeIfAbsent(handshake(client, h.seq + 1), s -> new TreeSet<>()).add(gateways.get(index));
                } else if (syn) {
                    String client = new Endpoint(h.destinationHigh, h.destinationLow, h.destinationPort).toString();
                    synAcks.computeIfAbsent(handshake(client, h.ack), s -> new TreeSet<>()).add(gateways.get(index));
                }
            }

            @Override
            public void watermark(int index, long time) {}

            @Override
            public void lost(int index, long from, long to, long packets) {}

            @Override
            public void ended(int index, long lastTime) {}
        });
        Set<String> split = new TreeSet<>();
        synAcks.forEach((handshake, gateways) -> {
            if (!syns.getOrDefault(handshake, Set.of()).containsAll(gateways)) {
                split.add(handshake);
            }
        });
        return split;
    }
}
