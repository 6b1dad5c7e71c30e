package io.crossgate.detect.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.Allocated;
import io.crossgate.schemas.flow.PacketHeader;
import org.junit.jupiter.api.Test;

class TcpTrackerAllocationTest {
    private static final int PACKETS = 100_000;

    private final TcpTracker tracker = new TcpTracker();
    private final TcpSegment segment = new TcpSegment();

    private int step(boolean fromLow, int flags, int seq, int ack, int length) {
        segment.time += 1_000_000;
        segment.fromLow = fromLow;
        segment.flags = flags;
        segment.seq = seq;
        segment.ack = ack;
        segment.sackEdge = ack;
        segment.window = 65_535;
        segment.windowScale = (flags & PacketHeader.SYN) != 0 ? 7 : PacketHeader.ABSENT;
        segment.payloadLength = length;
        return tracker.step(segment, ConntrackSettings.DEFAULTS).ordinal();
    }

    /** A connection with data both ways, some of it beyond the window. */
    private int talk(int packets) {
        int sum = step(true, PacketHeader.SYN, 1000, 0, 0) + step(false, PacketHeader.SYN | PacketHeader.ACK, 5000, 1001, 0);
        int sent = 0;
        for (int i = 0; i < packets; i += 3) {
            sum += step(true, PacketHeader.ACK, 1001 + sent, 5001, 100);
            sent += 100;
            sum += step(false, PacketHeader.ACK, 5001, 1001 + sent, 0);
            sum += step(true, PacketHeader.ACK, 1001 + sent + 50_000_000, 5001, 100);
        }
        return sum;
    }

    @Test
    void aPacketAllocatesNothing() {
        assertThat(Allocated.over(PACKETS, this::talk)).as("bytes over " + PACKETS + " packets").isLessThan(PACKETS / 100);
    }
}
