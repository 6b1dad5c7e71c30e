package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/** The Internet checksum (RFC 1071) of TCP and ICMP. */
final class Checksum {
    private Checksum() {}

    /** Checksum state of the TCP segment at the frame's position; relies on its fixed header being there. */
    static byte ofTcp(Frame frame) {
        if (isIncomplete(frame)) {
            return PacketHeader.CHECKSUM_UNKNOWN;
        }
        int length = frame.end - frame.at;
        long addresses = addresses(frame.into) + PacketHeader.TCP;
        long pseudo = addresses + (length >>> 16) + (length & 0xffff);
        if (fold(pseudo + sum(frame.bytes, frame.at, frame.end)) == 0xffff) {
            return PacketHeader.CHECKSUM_GOOD;
        }
        if (frame.strict) {
            return PacketHeader.CHECKSUM_BAD;
        }
        // A sender that leaves the checksum to its network card fills in the sum of the pseudo-header; for large sends, some leave the length out of it.
        int sent = frame.u16(16);
        boolean offloaded = sent == fold(pseudo) || sent == fold(addresses);
        return offloaded ? PacketHeader.CHECKSUM_UNKNOWN : PacketHeader.CHECKSUM_BAD;
    }

    /** Checksum state of the ICMP or ICMPv6 message at the frame's position. */
    static byte ofIcmp(Frame frame) {
        if (isIncomplete(frame)) {
            return PacketHeader.CHECKSUM_UNKNOWN;
        }
        long sum = sum(frame.bytes, frame.at, frame.end);
        if (frame.into.protocol == PacketHeader.ICMPV6) {
            int length = frame.end - frame.at;
            sum += addresses(frame.into) + PacketHeader.ICMPV6 + (length >>> 16) + (length & 0xffff);
        }
        return fold(sum) == 0xffff ? PacketHeader.CHECKSUM_GOOD : PacketHeader.CHECKSUM_BAD;
    }

    /** Checksum state of the UDP datagram at the frame's position, which is {@code length} bytes long and has a checksum. */
    static byte ofUdp(Frame frame, int length) {
        if (isIncomplete(frame)) {
            return PacketHeader.CHECKSUM_UNKNOWN;
        }
        long sum = addresses(frame.into) + PacketHeader.UDP + length + sum(frame.bytes, frame.at, frame.at + length);
        return fold(sum) == 0xffff ? PacketHeader.CHECKSUM_GOOD : PacketHeader.CHECKSUM_BAD;
    }

    /** True if the first {@code length} bytes, which hold their own checksum, add up. */
    static boolean isRight(Frame frame, int length) {
        return fold(sum(frame.bytes, frame.at, frame.at + length)) == 0xffff;
    }

    private static boolean isIncomplete(Frame frame) {
        return frame.into.fragment || frame.cut || frame.end != frame.stated || frame.foreignPseudoHeader;
    }

    private static long addresses(PacketHeader header) {
        if (header.ipv6) {
            return words(header.sourceHigh) + words(header.sourceLow) + words(header.destinationHigh) + words(header.destinationLow);
        }
        return words(header.sourceLow & 0xffff_ffffL) + words(header.destinationLow & 0xffff_ffffL);
    }

    private static long words(long value) {
        return (value >>> 48) + (value >>> 32 & 0xffff) + (value >>> 16 & 0xffff) + (value & 0xffff);
    }

    /** A number that is, modulo 65535, the sum of the 16-bit words: those of 32 bits come to the same. */
    static long sum(byte[] bytes, int from, int to) {
        long sum = 0;
        int at = from;
        for (; at + 7 < to; at += 8) {
            long eight = Frame.i64(bytes, at);
            sum += (eight >>> 32) + (eight & 0xffff_ffffL);
        }
        if (at + 3 < to) {
            sum += Frame.i32(bytes, at) & 0xffff_ffffL;
            at += 4;
        }
        if (at + 1 < to) {
            sum += Frame.u16(bytes, at);
            at += 2;
        }
        return at < to ? sum + ((bytes[at] & 0xff) << 8) : sum;
    }

    /** True for the sum of a segment, its checksum and its pseudo-header if the checksum is right. */
    static boolean isWhole(long sum) {
        return fold(sum) == 0xffff;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
