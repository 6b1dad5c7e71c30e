package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.flowrecord.ConnState;
import io.crossgate.detect.flowrecord.EndReason;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One record per flow and gateway: what is counted, how it is named, and when it is told. */
class FlowRecordTest {
    private static final int FIN_ACK = PacketHeader.FIN | PacketHeader.ACK;
    private static final int RST = PacketHeader.RST;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration ACTIVE = Duration.ofMinutes(30);

    private static Scene scene() {
        return new Scene("gwa/lan", "gwa/wan", "gwb/lan", "gwb/wan").firewall("gwa").flowRecords(IDLE, ACTIVE).until(3_600_000);
    }

    private static Scene out(Scene scene, String gateway, long ms, Consumer<PacketHeader> packet) {
        return scene.through(gateway + "/lan", gateway + "/wan", ms, 64, packet);
    }

    private static Scene back(Scene scene, String gateway, long ms, Consumer<PacketHeader> packet) {
        return scene.through(gateway + "/wan", gateway + "/lan", ms, 60, packet);
    }

    private static Consumer<PacketHeader> with(Consumer<PacketHeader> packet, int payload) {
        return packet.andThen(h -> {
            h.payloadLength = payload;
            h.ipLength = 40 + payload;
        });
    }

    private static Scene handshake(String gateway) {
        Scene scene = scene();
        out(scene, gateway, 0, with(Scene.syn(1000), 0));
        back(scene, gateway, 20, with(Scene.synAck(7000, 1001), 0));
        return out(scene, gateway, 25, with(Scene.ack(1001, 7001), 0));
    }

    private static FlowSummary only(Scene scene) {
        return last(scene).get(0);
    }

    /** The last version of each record, in the order of their beginnings; there is a version that is the last of every record. */
    private static List<FlowSummary> last(Scene scene) {
        Map<String, FlowSummary> told = scene.play().flows;
        List<FlowSummary> last = told.values().stream().filter(FlowSummary::last).sorted((a, b) -> Long.compare(a.start(), b.start())).toList();
        assertThat(told.values()).extracting(FlowSummary::id).hasSameElementsAs(last.stream().map(FlowSummary::id).toList());
        return last;
    }

    @Test
    void aForwardedPacketIsCountedOnceThoughItIsSeenAtTwoInterfaces() {
        Scene scene = handshake("gwa");
        out(scene, "gwa", 30, with(Scene.ack(1001, 7001), 100));
        FlowSummary flow = only(scene);
        assertThat(flow.gateway()).isEqualTo("gwa");
        assertThat(flow.origin()).isEqualTo(new FlowSummary.Way(flow.origin().sender(), 3, 220, 100, PacketHeader.SYN | PacketHeader.ACK, 0));
        assertThat(flow.origin().sender()).hasToString("10.20.30.11:40000");
        assertThat(flow.response().packets()).isOne();
        assertThat(flow.history()).isEqualTo("ShAD");
        assertThat(flow.connState()).isEqualTo(ConnState.S1);
        assertThat(flow.conntrackState()).isEqualTo("ESTABLISHED");
        assertThat(flow.synToSynAck()).isEqualTo(20_000_000);
        assertThat(flow.synAckToAck()).isEqualTo(5_000_000);
        assertThat(flow.endReason()).isEqualTo(EndReason.IDLE_TIMEOUT);
    }

    @Test
    void anAsymmetricFlowHasARecordAtEachGatewayWithTheDirectionThatItCarried() {
        Scene scene = scene();
        out(scene, "gwb", 0, Scene.syn(1000));
        scene.seen("gwa/wan", 20, 60, Scene.synAck(7000, 1001));
        scene.seen("gwa/wan", 1020, 60, Scene.synAck(7000, 1001));
        List<FlowSummary> flows = last(scene);
        assertThat(flows.stream().map(f -> f.gateway() + " " + f.connState() + " " + f.history() + " " + f.origin().packets() + "/" + f.response().packets() + " "
                + f.endReason())).containsExactly("gwb S0 S 1/0 UNANSWERED", "gwa OTH ^h 0/2 IDLE_TIMEOUT");
        assertThat(flows.get(0).communityId()).isEqualTo(flows.get(1).communityId());
        assertThat(flows.get(1).origin().sender()).isEqualTo(flows.get(0).origin().sender());
        assertThat(flows.get(1).invalid()).isEqualTo(Map.of("INVALID_NEW_SYN_ACK", 2L));
        assertThat(flows.get(1).response().retransmissions()).isOne();
        assertThat(flows.get(1).conntrackState()).isEqualTo("NONE");
    }

