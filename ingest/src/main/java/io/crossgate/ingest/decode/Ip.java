package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200) headers with their options and extension headers.
 *
 * <pre>
 *  0  |4|ihl|  tos   |  total length   |     |6| class  |     flow label    |
 *  4  | identification |  flags,offset |     | payload length | next | hops |
 *  8  |  ttl  | proto |    checksum    |     |            source            |
 * 12  |             source             |     |             ...              |
 * 16  |          destination           | 24  |         destination          |
 * </pre>
 *
 * <p>The lengths in these headers rule: link layers pad, and a capture may hold trailers. A length beyond the frame's end means that something was cut off,
 * even where the capture does not say so: firewalls log, and tools keep, no more than the first bytes of a packet. A length of 0 is that of a packet which
 * the sender's network card was still to cut into pieces.
 */
final class Ip {
    static final int V6_HEADER = 40;
    static final int V6_FRAGMENT_OFFSET = 0xfff8;
    static final int EXTENSION_FIXED = 8;

    private static final int V4_HEADER = 20;
    private static final int V4_MORE_FRAGMENTS = 0x2000;
    private static final int V4_FRAGMENT_OFFSET = 0x1fff;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;
    private static final int HOME_ADDRESS = 201;

    private static final int HOP_BY_HOP = 0;
    private static final int IPV4_IN_IP = 4;
    private static final int IPV6_IN_IP = 41;
    private static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    private static final int GRE = 47;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT = 59;
    private static final int DESTINATION = 60;
    private static final int ETHER_IP = 97;
    private static final int MOBILITY = 135;
    private static final int MPLS_IN_IP = 137;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;

    private Ip() {}

    /** Decodes an IP packet of the version that its first byte states. */
    static Outcome either(Frame frame) {
        if (frame.lacks(1)) {
            return frame.shortage(1);
        }
        return frame.u8(0) >>> 4 == 6 ? v6(frame) : v4(frame);
    }

