package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.ethernet;
import static io.crossgate.ingest.decode.Frames.hex;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.join;
import static io.crossgate.ingest.decode.Frames.synAck;
import static io.crossgate.ingest.decode.Frames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IpTest {
    private static final int RAW = 101;
    private static final int MORE_FRAGMENTS = 0x2000;

    @Test
    void paddingIsNoPayload() {
        byte[] frame = Arrays.copyOf(ethernet(0x0800, ipv4(PacketHeader.TCP, tcp(PacketHeader.ACK, "", 0))), 60);
        Decoded decoded = decode(1, frame);
        assertThat(decoded.header().payloadLength).isZero();
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
    }

    @Test
    void optionsArePassedOver() {
        Decoded decoded = decode(RAW, ipv4(PacketHeader.TCP, "94040000", 0, synAck()));
        assertThat(decoded.header().mss).isEqualTo(1460);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
    }

    @Test
    void theChecksumOfASourceRoutedPacketIsNotJudged() {
        assertThat(decode(RAW, ipv4(PacketHeader.TCP, "01830704c6336401", 0, synAck())).header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
        byte[] routing = hex("06020001 00000000" + Frames.DESTINATION6);
        assertThat(decode(RAW, ipv6(43, routing, PacketHeader.TCP, synAck())).header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
    }

    @Test
    void aPacketStillToBeCutByTheNetworkCardIsAsLongAsItsFrame() {
        byte[] packet = ipv4(PacketHeader.TCP, tcp(PacketHeader.ACK, "", 3000));
        packet[2] = packet[3] = 0;
        Decoded decoded = decode(1, ethernet(0x0800, packet));
        assertThat(decoded.header().ipLength).isEqualTo(3040);
        assertThat(decoded.header().payloadLength).isEqualTo(3000);

        byte[] six = ipv6(PacketHeader.TCP, tcp(PacketHeader.ACK, "", 3000));
        six[4] = six[5] = 0;
        assertThat(decode(1, ethernet(0x86dd, six)).header().payloadLength).isEqualTo(3000);
        Decoded cut = decode(1, Arrays.copyOf(ethernet(0x86dd, six), 128), 14 + 40 + 3020);
        assertThat(cut.header().payloadLength).as("by the original length").isEqualTo(3000);
    }

    @Test
    void aFirstFragmentIsDecodedAndALaterOneIsNot() {
        Decoded first = decode(RAW, ipv4(PacketHeader.TCP, "", MORE_FRAGMENTS, synAck()));
        assertThat(first.outcome()).isEqualTo(Outcome.TCP);
        assertThat(first.header().fragment).isTrue();
        assertThat(first.header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
        assertThat(decode(RAW, ipv4(PacketHeader.TCP, "", 3, new byte[40])).outcome()).isEqualTo(Outcome.FRAGMENT);
        assertThat(decode(RAW, ipv4(PacketHeader.TCP, "", MORE_FRAGMENTS, new byte[8])).outcome()).as("too small for a header").isEqualTo(Outcome.FRAGMENT);
    }

    @Test
    void ipv6FragmentsAreToldApartLikewise() {
        Decoded first = decode(RAW, ipv6(44, hex("0600 0001 00000001"), PacketHeader.TCP, synAck()));
        assertThat(first.outcome()).isEqualTo(Outcome.TCP);
        assertThat(first.header().fragment).isTrue();
        assertThat(decode(RAW, ipv6(44, hex("0600 0008 00000001"), PacketHeader.TCP, synAck())).outcome()).isEqualTo(Outcome.FRAGMENT);
        Decoded atomic = decode(RAW, ipv6(44, hex("0600 0000 00000001"), PacketHeader.TCP, synAck()));
        assertThat(atomic.header().fragment).isFalse();
        assertThat(atomic.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
    }

    @Test
    void ipv6ExtensionHeadersArePassedOver() {
        byte[] extensions = join(hex("3c00 0104 00000000"), // hop-by-hop, then destination options
                hex("3300 0104 00000000"), // then authentication
                hex("0604 0000 00000001 00000001 000000000000000000000000")); // 24 bytes, then TCP
        Decoded decoded = decode(RAW, ipv6(0, extensions, PacketHeader.TCP, synAck()));
        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        assertThat(decoded.header().ttl).isEqualTo(61);
        assertThat(decoded.header().ipId).isEqualTo(PacketHeader.ABSENT);
        assertThat(decoded.header().ipLength).isEqualTo(40 + 40 + 40);
        assertThat(IpText.address(decoded.header().sourceHigh, decoded.header().sourceLow)).isEqualTo("2001:db8:0:1::5");
        assertThat(IpText.address(decoded.header().destinationHigh, decoded.header().destinationLow)).isEqualTo("2001:db8:0:2::32");
    }

    @Test
    void wrongVersionsAndHeaderLengthsAreMalformed() {
        byte[] packet = ipv4(PacketHeader.TCP, synAck());
        assertThat(decode(1, ethernet(0x86dd, packet)).outcome()).isEqualTo(Outcome.MALFORMED);
        assertThat(decode(1, ethernet(0x0800, ipv6(PacketHeader.TCP, synAck()))).outcome()).isEqualTo(Outcome.MALFORMED);
        packet[0] = 0x44;
        assertThat(decode(RAW, packet).outcome()).isEqualTo(Outcome.MALFORMED);
        packet[0] = 0x45;
        packet[2] = 0;
        packet[3] = 19;
        assertThat(decode(RAW, packet).outcome()).isEqualTo(Outcome.MALFORMED);
        assertThat(decode(RAW, hex("00")).outcome()).isEqualTo(Outcome.MALFORMED);
    }

    @Test
    void otherTransportsAreCountedAsSuch() {
        for (int protocol : new int[] {PacketHeader.UDP, 132, 50, 89, PacketHeader.ICMPV6}) {
            assertThat(decode(RAW, ipv4(protocol, new byte[40])).outcome()).isEqualTo(Outcome.OTHER_TRANSPORT);
        }
        assertThat(decode(RAW, ipv6(59, new byte[0])).outcome()).isEqualTo(Outcome.OTHER_TRANSPORT);
    }
}