    @Test
    void aLoneSynAckIsOthAndWithFinShrAndWithRstRstrh() {
        for (int port : new int[] {443, 55_555}) {
            Consumer<PacketHeader> service = h -> h.sourcePort = port;
            Scene lone = scene().seen("gwa/wan", 0, 60, Scene.synAck(7000, 1001).andThen(service));
            assertThat(only(lone).connState()).isEqualTo(ConnState.OTH);
            lone.seen("gwa/wan", 100, 60, Scene.fromServer(FIN_ACK, 7001, 1001).andThen(service));
            assertThat(only(lone).connState()).isEqualTo(ConnState.SHR);
            assertThat(only(lone).history()).isEqualTo("^hf");
            Scene reset = scene().seen("gwa/wan", 0, 60, Scene.synAck(7000, 1001).andThen(service));
            reset.seen("gwa/wan", 100, 60, Scene.fromServer(RST, 7001, 0).andThen(service));
            assertThat(only(reset).connState()).isEqualTo(ConnState.RSTRH);
            assertThat(only(reset).endReason()).isEqualTo(EndReason.END_OF_FLOW);
        }
    }

    @Test
    void aSynThatIsAnsweredWithARstIsRejectedAndTheNextOneIsAnotherFlow() {
        Scene scene = scene();
        for (int i = 0; i < 2; i++) {
            out(scene, "gwa", 500 * i, Scene.syn(1000));
            back(scene, "gwa", 500 * i + 50, Scene.fromServer(RST | PacketHeader.ACK, 0, 1001));
        }
        List<FlowSummary> flows = last(scene);
        assertThat(flows).extracting(FlowSummary::connState).containsExactly(ConnState.REJ, ConnState.REJ);
        assertThat(flows).extracting(FlowSummary::endReason).containsExactly(EndReason.REUSED, EndReason.END_OF_FLOW);
        assertThat(flows.get(0).id()).isNotEqualTo(flows.get(1).id());
    }

    @Test
    void payloadThatIsSentAgainIsToldInTheHistoryAtTheFirstAndTheTenthTime() {
        Scene scene = handshake("gwa");
        for (int i = 0; i < 12; i++) {
            out(scene, "gwa", 1000 + 100 * i, with(Scene.ack(1001, 7001).andThen(ipId(i)), 100));
        }
        FlowSummary flow = only(scene);
        assertThat(flow.history()).isEqualTo("ShADTT");
        assertThat(flow.origin().retransmissions()).isEqualTo(11);
        assertThat(flow.origin().payloadBytes()).isEqualTo(1200);
    }

    private static Consumer<PacketHeader> ipId(int i) {
        return h -> h.ipId = i + 1;
    }

    @Test
    void whatIsAcknowledgedAndWasNeverSeenIsAGap() {
        Scene scene = handshake("gwa");
        back(scene, "gwa", 30, with(Scene.fromServer(PacketHeader.ACK, 7001, 1501), 0));
        assertThat(only(scene).history()).isEqualTo("ShAaG");
    }

    @Test
    void aPacketWithABadChecksumIsToldAndNotCounted() {
        Scene scene = handshake("gwa").seen("gwa/lan", 40, 64, Scene.ack(1001, 7001).andThen(h -> {
            h.checksum = PacketHeader.CHECKSUM_BAD;
            h.ipId = 9;
        }));
        FlowSummary flow = only(scene);
        assertThat(flow.history()).isEqualTo("ShAC");
        assertThat(flow.origin().packets()).isEqualTo(2);
        assertThat(flow.invalid()).isEqualTo(Map.of("BAD_CHECKSUM", 1L));
    }

