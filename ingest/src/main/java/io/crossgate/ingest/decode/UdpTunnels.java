package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * Tunnels in UDP. Such a tunnel is known by its port alone, so that its header must make sense before the packet is taken for one; one that does not is just
 * UDP. Teredo has its port only at servers, so it is known by the addresses in it as well.
 */
final class UdpTunnels {
    private static final int UDP_HEADER = 8;
    private static final int UDP_LENGTH = 4;
    private static final int V6_HEADER = 40;
    private static final int V6_LENGTH = 4;
    private static final int V6_SOURCE = 8;
    private static final int V6_DESTINATION = 24;
    /** 2001:0::/32, the addresses of Teredo's clients (RFC 4380 section 2.6). */
    private static final int TEREDO_PREFIX = 0x20010000;
    private static final int TEREDO_PORT = 3544;
    private static final int GTP_PORT = 2152;
    private static final int VXLAN_PORT = 4789;
    private static final int VXLAN_GPE_PORT = 4790;
    private static final int GENEVE_PORT = 6081;
    private static final int MPLS_PORT = 6635;
    private static final int CAPWAP_DATA_PORT = 5247;
    private static final int AYIYA_PORT = 5072;
    private static final int OLD_VXLAN_PORT = 8472;
    private static final int L2TP_PORT = 1701;

    private UdpTunnels() {}

    static Outcome decode(Frame frame) {
        if (frame.lacks(UDP_HEADER + 8)) {
            return Outcome.OTHER_TRANSPORT;
        }
        int source = frame.u16(0);
        int destination = frame.u16(2);
        boolean known = isTunnel(destination) || isTunnel(source);
        if (!known && !holdsTeredo(frame)) {
            return Outcome.OTHER_TRANSPORT;
        }
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        frame.at += UDP_HEADER;
        if (!known) {
            return teredo(frame);
        }
        return switch (destination) {
            case VXLAN_PORT, OLD_VXLAN_PORT -> vxlan(frame);
            case VXLAN_GPE_PORT -> vxlanGpe(frame);
            case GENEVE_PORT -> geneve(frame);
            case GTP_PORT -> gtp(frame);
            case MPLS_PORT -> mpls(frame);
            default -> eitherWay(frame, isTunnel(destination) ? destination : source);
        };
    }

    private static boolean isTunnel(int port) {
        return switch (port) {
            case VXLAN_PORT, OLD_VXLAN_PORT, VXLAN_GPE_PORT, GENEVE_PORT, GTP_PORT, MPLS_PORT -> true;
            case L2TP_PORT, TEREDO_PORT, AYIYA_PORT, CAPWAP_DATA_PORT -> true;
            default -> false;
        };
    }

    /**
     * Between a client and a relay, or two clients, Teredo uses whatever ports a NAT gave them, and no indications (RFC 4380 sections 5.2.4 and 5.4.1). All that is
     * in the datagram is an IPv6 packet, to its last byte, and an end of it is a Teredo client.
     */
    private static boolean holdsTeredo(Frame frame) {
        return frame.u8(UDP_HEADER) >>> 4 == 6 && !frame.lacks(UDP_HEADER + V6_HEADER)
                && frame.u16(UDP_LENGTH) == UDP_HEADER + V6_HEADER + frame.u16(UDP_HEADER + V6_LENGTH)
                && (frame.i32(UDP_HEADER + V6_SOURCE) == TEREDO_PREFIX || frame.i32(UDP_HEADER + V6_DESTINATION) == TEREDO_PREFIX);
    }

    /** Tunnels whose packets go to the port in one direction, and come from it in the other. */
    private static Outcome eitherWay(Frame frame, int port) {
        return switch (port) {
            case L2TP_PORT -> l2tp(frame);
            case TEREDO_PORT -> teredo(frame);
            case AYIYA_PORT -> ayiya(frame);
            case CAPWAP_DATA_PORT -> capwap(frame);
            default -> Outcome.OTHER_TRANSPORT;
        };
    }

    private static Outcome mpls(Frame frame) {
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return Mpls.decode(frame);
    }

    /** VXLAN (RFC 7348): flags of which the fifth is set, three bytes, network, a byte; what is reserved in them is ignored. */
    private static Outcome vxlan(Frame frame) {
        if ((frame.u8(0) & 0x08) == 0) {
            return Outcome.OTHER_TRANSPORT;
        }
        boolean generic = frame.u8(0) == 0x0c;
        int next = frame.u8(3);
        frame.at += 8;
        frame.enterTunnel(PacketHeader.TUNNEL_VXLAN);
        return generic ? EtherTypes.nextProtocol(frame, next) : EtherTypes.ethernet(frame);
    }

    /** VXLAN-GPE: as VXLAN, with the protocol of what follows in the fourth byte. */
    private static Outcome vxlanGpe(Frame frame) {
        if ((frame.u8(0) & 0x08) == 0) {
            return Outcome.OTHER_TRANSPORT;
        }
        int next = frame.u8(3);
        frame.at += 8;
        frame.enterTunnel(PacketHeader.TUNNEL_VXLAN);
        return EtherTypes.nextProtocol(frame, next);
    }

