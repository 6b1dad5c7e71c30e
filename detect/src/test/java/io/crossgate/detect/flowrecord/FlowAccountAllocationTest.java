package io.crossgate.detect.flowrecord;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.Allocated;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import io.crossgate.schemas.flow.PacketHeader;
import org.junit.jupiter.api.Test;

class FlowAccountAllocationTest {
    private static final int PACKETS = 100_000;

    private final FlowAccount account = new FlowAccount(FlowRecordSettings.OFF, (told, why, last) -> { });
    private long time;

    private void packet(boolean fromLow, int flags, int seq, int ack, int length) {
        time += 1000;
        account.tcp(time, fromLow, fromLow ? 40_000 : 443, fromLow ? 443 : 40_000, flags, seq, ack, length, 40 + length, 65_535, InvalidReason.NONE,
                TcpState.ESTABLISHED);
    }

    private long talk(int packets) {
        packet(true, PacketHeader.SYN, 1000, 0, 0);
        packet(false, PacketHeader.SYN | PacketHeader.ACK, 5000, 1001, 0);
        int sent = 1001;
        for (int i = 0; i < packets; i += 2) {
            packet(true, PacketHeader.ACK, sent, 5001, 100);
            sent += 100;
            packet(false, PacketHeader.ACK, 5001, sent, 0);
        }
        return account.packets(true);
    }

    @Test
    void aPacketAllocatesNothing() {
        assertThat(Allocated.over(PACKETS, packets -> (int) talk(packets))).as("bytes over " + PACKETS + " packets").isLessThan(PACKETS / 100);
    }
}