    @Test
    void aFlowThatGoesOnIsToldAtIntervalsAndEachVersionHoldsAllSinceItsBeginning() {
        Scene scene = handshake("gwa").flowRecords(Duration.ofSeconds(60), Duration.ofSeconds(60));
        for (int second = 1; second <= 150; second++) {
            out(scene, "gwa", 1000L * second, with(Scene.ack(1001 + second, 7001).andThen(ipId(second)), 1));
        }
        Map<String, FlowSummary> told = scene.play().flows;
        assertThat(told.values()).extracting(FlowSummary::id).containsOnly(only(scene).id());
        assertThat(told.values().stream().map(f -> f.revision() + ": " + f.origin().packets() + " " + f.endReason() + (f.last() ? " last" : "")))
                .containsExactlyInAnyOrder("0: 62 ACTIVE_TIMEOUT", "1: 122 ACTIVE_TIMEOUT", "2: 152 ACTIVE_TIMEOUT", "3: 152 IDLE_TIMEOUT last");
    }

    @Test
    void aFlowThatStillGoesOnWhenTheCaptureEndsIsToldThen() {
        Scene scene = handshake("gwa").until(1000);
        assertThat(only(scene).endReason()).isEqualTo(EndReason.END_OF_CAPTURE);
    }

    @Test
    void nothingIsToldWhereItIsNotAskedFor() {
        Scene scene = new Scene("gwa/lan", "gwa/wan");
        out(scene, "gwa", 0, Scene.syn(1000));
        assertThat(scene.play().flows).isEmpty();
    }

    @Test
    void stateThatWasWrittenWithFlowRecordsReadsWhereTheyAreNoLongerAskedForAndTheOtherWayRound() {
        for (boolean before : new boolean[] {true, false}) {
            List<FlowSummary> told = new ArrayList<>();
            FlowDetector first = detector(before, told);
            int point = first.point(new ObservationPoint("gwa", "wan", false));
            first.keepChanges();
            PacketHeader syn = new PacketHeader();
            syn.clear();
            syn.protocol = PacketHeader.TCP;
            Scene.syn(1000).accept(syn);
            syn.time = Scene.at(0);
            first.accept(point, FlowKey.of(syn), syn);
            first.watermark(point, Scene.at(1));
            first.advance();
            FlowDetector second = detector(!before, told);
            first.writeChanges((key, value) -> second.restore(key, value));
            assertThat(second.flowCount()).isOne();
            second.ended(point, Scene.at(2000));
            second.advance();
            assertThat(told).isEmpty();
        }
    }

    private static FlowDetector detector(boolean records, List<FlowSummary> told) {
        DetectSettings settings = DetectSettings.defaults();
        return new FlowDetector(records ? settings.withFlowRecords(FlowRecordSettings.OFF.made()) : settings, new FlowEvents() {
            @Override
            public void orphanedSynAck(OrphanedSynAck event) {
                throw new AssertionError(event);
            }

            @Override
            public void invalidDrop(InvalidDrop event, boolean stray) {
                throw new AssertionError(event);
            }

            @Override
            public void flow(FlowSummary event) {
                told.add(event);
            }

            @Override
            public void tally(Tally tally) {
                throw new AssertionError(tally);
            }
        });
    }

    @Test
    void icmpIsCountedWithoutAStateOfItsOwn() {
        Scene scene = scene();
        for (int i = 0; i < 3; i++) {
            int sequence = i;
            out(scene, "gwa", 1000L * i, h -> echo(h, true, sequence));
            back(scene, "gwa", 1000L * i + 10, h -> echo(h, false, sequence));
        }
        FlowSummary flow = only(scene);
        assertThat(flow.protocol()).isEqualTo(PacketHeader.ICMP);
        assertThat(flow.connState()).isEqualTo(ConnState.OTH);
        assertThat(flow.history()).isEmpty();
        assertThat(flow.origin().sender().ip()).isEqualTo("10.20.30.11");
        assertThat(flow.origin().packets()).isEqualTo(3);
        assertThat(flow.response().packets()).isEqualTo(3);
    }

    private static void echo(PacketHeader h, boolean request, int sequence) {
        (request ? Scene.fromClient(0, 0, 0) : Scene.fromServer(0, 0, 0)).accept(h);
        h.protocol = PacketHeader.ICMP;
        h.sourcePort = h.destinationPort = 0;
        h.icmpType = request ? 8 : 0;
        h.icmpCode = 0;
        h.icmpId = 77;
        h.icmpSequence = sequence;
        h.ipLength = 84;
    }
}
