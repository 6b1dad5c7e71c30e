package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory is bounded: what had to be forgotten is counted, and proves nothing. */
class EvictionTest {
    private static final long S = 1_000_000_000L;
    private static final long T0 = 1_700_000_000L * S;

    private final List<OrphanedSynAck> orphans = new ArrayList<>();

    private FlowDetector detector(int maxFlows) {
        DetectSettings d = DetectSettings.defaults().withFirewalls(Set.of("gwa"));
        return new FlowDetector(d.withMaxFlows(maxFlows), new FlowEvents() {
            @Override
            public void orphanedSynAck(OrphanedSynAck event) {
                orphans.add(event);
            }

            @Override
            public void invalidDrop(InvalidDrop event, boolean stray) {
                return;
            }

            @Override
            public void flow(FlowSummary event) {
                return;
            }

            @Override
            public void tally(Tally tally) {
                return;
            }
        });
    }

    private static PacketHeader header(long time, int clientPort, boolean synAck) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.time = time;
        h.protocol = PacketHeader.TCP;
        h.ttl = 60;
        long client = IpText.mapped(0x0a141e05);
        long server = IpText.mapped(0xcb007132);
        h.sourceLow = synAck ? server : client;
        h.destinationLow = synAck ? client : server;
        h.sourcePort = synAck ? 443 : clientPort;
        h.destinationPort = synAck ? clientPort : 443;
        h.flags = synAck ? PacketHeader.SYN | PacketHeader.ACK : PacketHeader.SYN;
        h.seq = synAck ? 7000 : 1000;
        h.ack = synAck ? 1001 : 0;
        return h;
    }

    /** How a detector gets its headers: flows that come in batches are kept in another way as long as nothing is odd. */
    enum Handed { ONE_BY_ONE, IN_BATCHES }

    private static void take(FlowDetector detector, Handed handed, int point, PacketHeader header) {
        if (handed == Handed.ONE_BY_ONE) {
            detector.accept(point, FlowKey.of(header), header);
            return;
        }
        FlowTuple key = new FlowTuple();
        key.set(header);
        HeaderBatch batch = new HeaderBatch(1);
        batch.add(point, key, key.hash(), header);
        detector.watermark(point, header.time);
        detector.advance(batch);
    }

    private OrphanedSynAck orphanAfterManyFlows(int maxFlows, Handed handed) {
        FlowDetector detector = detector(maxFlows);
        int a = detector.point(new ObservationPoint("gwa", "wan", false));
        int b = detector.point(new ObservationPoint("gwb", "wan", false));
        for (int point : new int[] {a, b}) {
            detector.observedFrom(point, T0 - 100 * S);
        }
        for (int port = 1; port <= 100; port++) {
            take(detector, handed, b, header(T0 + port, port, false));
        }
        take(detector, handed, a, header(T0 + S, 1, true));
        detector.ended(a, T0 + 100 * S);
        detector.ended(b, T0 + 100 * S);
        detector.advance();
        return orphans.get(0);
    }

    @ParameterizedTest
    @EnumSource
    void withRoomTheSynIsFound(Handed handed) {
        assertThat(orphanAfterManyFlows(1000, handed).verdict()).isEqualTo(Verdict.ASYMMETRIC);
    }

    @ParameterizedTest
    @EnumSource
    void aSynThatMayHaveBeenForgottenProvesNothing(Handed handed) {
        OrphanedSynAck orphan = orphanAfterManyFlows(10, handed);
        assertThat(orphan.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.EVICTED);
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfOneDirectionKeepsToAQuarterOfTheRoom(Handed handed) {
        FlowDetector detector = detector(400);
        int a = detector.point(new ObservationPoint("gwa", "wan", false));
        for (int port = 1; port <= 150; port++) {
            take(detector, handed, a, header(T0 + 2 * port, port, false));
            take(detector, handed, a, header(T0 + 2 * port + 1, port, true));
        }
        for (int port = 1_000; port < 2_000; port++) {
            take(detector, handed, a, header(T0 + port, port, false));
        }
        assertThat(detector.flowCount()).isEqualTo(150 + 100);
        assertThat(detector.counters().evictedFlows).isEqualTo(900);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSeenInBothDirectionsIsKnownToBeSoAfterARestart(Handed handed) {
        FlowDetector before = detector(400);
        before.keepChanges();
        int a = before.point(new ObservationPoint("gwa", "wan", false));
        for (int port = 1; port <= 150; port++) {
            take(before, handed, a, header(T0 + 2 * port, port, false));
            take(before, handed, a, header(T0 + 2 * port + 1, port, true));
        }
        FlowDetector after = detector(400);
        before.writeChanges(after::restore);
        for (int port = 1_000; port < 1_100; port++) {
            take(after, handed, after.point(new ObservationPoint("gwa", "wan", false)), header(T0 + port, port, false));
        }
        assertThat(after.counters().evictedFlows).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aNewFlowIsNotForgottenForOldConversations(Handed handed) {
        FlowDetector detector = detector(20);
        int a = detector.point(new ObservationPoint("gwa", "wan", false));
        int b = detector.point(new ObservationPoint("gwb", "wan", false));
        for (int port = 1; port <= 20; port++) {
            take(detector, handed, b, header(T0 + 2 * port, port, false));
            take(detector, handed, b, header(T0 + 2 * port + 1, port, true));
        }
        take(detector, handed, b, header(T0 + 100, 100, false));
        assertThat(detector.counters().evictedFlows).isEqualTo(1);
        take(detector, handed, a, header(T0 + 200, 100, true));
        detector.ended(a, T0 + 100 * S);
        detector.ended(b, T0 + 100 * S);
        detector.advance();
        assertThat(orphans.get(0).verdict()).isEqualTo(Verdict.ASYMMETRIC);
    }
}