    /** Geneve (RFC 8926): version and length of the options in words, flags, EtherType, network, a zero, options. */
    private static Outcome geneve(Frame frame) {
        if (frame.u8(0) >>> 6 != 0 || frame.u8(7) != 0) {
            return Outcome.OTHER_TRANSPORT;
        }
        int length = 8 + (frame.u8(0) & 0x3f) * 4;
        int type = frame.u16(2);
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        frame.enterTunnel(PacketHeader.TUNNEL_GENEVE);
        return EtherTypes.decode(frame, type);
    }

    /** GTP-U version 1 (3GPP TS 29.281): flags, type 255 for user data, length, tunnel; with any flag four bytes more, and extensions in words. */
    private static Outcome gtp(Frame frame) {
        int flags = frame.u8(0);
        if (flags >>> 4 != 3 || frame.u8(1) != 255) {
            return Outcome.OTHER_TRANSPORT;
        }
        int length = 8;
        if ((flags & 7) != 0) {
            length += 4;
            boolean more = !frame.lacks(length) && (flags & 4) != 0 && frame.u8(11) != 0;
            while (more) {
                if (!frame.deeper()) {
                    return Outcome.TOO_DEEP;
                }
                if (frame.lacks(length + 1)) {
                    return frame.shortage(length + 1);
                }
                int extension = frame.u8(length) * 4;
                if (extension == 0) {
                    return Outcome.MALFORMED;
                }
                length += extension;
                more = !frame.lacks(length) && frame.u8(length - 1) != 0;
            }
        }
        if (frame.lacks(length + 1)) {
            return frame.shortage(length + 1);
        }
        frame.at += length;
        if (frame.u8(0) >>> 4 != 4 && frame.u8(0) >>> 4 != 6) {
            return Outcome.OTHER_TRANSPORT;
        }
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return Ip.either(frame);
    }

    /** L2TP version 2 data (RFC 2661): flags say which of length, sequence numbers and offset are there; then PPP. */
    private static Outcome l2tp(Frame frame) {
        int flags = frame.u16(0);
        if ((flags & 0x800f) != 2) {
            return Outcome.OTHER_TRANSPORT; // another version, or a control message
        }
        int length = 6 + ((flags & 0x4000) != 0 ? 2 : 0) + ((flags & 0x0800) != 0 ? 4 : 0);
        if ((flags & 0x0200) != 0) {
            if (frame.lacks(length + 2)) {
                return frame.shortage(length + 2);
            }
            length += 2 + frame.u16(length);
        }
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return Ppp.decode(frame);
    }

    /** Teredo (RFC 4380): an authentication and an origin indication may stand before the IPv6 packet. */
    private static Outcome teredo(Frame frame) {
        if (frame.u16(0) == 1) {
            int length = 13 + frame.u8(2) + frame.u8(3);
            if (frame.lacks(length + 2)) {
                return Outcome.OTHER_TRANSPORT;
            }
            frame.at += length;
        }
        if (!frame.lacks(8) && frame.u16(0) == 0) {
            frame.at += 8;
        }
        if (frame.lacks(1) || frame.u8(0) >>> 4 != 6) {
            return Outcome.OTHER_TRANSPORT;
        }
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return Ip.v6(frame);
    }

    /**
     * AYIYA: length of the identity as a power of two, length of the signature in words, operation (1 is to forward), next header; a time, the identity, the
     * signature.
     */
    private static Outcome ayiya(Frame frame) {
        int length = 8 + (1 << (frame.u8(0) >>> 4)) + (frame.u8(1) >>> 4) * 4;
        boolean forward = (frame.u8(2) & 0xf) == 1;
        int next = frame.u8(3);
        if (!forward || next != 41 || frame.lacks(length)) {
            return Outcome.OTHER_TRANSPORT;
        }
        frame.at += length;
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return Ip.v6(frame);
    }

    /**
     * CAPWAP data (RFC 5415).
     *
     * <pre>
     *  0  | 0 |words| radio |binding|T|F|L|W|M|K|   |
     *  4  |     fragment      |   offset    |       |
     * </pre>
     *
     * T: the frame is wireless, not Ethernet; F: it is a fragment; K: there is none, this only keeps the tunnel alive.
     */
    private static Outcome capwap(Frame frame) {
        int flags = frame.u16(2);
        int length = (frame.u8(1) >>> 3) * 4;
        if (frame.u8(0) != 0 || length < 8 || (flags & 0x08) != 0) {
            return Outcome.OTHER_TRANSPORT;
        }
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        boolean laterFragment = (flags & 0x80) != 0 && frame.u16(6) >>> 3 != 0;
        frame.at += length;
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        if (laterFragment) {
            return Outcome.FRAGMENT;
        }
        return (flags & 0x100) != 0 ? Wireless.decodeEitherOrder(frame) : EtherTypes.ethernet(frame);
    }
}
