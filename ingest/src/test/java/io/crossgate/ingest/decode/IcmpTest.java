package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.hex;
import static io.crossgate.ingest.decode.Frames.icmp;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.synAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IcmpTest {
    private static final int RAW = 101;

    private static Decoded error4(byte[] quoted) {
        return decode(RAW, ipv4(PacketHeader.ICMP, icmp(3, 4, "0000 05dc", quoted)));
    }

    private static Decoded error6(byte[] quoted) {
        return decode(RAW, ipv6(PacketHeader.ICMPV6, icmp(2, 0, "000005dc", quoted)));
    }

    @Test
    void aQueryGivesIdentifierAndSequenceNumber() {
        Decoded decoded = decode(RAW, ipv4(PacketHeader.ICMP, icmp(8, 0, "1234 0007", new byte[56])));
        assertThat(decoded.outcome()).isEqualTo(Outcome.ICMP);
        PacketHeader header = decoded.header();
        assertThat(header.protocol).isEqualTo(PacketHeader.ICMP);
        assertThat(header.icmpType).isEqualTo(8);
        assertThat(header.icmpCode).isZero();
        assertThat(header.icmpId).isEqualTo(0x1234);
        assertThat(header.icmpSequence).isEqualTo(7);
        assertThat(header.payloadLength).isEqualTo(56);
        assertThat(header.checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        assertThat(header.quotesFlow()).isFalse();
    }

    @Test
    void anIcmpv6QueryGivesThemToo() {
        byte[] packet = ipv6(PacketHeader.ICMPV6, icmp(128, 0, "1234 0007", new byte[5]));
        PacketHeader header = decode(RAW, packet).header();
        assertThat(header.protocol).isEqualTo(PacketHeader.ICMPV6);
        assertThat(header.icmpId).isEqualTo(0x1234);
        assertThat(header.icmpSequence).isEqualTo(7);
        assertThat(header.checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        packet[packet.length - 1] ^= 1;
        assertThat(decode(RAW, packet).header().checksum).isEqualTo(PacketHeader.CHECKSUM_BAD);
    }

    @Test
    void anErrorQuotesATcpFlowByItsFirstEightBytes() {
        byte[] quoted = Arrays.copyOf(ipv4(PacketHeader.TCP, synAck()), 28);
        PacketHeader header = error4(quoted).header();
        assertThat(header.icmpId).isEqualTo(PacketHeader.ABSENT);
        assertThat(header.quotedProtocol).isEqualTo(PacketHeader.TCP);
        assertThat(IpText.address(header.quotedSourceHigh, header.quotedSourceLow)).isEqualTo("10.20.1.5");
        assertThat(IpText.address(header.quotedDestinationHigh, header.quotedDestinationLow)).isEqualTo("203.0.113.50");
        assertThat(header.quotedSourcePort).isEqualTo(40000);
        assertThat(header.quotedDestinationPort).isEqualTo(443);
        assertThat(header.quotedSeq).isEqualTo(0x11223344);
    }

    @Test
    void anErrorThatQuotesLessNamesNoFlow() {
        Decoded decoded = error4(Arrays.copyOf(ipv4(PacketHeader.TCP, synAck()), 27));
        assertThat(decoded.outcome()).isEqualTo(Outcome.ICMP);
        assertThat(decoded.header().quotesFlow()).isFalse();
        assertThat(decoded.header().quotedSourceLow).isZero();
        assertThat(error4(ipv4(132, new byte[40])).header().quotesFlow()).as("SCTP").isFalse();
        assertThat(error4(ipv4(PacketHeader.TCP, "", 3, new byte[40])).header().quotesFlow()).as("a later fragment").isFalse();
        assertThat(error4(ipv6(PacketHeader.TCP, synAck())).header().quotesFlow()).as("another version").isFalse();
        assertThat(error4(new byte[0]).header().quotesFlow()).isFalse();
    }

    @Test
    void udpAndEchoAreQuotedToo() {
        PacketHeader udp = error4(ipv4(PacketHeader.UDP, Frames.udp(53, new byte[4]))).header();
        assertThat(udp.quotedProtocol).isEqualTo(PacketHeader.UDP);
        assertThat(udp.quotedDestinationPort).isEqualTo(53);
        assertThat(udp.quotedSeq).isZero();
        PacketHeader echo = error4(ipv4(PacketHeader.ICMP, icmp(8, 0, "1234 0007", new byte[0]))).header();
        assertThat(echo.quotedProtocol).isEqualTo(PacketHeader.ICMP);
        assertThat(echo.quotedSourcePort).isEqualTo(8);
        assertThat(echo.quotedDestinationPort).isZero();
        assertThat(echo.quotedSeq).isEqualTo(0x1234);
    }

    @Test
    void theExtensionHeadersOfAQuotedIpv6PacketAreWalked() {
        PacketHeader header = error6(ipv6(0, hex("2c00 0104 00000000 0600 0001 00000001"), PacketHeader.TCP, synAck())).header();
        assertThat(header.quotedProtocol).isEqualTo(PacketHeader.TCP);
        assertThat(header.quotedSourcePort).isEqualTo(40000);
        assertThat(IpText.address(header.quotedSourceHigh, header.quotedSourceLow)).isEqualTo("2001:db8:0:1::5");
        assertThat(IpText.address(header.quotedDestinationHigh, header.quotedDestinationLow)).isEqualTo("2001:db8:0:2::32");
        assertThat(error6(ipv6(44, hex("0600 0008 00000001"), PacketHeader.TCP, synAck())).header().quotesFlow()).as("a later fragment").isFalse();
    }

    @Test
    void aMessageCutBelowEightBytesIsTruncatedAndOneThatIsShorterMalformed() {
        byte[] packet = ipv4(PacketHeader.ICMP, icmp(8, 0, "1234 0007", new byte[0]));
        assertThat(decode(RAW, Arrays.copyOf(packet, 27), packet.length).outcome()).isEqualTo(Outcome.TRUNCATED);
        assertThat(decode(RAW, ipv4(PacketHeader.ICMP, new byte[7])).outcome()).isEqualTo(Outcome.MALFORMED);
    }
}
