package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TcpTest {
    private static final int RAW = 101;

    @Test
    void everyFieldOfASynAckIsRead() {
        PacketHeader header = decode(RAW, ipv4(PacketHeader.TCP, tcp(0x112, Frames.SYN_OPTIONS, 7))).header();

        assertThat(IpText.address(header.sourceHigh, header.sourceLow)).isEqualTo("10.20.1.5");
        assertThat(IpText.address(header.destinationHigh, header.destinationLow)).isEqualTo("203.0.113.50");
        assertThat(header.ipv6).isFalse();
        assertThat(header.protocol).isEqualTo(PacketHeader.TCP);
        assertThat(header.ttl).isEqualTo(63);
        assertThat(header.ipId).isEqualTo(0x1234);
        assertThat(header.ipLength).isEqualTo(20 + 40 + 7);
        assertThat(header.sourcePort).isEqualTo(40000);
        assertThat(header.destinationPort).isEqualTo(443);
        assertThat(header.seq).isEqualTo(0x11223344);
        assertThat(header.ack).isEqualTo(0xf5667788);
        assertThat(header.flags).isEqualTo(PacketHeader.AE | PacketHeader.SYN | PacketHeader.ACK);
        assertThat(header.window).isEqualTo(64240);
        assertThat(header.payloadLength).isEqualTo(7);
        assertThat(header.mss).isEqualTo(1460);
        assertThat(header.windowScale).isEqualTo(7);
        assertThat(header.sackPermitted).isTrue();
        assertThat(header.timestamps).isTrue();
        assertThat(header.tsVal).isEqualTo(1);
        assertThat(header.tsEcr).isEqualTo(2);
        assertThat(header.checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        assertThat(header.truncated).isFalse();
        assertThat(header.fragment).isFalse();
        assertThat(header.logged).isFalse();
    }

    @Test
    void sackBlocksAreRead() {
        PacketHeader header = decode(RAW, ipv4(PacketHeader.TCP, tcp(PacketHeader.ACK,
                "0101 0522 00000001 00000002 00000003 00000004 00000005 00000006 fffffff0 00000010", 0))).header();

        assertThat(header.sackCount).isEqualTo(4);
        assertThat(header.sackLeft).containsExactly(1, 3, 5, 0xfffffff0);
        assertThat(header.sackRight).containsExactly(2, 4, 6, 16);
    }

    @Test
    void anOptionListThatContradictsItselfEndsThereAndThePacketIsDecoded() {
        for (String broken : new String[] {"030307 00 0204", "030307 02 00 0000 00", "030307 02 01 0000 00", "030307 02 ff 0000 00", "030307 01 01 01 01 02"}) {
            String options = (broken.replace(" ", "") + "0000000000000000").substring(0, 16);
            Decoded decoded = decode(RAW, ipv4(PacketHeader.TCP, tcp(PacketHeader.SYN, options, 0)));
            assertThat(decoded.outcome()).as(broken).isEqualTo(Outcome.TCP);
            assertThat(decoded.header().windowScale).as(broken).isEqualTo(7);
            assertThat(decoded.header().mss).as(broken).isEqualTo(PacketHeader.ABSENT);
            assertThat(decoded.header().truncated).as(broken).isFalse();
        }
    }

    @Test
    void anOptionOfAWrongLengthIsPassedOver() {
        PacketHeader header = decode(RAW, ipv4(PacketHeader.TCP, tcp(PacketHeader.SYN, "0203 05 0304 0102 0403 00 030309 000000", 0))).header();
        assertThat(header.mss).isEqualTo(PacketHeader.ABSENT);
        assertThat(header.sackPermitted).isFalse();
        assertThat(header.windowScale).isEqualTo(9);
    }

    @Test
    void aSegmentCutWithinItsOptionsIsDecodedAndSaidToBeTruncated() {
        byte[] packet = ipv4(PacketHeader.TCP, tcp(PacketHeader.SYN, Frames.SYN_OPTIONS, 0));
        Decoded decoded = decode(RAW, Arrays.copyOf(packet, 20 + 20 + 6), packet.length);

        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().truncated).isTrue();
        assertThat(decoded.header().mss).isEqualTo(1460);
        assertThat(decoded.header().sackPermitted).isTrue();
        assertThat(decoded.header().timestamps).isFalse();
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
    }

    @Test
    void aSegmentCutWithinItsFixedHeaderIsTruncatedAndNotMalformed() {
        byte[] packet = ipv4(PacketHeader.TCP, tcp(PacketHeader.SYN, "", 0));
        assertThat(decode(RAW, Arrays.copyOf(packet, 39), packet.length).outcome()).isEqualTo(Outcome.TRUNCATED);
    }

    @Test
    void lengthsThatContradictEachOtherAreMalformed() {
        assertThat(dataOffset(4).outcome()).as("shorter than a header can be").isEqualTo(Outcome.MALFORMED);
        assertThat(dataOffset(6).outcome()).as("longer than the packet").isEqualTo(Outcome.MALFORMED);
        assertThat(decode(RAW, ipv4(PacketHeader.TCP, new byte[19])).outcome()).as("no room for a header").isEqualTo(Outcome.MALFORMED);
    }

    private static Decoded dataOffset(int words) {
        byte[] segment = tcp(PacketHeader.ACK, "", 0);
        segment[12] = (byte) (words << 4);
        return decode(RAW, ipv4(PacketHeader.TCP, segment));
    }

    @Test
    void aWrongChecksumIsBad() {
        byte[] packet = ipv6(PacketHeader.TCP, tcp(PacketHeader.ACK, "", 5));
        assertThat(decode(RAW, packet).header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        packet[packet.length - 1]++;
        assertThat(decode(RAW, packet).header().checksum).isEqualTo(PacketHeader.CHECKSUM_BAD);
    }

    @Test
    void aChecksumThatIsStillToBeFilledInIsUnknown() {
        byte[] packet = ipv4(PacketHeader.TCP, tcp(PacketHeader.ACK, "", 5));
        // The addresses' 16-bit words, the protocol, and the length of 25 bytes.
        int sum = 0x0a14 + 0x0105 + 0xcb00 + 0x7132 + 6;
        for (int partial : new int[] {sum + 25, sum}) {
            int folded = (partial & 0xffff) + (partial >>> 16);
            packet[36] = (byte) (folded >> 8);
            packet[37] = (byte) folded;
            assertThat(decode(RAW, packet).header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
        }
    }
}
