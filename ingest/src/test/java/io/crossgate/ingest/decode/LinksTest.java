package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.ethernet;
import static io.crossgate.ingest.decode.Frames.hex;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.join;
import static io.crossgate.ingest.decode.Frames.synAck;
import static io.crossgate.ingest.decode.Frames.wrap;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
    private static final byte[] V4 = ipv4(PacketHeader.TCP, synAck());
    private static final byte[] V6 = ipv6(PacketHeader.TCP, synAck());
    private static final String MACS = "021100000001021100000002";

    record Link(String name, int type, byte[] frame) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Link> everyLinkAroundASynAck() {
        return Stream.of(
                new Link("BSD null, low byte first, IPv4", 0, wrap("02000000", V4)),
                new Link("BSD null, high byte first, IPv4", 0, wrap("00000002", V4)),
                new Link("BSD null, FreeBSD IPv6", 0, wrap("1c000000", V6)),
                new Link("BSD null, Darwin IPv6", 0, wrap("0000001e", V6)),
                new Link("OpenBSD loopback", 108, wrap("00000018", V6)),
                new Link("Ethernet, IPv4", 1, ethernet(0x0800, V4)),
                new Link("Ethernet, IPv6", 1, ethernet(0x86dd, V6)),
                new Link("802.1Q", 1, ethernet(0x8100, wrap("0064 0800", V4))),
                new Link("802.1ad and 802.1Q", 1, ethernet(0x88a8, wrap("0064 8100 00c8 86dd", V6))),
                new Link("old QinQ", 1, ethernet(0x9100, wrap("0064 9200 00c8 0800", V4))),
                new Link("802.1BR", 1, ethernet(0x893f, wrap("000000010000 0800", V4))),
                new Link("802.1ah", 1, ethernet(0x88e7, wrap("00000001", ethernet(0x0800, V4)))),
                new Link("FabricPath", 1, ethernet(0x8903, wrap("4020", ethernet(0x0800, V4)))),
                new Link("802.3 with LLC and SNAP", 1, ethernet(8 + V4.length, wrap("aaaa03 000000 0800", V4))),
                new Link("802.3 with LLC alone", 1, ethernet(3 + V4.length, wrap("060603", V4))),
                new Link("MPLS, IPv4", 1, ethernet(0x8847, wrap("00010040 00011140", V4))),
                new Link("MPLS, IPv6", 1, ethernet(0x8848, wrap("00011140", V6))),
                new Link("MPLS pseudowire with control word", 1, ethernet(0x8847, wrap("00011140 00000000", ethernet(0x0800, V4)))),
                new Link("MPLS pseudowire without", 1, ethernet(0x8847, wrap("00011140", ethernet(0x0800, V4)))),
                new Link("PPPoE session", 1, ethernet(0x8864, wrap("1100 0001 0042 0021", V4))),
                new Link("network service header", 1, ethernet(0x894f, wrap("00020101 00000000", V4))),
                new Link("token ring", 6, wrap("1040" + MACS + "aaaa03 000000 0800", V4)),
                new Link("token ring, source-routed", 6, wrap("1040 021100000001 821100000002 0630 00110020 aaaa03 000000 0800", V4)),
                new Link("PPP in HDLC framing", 9, wrap("ff03 0021", V4)),
                new Link("PPP", 9, wrap("0057", V6)),
                new Link("PPP, compressed protocol", 9, wrap("21", V4)),
                new Link("PPP multilink, whole packet", 9, wrap("ff03 003d c0000001 0021", V4)),
                new Link("PPP serial", 50, wrap("ff03 0057", V6)),
                new Link("PPPoE", 51, wrap("1100 0001 0042 0021", V4)),
                new Link("FDDI", 10, wrap("50" + MACS + "aaaa03 000000 0800", V4)),
                new Link("raw IP 12", 12, V4),
                new Link("raw IP 14", 14, V6),
                new Link("raw IP 101", 101, V6),
                new Link("raw IPv4", 228, V4),
                new Link("raw IPv6", 229, V6),
                new Link("Cisco HDLC", 104, wrap("0f00 0800", V4)),
                new Link("802.11 data", 105, wrap("0802 0000 021100000001 021100000002 021100000003 1000 aaaa03 000000 0800", V4)),
                new Link("802.11 quality of service, four addresses", 105,
                        wrap("8803 0000 021100000001 021100000002 021100000003 1000 021100000004 0000 aaaa03 000000 86dd", V6)),
                new Link("radiotap", 127, wrap("00000900 02000000 10 0802 0000 021100000001 021100000002 021100000003 1000 aaaa03 000000 0800", V4)),
                new Link("radiotap, padded", 127,
                        wrap("00000900 02000000 20 8802 0000 021100000001 021100000002 021100000003 1000 0000 0000 aaaa03 000000 0800", V4)),
                new Link("Linux cooked", 113, wrap("0000 0001 0006 0211000000010000 0800", V4)),
                new Link("Linux cooked 2", 276, wrap("86dd 0000 00000007 0001 04 06 0211000000010000", V6)),
                new Link("ARCNET, RFC 1051", 129, wrap("0102 0000 f0", V4)),
                new Link("ARCNET, RFC 1201", 129, wrap("0102 0000 d4 00 0001", V4)),
                new Link("per-packet information", 192, wrap("00000800 01000000", ethernet(0x0800, V4))),
                new Link("NFLOG", 239, wrap("0200 0005 " + String.format("%02x00", V4.length + 4) + "0900", V4)),
                new Link("IP over InfiniBand", 242, join(new byte[40], hex("0800 0000"), V4)),
                new Link("PKTAP", 258, join(hex("0c000000 01000000 01000000"), ethernet(0x0800, V4))));
    }

    @ParameterizedTest
    @MethodSource("everyLinkAroundASynAck")
    void theSynAckIsFoundBehindEveryLinkHeader(Link link) {
        Decoded decoded = decode(link.type, link.frame);

        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().flags).isEqualTo(PacketHeader.SYN | PacketHeader.ACK);
        assertThat(decoded.header().sourcePort).isEqualTo(Frames.SOURCE_PORT);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        assertThat(decoded.header().tunnel).isZero();
    }

    @ParameterizedTest
    @MethodSource("everyLinkAroundASynAck")
    void theSynAckIsFoundInTheMiddleOfALargerArray(Link link) {
        byte[] larger = join(new byte[13], link.frame, hex("ffffffffffffffff"));
        PacketHeader header = new PacketHeader();

        assertThat(new PacketDecoder().decode(link.type, larger, 13, link.frame.length, link.frame.length, header)).isEqualTo(Outcome.TCP);
        assertThat(header.mss).isEqualTo(1460);
    }

    @Test
    void framesWithoutIpAreNotIp() {
        List.of(ethernet(0x0806, new byte[46]), ethernet(0x88cc, new byte[46]), ethernet(38, wrap("424203", new byte[35])),
                ethernet(0x8863, wrap("1109 0000 0004 0101 0000", new byte[36]))).forEach(frame -> assertThat(decode(1, frame).outcome())
                        .isEqualTo(Outcome.NOT_IP));
        assertThat(decode(9, hex("ff03 c021 0101 0004")).outcome()).isEqualTo(Outcome.NOT_IP);
        assertThat(decode(105, wrap("0842 0000", new byte[40])).outcome()).as("encrypted").isEqualTo(Outcome.NOT_IP);
        assertThat(decode(105, wrap("8000 0000", new byte[40])).outcome()).as("beacon").isEqualTo(Outcome.NOT_IP);
    }

    @Test
    void anUnknownLinkTypeIsSaidToBeUnsupported() {
        assertThat(decode(147, new byte[60]).outcome()).isEqualTo(Outcome.UNSUPPORTED_LINK);
    }

    @Test
    void theLinuxPacketTypeTellsTheWay() {
        assertThat(cooked("0000").header().way).isEqualTo(PacketHeader.WAY_IN);
        assertThat(cooked("0001").header().way).isEqualTo(PacketHeader.WAY_IN);
        assertThat(cooked("0003").header().way).isEqualTo(PacketHeader.WAY_UNKNOWN);
        assertThat(cooked("0004").header().way).isEqualTo(PacketHeader.WAY_OUT);
        Decoded second = decode(276, wrap("0800 0000 00000007 0001 04 06 0211000000010000", V4));
        assertThat(second.header().way).isEqualTo(PacketHeader.WAY_OUT);
        assertThat(second.interfaceIndex()).isEqualTo(7);
    }

    private static Decoded cooked(String packetType) {
        return decode(113, wrap(packetType + "0001 0006 0211000000010000 0800", V4));
    }

    @Test
    void theInterfaceIndexIsThatOfTheLastFrameOnly() {
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        byte[] cooked = wrap("0800 0000 00000007 0001 04 06 0211000000010000", V4);
        decoder.decode(276, cooked, 0, cooked.length, cooked.length, header);
        decoder.decode(101, V4, 0, V4.length, V4.length, header);
        assertThat(decoder.interfaceIndex()).isZero();
        assertThat(header.way).isEqualTo(PacketHeader.WAY_UNKNOWN);
    }

    @Test
    void tooManyTagsAreTooDeep() {
        byte[] frame = V4;
        for (int i = 0; i < 20; i++) {
            frame = wrap(i == 0 ? "0001 0800" : "0001 8100", frame);
        }
        assertThat(decode(1, ethernet(0x8100, frame)).outcome()).isEqualTo(Outcome.TOO_DEEP);
    }
}