    static Outcome v4(Frame frame) {
        if (frame.stopAtIp) {
            frame.atIp = true;
            return Outcome.OTHER_TRANSPORT;
        }
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(V4_HEADER)) {
            return frame.shortage(V4_HEADER);
        }
        int headerLength = (frame.u8(0) & 0xf) * 4;
        int total = frame.u16(2);
        if (frame.u8(0) >>> 4 != 4 || headerLength < V4_HEADER || total != 0 && total < headerLength) {
            return Outcome.MALFORMED;
        }
        if (total == 0) {
            total = (int) (frame.stated - frame.at);
        }
        frame.limit(total);
        if (frame.lacks(headerLength)) {
            return frame.shortage(headerLength);
        }
        PacketHeader into = frame.into;
        into.ipv6 = false;
        into.ipLength = total;
        into.ipId = frame.u16(4);
        into.ttl = frame.u8(8);
        into.sourceHigh = into.destinationHigh = 0;
        into.sourceLow = IpText.mapped(frame.i32(12));
        into.destinationLow = IpText.mapped(frame.i32(16));
        int fragment = frame.u16(6);
        into.fragment = (fragment & V4_MORE_FRAGMENTS) != 0;
        frame.foreignPseudoHeader = headerLength > V4_HEADER && hasHopsToGo(frame, headerLength);
        int protocol = frame.u8(9);
        frame.at += headerLength;
        return (fragment & V4_FRAGMENT_OFFSET) != 0 ? Outcome.FRAGMENT : transport(frame, protocol);
    }

    /** True if the IPv4 options hold a source route that is not used up: the destination is then only the next hop. */
    private static boolean hasHopsToGo(Frame frame, int headerLength) {
        int offset = V4_HEADER;
        while (offset + 2 < headerLength && frame.u8(offset) != 0) {
            int kind = frame.u8(offset);
            int length = kind == 1 ? 1 : frame.u8(offset + 1);
            if (length == 0) {
                return false;
            }
            if ((kind == LOOSE_SOURCE_ROUTE || kind == STRICT_SOURCE_ROUTE) && frame.u8(offset + 2) <= length) {
                return true;
            }
            offset += length;
        }
        return false;
    }

    static Outcome v6(Frame frame) {
        if (frame.stopAtIp) {
            frame.atIp = true;
            return Outcome.OTHER_TRANSPORT;
        }
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(V6_HEADER)) {
            return frame.shortage(V6_HEADER);
        }
        if (frame.u8(0) >>> 4 != 6) {
            return Outcome.MALFORMED;
        }
        PacketHeader into = frame.into;
        int payload = frame.u16(4);
        int next = frame.u8(6);
        int total = payload == 0 && next != NO_NEXT ? (int) (frame.stated - frame.at) : payload + V6_HEADER;
        frame.limit(total);
        into.ipv6 = true;
        into.ipLength = total;
        into.ipId = PacketHeader.ABSENT;
        into.ttl = frame.u8(7);
        into.sourceHigh = frame.i64(8);
        into.sourceLow = frame.i64(16);
        into.destinationHigh = frame.i64(24);
        into.destinationLow = frame.i64(32);
        into.fragment = false;
        frame.foreignPseudoHeader = false;
        frame.at += V6_HEADER;
        return transport(frame, next);
    }

    /** True for a header that only stands between an IP header and what it carries. */
    static boolean isExtension(int protocol, boolean v6) {
        return switch (protocol) {
            case AUTHENTICATION -> true;
            case HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION, MOBILITY, HOST_IDENTITY, SHIM6 -> v6;
            default -> false;
        };
    }

    /** Length of the extension header at {@code offset}, the first two bytes of which must be there. */
    static int extensionLength(Frame frame, int offset, int protocol) {
        int units = frame.u8(offset + 1);
        return switch (protocol) {
            case FRAGMENT -> EXTENSION_FIXED;
            case AUTHENTICATION -> (units + 2) * 4;
            default -> (units + 1) * 8;
        };
    }

    /** Decodes what an IP header carries, past any extension headers. */
    private static Outcome transport(Frame frame, int first) {
        int protocol = first;
        while (isExtension(protocol, frame.into.ipv6)) {
            if (!frame.deeper()) {
                return Outcome.TOO_DEEP;
            }
            if (frame.lacks(EXTENSION_FIXED)) {
                return frame.shortage(EXTENSION_FIXED);
            }
            int length = extensionLength(frame, 0, protocol);
            if (frame.lacks(length)) {
                return frame.shortage(length);
            }
            if (protocol == FRAGMENT) {
                int fragment = frame.u16(2);
                if ((fragment & V6_FRAGMENT_OFFSET) != 0) {
                    return Outcome.FRAGMENT;
                }
                frame.into.fragment |= (fragment & 1) != 0;
            } else if (protocol == ROUTING) {
                frame.foreignPseudoHeader |= frame.u8(3) != 0; // segments left
            } else if (protocol == DESTINATION) {
                frame.foreignPseudoHeader |= hasHomeAddress(frame, length);
            }
            protocol = frame.u8(0);
            frame.at += length;
        }
        return switch (protocol) {
            case PacketHeader.TCP -> Tcp.decode(frame);
            case PacketHeader.ICMP -> frame.into.ipv6 ? Outcome.OTHER_TRANSPORT : Icmp.decode(frame, protocol);
            case PacketHeader.ICMPV6 -> frame.into.ipv6 ? Icmp.decode(frame, protocol) : Outcome.OTHER_TRANSPORT;
            case PacketHeader.UDP -> UdpTunnels.decode(frame);
            case IPV4_IN_IP -> {
                frame.enterTunnel(PacketHeader.TUNNEL_IP_IN_IP);
                yield v4(frame);
            }
            case IPV6_IN_IP -> {
                frame.enterTunnel(PacketHeader.TUNNEL_IP_IN_IP);
                yield v6(frame);
            }
            case GRE -> Tunnels.gre(frame);
            case ETHER_IP -> Tunnels.etherIp(frame);
            case MPLS_IN_IP -> {
                frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
                yield Mpls.decode(frame);
            }
            default -> Outcome.OTHER_TRANSPORT;
        };
    }

    /** True if the destination options hold the home address of a mobile node, which its checksums cover instead of the source (RFC 6275). */
    private static boolean hasHomeAddress(Frame frame, int headerLength) {
        int offset = 2;
        while (offset + 1 < headerLength) {
            int kind = frame.u8(offset);
            if (kind == HOME_ADDRESS) {
                return true;
            }
            offset += kind == 0 ? 1 : 2 + frame.u8(offset + 1);
        }
        return false;
    }
}
