package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * A short way through the frames that nearly all are: TCP with a right or an unknown checksum, in IPv4 without options or IPv6 without extension headers, no fragment, on
 * Ethernet with a VLAN tag or without. Whatever is not of these, or is wrong in any way, is left to the decoders of each layer, which say the same of these frames.
 */
final class UsualFrame {
    private static final int TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int VLAN = 0x8100;
    private static final int VLAN_TAG = 4;
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int SHORTEST = TYPE + 2 + V4_HEADER + TCP_HEADER;
    private static final int VERSION_4_NO_OPTIONS = 0x45;
    private static final int MORE_OR_OFFSET = 0x3fff;
    /** Two no-operations, kind and length: how most systems write the timestamps option, and nothing else. */
    private static final int TIMESTAMPS = 0x0101_080a;
    private static final int WITH_TIMESTAMPS = 32;

    private UsualFrame() {}

    /**
     * Decodes a frame if it is one of these; if not, {@code into} is as it was.
     *
     * @param into cleared for a decoder
     */
    static boolean decode(byte[] bytes, int offset, int capturedLength, PacketHeader into) {
        if (capturedLength < SHORTEST || offset < 0 || capturedLength > bytes.length - offset) {
            return false;
        }
        int limit = offset + capturedLength;
        int type = Frame.u16(bytes, offset + TYPE);
        int ip = offset + TYPE + 2;
        if (type == VLAN) {
            type = Frame.u16(bytes, ip + 2);
            ip += VLAN_TAG;
        }
        return type == IPV4 ? v4(bytes, ip, limit, into) : type == IPV6 && v6(bytes, ip, limit, into);
    }

    private static boolean v4(byte[] bytes, int ip, int limit, PacketHeader into) {
        if (limit - ip < V4_HEADER + TCP_HEADER || bytes[ip] != VERSION_4_NO_OPTIONS || bytes[ip + 9] != PacketHeader.TCP
                || (Frame.u16(bytes, ip + 6) & MORE_OR_OFFSET) != 0) {
            return false;
        }
        int total = Frame.u16(bytes, ip + 2);
        if (!tcp(bytes, ip + 12, ip + V4_HEADER, ip + total, limit, into)) {
            return false;
        }
        into.ipv6 = false;
        into.ipLength = total;
        into.ipId = Frame.u16(bytes, ip + 4);
        into.ttl = bytes[ip + 8] & 0xff;
        into.sourceHigh = into.destinationHigh = 0;
        into.sourceLow = IpText.mapped(Frame.i32(bytes, ip + 12));
        into.destinationLow = IpText.mapped(Frame.i32(bytes, ip + 16));
        return true;
    }

    private static boolean v6(byte[] bytes, int ip, int limit, PacketHeader into) {
        if (limit - ip < V6_HEADER + TCP_HEADER || (bytes[ip] & 0xf0) != 0x60 || bytes[ip + 6] != PacketHeader.TCP) {
            return false;
        }
        int total = Frame.u16(bytes, ip + 4) + V6_HEADER;
        if (!tcp(bytes, ip + 8, ip + V6_HEADER, ip + total, limit, into)) {
            return false;
        }
        into.ipv6 = true;
        into.ipLength = total;
        into.ipId = PacketHeader.ABSENT;
        into.ttl = bytes[ip + 7] & 0xff;
        into.sourceHigh = Frame.i64(bytes, ip + 8);
        into.sourceLow = Frame.i64(bytes, ip + 16);
        into.destinationHigh = Frame.i64(bytes, ip + 24);
        into.destinationLow = Frame.i64(bytes, ip + 32);
        return true;
    }

    /** The segment at {@code at}, which ends at {@code stated}. The addresses are right before it, so that one sum is of both. */
    private static boolean tcp(byte[] bytes, int addresses, int at, int stated, int limit, PacketHeader into) {
        int end = Math.min(limit, stated);
        int segment = stated - at;
        if (end - at < TCP_HEADER) {
            return false;
        }
        int headerLength = (bytes[at + 12] >>> 2) & 0x3c;
        if (headerLength < TCP_HEADER || headerLength > segment) {
            return false;
        }
        if (end == stated) {
            if (!Checksum.isWhole(Checksum.sum(bytes, addresses, end) + PacketHeader.TCP + segment)) {
                return false;
            }
            into.checksum = PacketHeader.CHECKSUM_GOOD;
        } else {
            into.checksum = PacketHeader.CHECKSUM_UNKNOWN;
        }
        into.protocol = PacketHeader.TCP;
        into.fragment = false;
        Tcp.fixed(bytes, at, into);
        into.payloadLength = segment - headerLength;
        into.truncated = end - at < headerLength;
        if (headerLength == WITH_TIMESTAMPS && !into.truncated && Frame.i32(bytes, at + TCP_HEADER) == TIMESTAMPS) {
            into.timestamps = true;
            into.tsVal = Frame.i32(bytes, at + 24);
            into.tsEcr = Frame.i32(bytes, at + 28);
        } else if (headerLength > TCP_HEADER) {
            Tcp.options(bytes, at + TCP_HEADER, Math.min(at + headerLength, end), into);
        }
        return true;
    }
}
