package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * Tunnels that an IP packet may carry: GRE and what is in UDP. A tunnel over UDP is known by its port alone, so that its header must make sense before the
 * packet is taken for one; one that does not is just UDP.
 */
final class Tunnels {
    private static final int UDP_HEADER = 8;
    private static final int TEREDO_PORT = 3544;
    private static final int GTP_PORT = 2152;
    private static final int VXLAN_PORT = 4789;
    private static final int VXLAN_GPE_PORT = 4790;
    private static final int GENEVE_PORT = 6081;
    private static final int MPLS_PORT = 6635;
    private static final int OLD_VXLAN_PORT = 8472;
    private static final int L2TP_PORT = 1701;

    private static final int GRE_CHECKSUM = 0x8000;
    private static final int GRE_ROUTING = 0x4000;
    private static final int GRE_KEY = 0x2000;
    private static final int GRE_SEQUENCE = 0x1000;
    private static final int GRE_ACKNOWLEDGEMENT = 0x0080;
    private static final int GRE_VERSION = 7;
    private static final int ERSPAN = 0x88be;
    private static final int ERSPAN_3 = 0x22eb;
    private static final int CACHE_REDIRECTION = 0x883e;

    private Tunnels() {}

    static Outcome udp(Frame frame) {
        if (frame.lacks(UDP_HEADER + 8)) {
            return Outcome.OTHER_TRANSPORT;
        }
        int source = frame.u16(0);
        int destination = frame.u16(2);
        switch (destination) {
            case VXLAN_PORT, OLD_VXLAN_PORT, VXLAN_GPE_PORT, GENEVE_PORT, GTP_PORT, MPLS_PORT, L2TP_PORT, TEREDO_PORT -> { }
            default -> {
                if (source != TEREDO_PORT && source != L2TP_PORT) {
                    return Outcome.OTHER_TRANSPORT;
                }
            }
        }
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        frame.at += UDP_HEADER;
        return switch (destination) {
            case VXLAN_PORT, OLD_VXLAN_PORT -> vxlan(frame);
            case VXLAN_GPE_PORT -> vxlanGpe(frame);
            case GENEVE_PORT -> geneve(frame);
            case GTP_PORT -> gtp(frame);
            case MPLS_PORT -> {
                frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
                yield Mpls.decode(frame);
            }
            default -> destination == L2TP_PORT || source == L2TP_PORT ? l2tp(frame) : teredo(frame);
        };
    }

    /** VXLAN (RFC 7348): flags of which the fifth is set, three bytes of policy, network, a zero. */
    private static Outcome vxlan(Frame frame) {
        if ((frame.u8(0) & 0x08) == 0 || frame.u8(7) != 0) {
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
        if ((frame.u8(0) & 0x08) == 0 || frame.u8(7) != 0) {
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
     * GRE (RFC 2784, 2890; version 1: RFC 2637).
     *
     * <pre>
     *  0  |C|R|K|S|     |A|  | version |   EtherType    |
     *  4  | checksum and offset (C or R), key (K), sequence number (S), acknowledgement number (A), each of four bytes
     * </pre>
     */
    static Outcome gre(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(4)) {
            return frame.shortage(4);
        }
        int flags = frame.u16(0);
        int type = frame.u16(2);
        boolean sequenced = (flags & GRE_SEQUENCE) != 0;
        int version = flags & GRE_VERSION;
        if (version > 1 || version == 0 && (flags & GRE_ROUTING) != 0 || version == 1 && !sequenced) {
            return Outcome.OTHER_TRANSPORT; // unknown; source-routed, which nobody does; acknowledgement alone
        }
        int length = 4 + ((flags & GRE_CHECKSUM) != 0 ? 4 : 0) + ((flags & GRE_KEY) != 0 ? 4 : 0) + (sequenced ? 4 : 0)
                + (version == 1 && (flags & GRE_ACKNOWLEDGEMENT) != 0 ? 4 : 0);
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        frame.enterTunnel(PacketHeader.TUNNEL_GRE);
        return switch (type) {
            case ERSPAN -> behind(frame, sequenced ? 8 : 0);
            case ERSPAN_3 -> {
                if (frame.lacks(12)) {
                    yield frame.shortage(12);
                }
                yield behind(frame, (frame.u8(11) & 1) != 0 ? 20 : 12);
            }
            case CACHE_REDIRECTION -> {
                frame.at += !frame.lacks(4) && frame.u8(0) >>> 4 != 4 ? 4 : 0;
                yield Ip.v4(frame);
            }
            default -> EtherTypes.decode(frame, type);
        };
    }

    /** An Ethernet frame behind a header of {@code length} bytes. */
    private static Outcome behind(Frame frame, int length) {
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        return EtherTypes.ethernet(frame);
    }

    /** EtherIP (RFC 3378): version 3 and twelve zero bits, then an Ethernet frame. */
    static Outcome etherIp(Frame frame) {
        if (frame.lacks(2)) {
            return frame.shortage(2);
        }
        frame.at += 2;
        frame.enterTunnel(PacketHeader.TUNNEL_OTHER);
        return EtherTypes.ethernet(frame);
    }
}
