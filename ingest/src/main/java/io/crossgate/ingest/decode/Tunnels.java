package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/** Tunnels that are IP protocols of their own. */
final class Tunnels {
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
