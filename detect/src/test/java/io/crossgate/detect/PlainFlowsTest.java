package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainFlowsTest {
    private static final int FLOWS = 1_000;
    private static final long MILLI = 1_000_000;

    private final List<Tally> tallies = new ArrayList<>();
    private final FlowDetector detector = new FlowDetector(DetectSettings.defaults(), new FlowEvents() {
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
            throw new AssertionError(event);
        }

        @Override
        public void tally(Tally tally) {
            tallies.add(tally);
        }
    });
    private final int lan = detector.point(new ObservationPoint("gwa", "lan", false));
    private final int wan = detector.point(new ObservationPoint("gwa", "wan", false));
    private final HeaderBatch batch = new HeaderBatch(8 * FLOWS);
    private final PacketHeader header = new PacketHeader();
    private final FlowTuple key = new FlowTuple();
    private long time = Scene.START;
    private int sent = 1_001;

    /** A packet of every flow, in at one side and out at the other. */
    private void each(boolean fromClient, int flags, int seq, int ack, int length) {
        for (int client = 0; client < FLOWS; client++) {
            header.clear();
            header.protocol = PacketHeader.TCP;
            header.flags = flags;
            header.seq = seq;
            header.ack = ack;
            header.window = 50_000;
            header.payloadLength = length;
            long address = IpText.mapped(0x0a000000 | client);
            long server = IpText.mapped(0xcb007132);
            header.sourceLow = fromClient ? address : server;
            header.destinationLow = fromClient ? server : address;
            header.sourcePort = fromClient ? 40_000 : 443;
            header.destinationPort = fromClient ? 443 : 40_000;
            key.set(header);
            see(fromClient ? lan : wan, 64);
            see(fromClient ? wan : lan, 63);
            time += MILLI / 10;
        }
    }

    private void see(int point, int ttl) {
        header.time = time;
        header.ttl = ttl;
        batch.add(point, key, key.hash(), header);
    }

    private void advance() {
        detector.watermark(lan, time);
        detector.watermark(wan, time);
        time += MILLI;
        detector.advance(batch);
        batch.clear();
    }

    @Test
    void packetsOfConnectionsThatAreKnownMakeNothingForTheGarbageCollector() {
        each(true, PacketHeader.SYN, 1_000, 0, 0);
        each(false, PacketHeader.SYN | PacketHeader.ACK, 5_000, 1_001, 0);
        each(true, PacketHeader.ACK, 1_001, 5_001, 0);
        advance();
        int packets = 40 * 4 * FLOWS;
        assertThat(Allocated.over(packets, this::talk)).isLessThan(packets);
        assertThat(detector.counters().invalid + detector.counters().late).isZero();
    }

    /** So many packets, and their copies among them, of connections that are established. Gives how many entered so far. */
    private int talk(int packets) {
        for (int n = packets / (4 * FLOWS); n > 0; n--) {
            each(true, PacketHeader.ACK, sent, 5_001, 100);
            sent += 100;
            each(false, PacketHeader.ACK, 5_001, sent, 0);
            advance();
        }
        return (int) detector.counters().established;
    }

    @Test
    void everyHandshakeIsToldOnceHoweverItsFlowEnds() {
        each(true, PacketHeader.SYN, 1_000, 0, 0);
        each(false, PacketHeader.SYN | PacketHeader.ACK, 5_000, 1_001, 0);
        each(true, PacketHeader.ACK, 1_001, 5_001, 0);
        advance();
        each(false, PacketHeader.RST | PacketHeader.ACK, 5_001, 1_001, 0);
        advance();
        detector.ended(lan, time);
        detector.ended(wan, time);
        detector.advance();
        assertThat(tallies.stream().mapToLong(tally -> tally.count).sum()).isEqualTo(FLOWS);
        assertThat(tallies).allMatch(tally -> tally.key.kind() == Tally.Kind.COMPLETED);
        assertThat(detector.decidedUpTo()).isEqualTo(FlowDetector.END);
    }
}
