package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.ethernet;
import static io.crossgate.ingest.decode.Frames.hex;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.synAck;
import static io.crossgate.ingest.decode.Frames.udp;
import static io.crossgate.ingest.decode.Frames.wrap;
import static io.crossgate.schemas.flow.PacketHeader.TUNNEL_GENEVE;
import static io.crossgate.schemas.flow.PacketHeader.TUNNEL_GRE;
import static io.crossgate.schemas.flow.PacketHeader.TUNNEL_IP_IN_IP;
import static io.crossgate.schemas.flow.PacketHeader.TUNNEL_OTHER;
import static io.crossgate.schemas.flow.PacketHeader.TUNNEL_VXLAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TunnelsTest {
    private static final int RAW = 101;
    private static final byte[] V4 = ipv4(PacketHeader.TCP, synAck());
    private static final byte[] V6 = ipv6(PacketHeader.TCP, synAck());
    /** From and to a client of Teredo: the prefix 2001:0::/32. Words of the address change places, so the checksum of what is inside stays right. */
    private static final byte[] FROM_TEREDO = swapped(V6, 10, 12);
    private static final byte[] TO_TEREDO = swapped(V6, 26, 28);
    private static final byte[] ETHERNET = ethernet(0x0800, V4);

    record Tunnel(String name, int bits, byte[] packet) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Tunnel> everyTunnelAroundASynAck() {
        return Stream.of(
                new Tunnel("IPv4 in IPv4", TUNNEL_IP_IN_IP, ipv4(4, V4)),
                new Tunnel("IPv6 in IPv4", TUNNEL_IP_IN_IP, ipv4(41, V6)),
                new Tunnel("GRE", TUNNEL_GRE, ipv4(47, wrap("0000 0800", V4))),
                new Tunnel("GRE with checksum, key and sequence number", TUNNEL_GRE, ipv4(47, wrap("b000 86dd 00000000 00000001 00000002", V6))),
                new Tunnel("GRE bridged", TUNNEL_GRE, ipv4(47, wrap("2000 6558 00000001", ETHERNET))),
                new Tunnel("GRE with MPLS", TUNNEL_GRE, ipv4(47, wrap("0000 8847 00011140", V4))),
                new Tunnel("PPTP", TUNNEL_GRE, ipv4(47, wrap("3081 880b 00420001 00000001 00000002 ff03 0021", V4))),
                new Tunnel("ERSPAN 1", TUNNEL_GRE, ipv4(47, wrap("0000 88be", ETHERNET))),
                new Tunnel("ERSPAN 2", TUNNEL_GRE, ipv4(47, wrap("1000 88be 00000001 1000000100000000", ETHERNET))),
                new Tunnel("ERSPAN 3", TUNNEL_GRE, ipv4(47, wrap("1000 22eb 00000001 200000010000000000000000", ETHERNET))),
                new Tunnel("ERSPAN 3 with more", TUNNEL_GRE, ipv4(47, wrap("1000 22eb 00000001 200000010000000000000001 0000000000000000", ETHERNET))),
                new Tunnel("WCCP", TUNNEL_GRE, ipv4(47, wrap("0000 883e 00000000", V4))),
                new Tunnel("VXLAN", TUNNEL_VXLAN, ipv4(17, udp(4789, wrap("08000000 00002a00", ETHERNET)))),
                new Tunnel("VXLAN, old port, reserved bits set", TUNNEL_VXLAN, ipv4(17, udp(8472, wrap("ff010000 00002a01", ETHERNET)))),
                new Tunnel("VXLAN-GPE", TUNNEL_VXLAN, ipv4(17, udp(4790, wrap("0c000001 00002a00", V4)))),
                new Tunnel("Geneve", TUNNEL_GENEVE, ipv4(17, udp(6081, wrap("00006558 00002a00", ETHERNET)))),
                new Tunnel("Geneve with options", TUNNEL_GENEVE, ipv4(17, udp(6081, wrap("02000800 00002a00 0102800100000000", V4)))),
                new Tunnel("GTP-U", TUNNEL_OTHER, ipv4(17, udp(2152, wrap("30ff0050 00000001", V4)))),
                new Tunnel("GTP-U with extension", TUNNEL_OTHER, ipv4(17, udp(2152, wrap("34ff0050 00000001 00000085 01100900", V4)))),
                new Tunnel("L2TP", TUNNEL_OTHER, ipv4(17, udp(1701, wrap("4002 0050 00010002 ff03 0021", V4)))),
                new Tunnel("Teredo", TUNNEL_OTHER, ipv4(17, udp(3544, wrap("0000 c35f 3f572bfe", V6)))),
                new Tunnel("Teredo with authentication", TUNNEL_OTHER, ipv4(17, udp(3544, wrap("0001 0204 aabb 01020304 0000000000000000 00 0000 c35f 3f572bfe", V6)))),
                new Tunnel("Teredo, client to relay", TUNNEL_OTHER, ipv4(17, udp(32900, FROM_TEREDO))),
                new Tunnel("Teredo, relay to client", TUNNEL_OTHER, ipv4(17, udp(3797, TO_TEREDO))),
                new Tunnel("AYIYA", TUNNEL_OTHER, ipv4(17, udp(5072, wrap("4152 1129 00000000" + "00".repeat(36), V6)))),
                new Tunnel("CAPWAP, Ethernet", TUNNEL_OTHER, ipv4(17, udp(5247, wrap("00100000 00000000", ETHERNET)))),
                new Tunnel("CAPWAP, wireless, first bytes swapped", TUNNEL_OTHER, ipv4(17, udp(5247,
                        wrap("00100300 00000000 0208 0000 021100000001 021100000002 021100000003 0000 aaaa03 000000 0800", V4)))),
                new Tunnel("MPLS in UDP", TUNNEL_OTHER, ipv4(17, udp(6635, wrap("00011140", V4)))),
                new Tunnel("MPLS in IP", TUNNEL_OTHER, ipv4(137, wrap("00011140", V4))),
                new Tunnel("EtherIP", TUNNEL_OTHER, ipv4(97, wrap("3000", ETHERNET))),
                new Tunnel("VXLAN, and in it GRE", TUNNEL_VXLAN | TUNNEL_GRE,
                        ipv4(17, udp(4789, wrap("08000000 00002a00", ethernet(0x86dd, ipv6(47, wrap("0000 0800", V4))))))));
    }

    @ParameterizedTest
    @MethodSource("everyTunnelAroundASynAck")
    void theSynAckIsFoundInEveryTunnelAndTheOutermostAddressesAreNoted(Tunnel tunnel) {
        Decoded decoded = decode(RAW, tunnel.packet);

        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        PacketHeader header = decoded.header();
        assertThat(header.tunnel).isEqualTo(tunnel.bits);
        assertThat(header.mss).isEqualTo(1460);
        assertThat(header.checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
        assertThat(header.fragment).isFalse();
        assertThat(IpText.address(header.outerSourceHigh, header.outerSourceLow)).isEqualTo("10.20.1.5");
        assertThat(IpText.address(header.outerDestinationHigh, header.outerDestinationLow)).isEqualTo("203.0.113.50");
    }

    @Test
    void theInnerFlowIsTheHeaders() {
        PacketHeader header = decode(RAW, ipv6(4, V4)).header();
        assertThat(header.ipv6).isFalse();
        assertThat(header.ipId).isEqualTo(0x1234);
        assertThat(header.sourceHigh).isZero();
        assertThat(IpText.address(header.sourceHigh, header.sourceLow)).isEqualTo("10.20.1.5");
        assertThat(IpText.address(header.outerSourceHigh, header.outerSourceLow)).isEqualTo("2001:db8:0:1::5");

        PacketHeader six = decode(RAW, ipv4(41, V6)).header();
        assertThat(six.ipv6).isTrue();
        assertThat(six.ipId).isEqualTo(PacketHeader.ABSENT);
    }

    @Test
    void whatOnlyUsesATunnelsPortIsOtherTransport() {
        for (int port : new int[] {4789, 2152, 1701, 3544, 5072, 5247}) {
            assertThat(decode(RAW, ipv4(17, udp(port, hex("f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7")))).outcome()).isEqualTo(Outcome.OTHER_TRANSPORT);
            assertThat(decode(RAW, ipv4(17, udp(port, new byte[3]))).outcome()).isEqualTo(Outcome.OTHER_TRANSPORT);
        }
    }

    @Test
    void ipv6InAnyOtherDatagramIsTeredoOnlyIfItFillsItAndAnEndIsAClientOfTeredo() {
        assertThat(decode(RAW, ipv4(17, udp(32900, V6))).outcome()).as("no end is").isEqualTo(Outcome.OTHER_TRANSPORT);
        assertThat(decode(RAW, ipv4(17, udp(32900, Arrays.copyOf(FROM_TEREDO, FROM_TEREDO.length + 1)))).outcome()).as("a byte more").isEqualTo(Outcome.OTHER_TRANSPORT);
        assertThat(decode(RAW, ipv4(17, udp(32900, Arrays.copyOf(FROM_TEREDO, FROM_TEREDO.length - 1)))).outcome()).as("a byte less").isEqualTo(Outcome.OTHER_TRANSPORT);
        assertThat(decode(RAW, ipv4(17, udp(32900, Arrays.copyOf(FROM_TEREDO, 39)))).outcome()).as("no whole header").isEqualTo(Outcome.OTHER_TRANSPORT);
    }

    @Test
    void aFirewallSeesTheDatagramAndNotWhatTeredoCarriesInIt() {
        for (byte[] datagram : new byte[][] {udp(32900, FROM_TEREDO), udp(3544, wrap("0000 c35f 3f572bfe", V6))}) {
            byte[] packet = ipv4(17, datagram);
            PacketHeader header = new PacketHeader();
            Reach reach = new FirewallDecoder(false).decode(RAW, packet, 0, packet.length, packet.length, 0, header);
            assertThat(reach.tracked()).isTrue();
            assertThat(header.protocol).isEqualTo(PacketHeader.UDP);
            assertThat(header.tunnel).isZero();
            assertThat(IpText.address(header.sourceHigh, header.sourceLow)).isEqualTo("10.20.1.5");
        }
    }

    /** With two 16-bit words in each other's place. */
    private static byte[] swapped(byte[] packet, int a, int b) {
        byte[] other = packet.clone();
        System.arraycopy(packet, a, other, b, 2);
        System.arraycopy(packet, b, other, a, 2);
        return other;
    }

    @Test
    void aFragmentOfTheOuterPacketLeavesTheInnerChecksumUnknown() {
        byte[] whole = ipv4(4, ipv4(PacketHeader.TCP, Frames.tcp(PacketHeader.ACK, "", 100)));
        byte[] first = Arrays.copyOf(whole, 20 + 48);
        first[3] = 68;
        first[6] = 0x20;
        Decoded decoded = decode(RAW, first);
        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
        assertThat(decoded.header().payloadLength).isEqualTo(100);
    }

    @Test
    void tunnelsInTunnelsWithoutEndAreTooDeep() {
        byte[] packet = V4;
        for (int i = 0; i < 40; i++) {
            packet = ipv4(4, packet);
        }
        assertThat(decode(RAW, packet).outcome()).isEqualTo(Outcome.TOO_DEEP);
    }
}
