package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A short way through the headers that nearly all are: captured TCP, in no tunnel, without SACK blocks. Whatever is not of these, or is wrong in any way, is left to
 * {@link HeadersReader}, which says the same of these.
 *
 * <p>All comes out of ten loads of 8 bytes, each of what is within 8 bytes as our own writer writes it. How long a number is is computed, and what follows it shifted
 * down: nobody can predict it. A number that is not within the load, or out of its range, shows in the upper bit of one sum for each load.
 */
final class UsualHeader {
    /** A header of this kind, and what is loaded with it, is within so many bytes. */
    static final int ROOM = 10 * Long.BYTES;

    private static final VarHandle LITTLE_ENDIAN = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long CONTINUED = 0x8080_8080_8080_8080L;
    private static final long MAX_MICROS = Long.MAX_VALUE / 1000 - 1;
    private static final int MAX_NANOS = 999;
    private static final int MAX_PORT = 0xffff;
    private static final int MAX_BYTE = 0xff;
    private static final int MAX_FLAGS = 0x1ff;
    private static final long MAX_UNSIGNED = 0xffff_ffffL;

    private UsualHeader() {}

    /**
     * Reads a header if it is one of these.
     *
     * @param from where it begins; {@link #ROOM} bytes must be there
     * @param flow the TCP flow that it is of
     * @param h cleared for a decoder
     * @return its length; or 0 if it is none of these, and then {@code h} is undefined
     */
    static int read(byte[] bytes, int from, FlowKey flow, PacketHeader h) {
        // The time.
        long x = load(bytes, from);
        long ends = ends(x);
        long micros = number(x, ends);
        if ((outside(micros, 0, MAX_MICROS) | missing(ends)) < 0) {
            return 0;
        }
        int at = from + (bits(ends) >>> 3);

        // Its nanoseconds; direction and way, a byte each; TTL.
        x = load(bytes, at);
        ends = ends(x);
        long rest = behind(x, ends);
        long restEnds = behind(ends, ends) >>> 16;
        long nanos = number(x, ends);
        int fromLow = (int) rest & MAX_BYTE;
        int way = (int) rest >>> 8 & MAX_BYTE;
        long ttl = number(rest >>> 16, restEnds);
        if ((outside(nanos, 0, MAX_NANOS) | 1 - fromLow | outside(way, 0, 4) | -(way & 1) | outside(ttl, 0, MAX_BYTE) | missing(restEnds)) < 0) {
            return 0;
        }
        at += bits(ends) + 16 + bits(restEnds) >>> 3;
        h.time = micros * 1000 + nanos;
        h.way = (byte) (way >>> 1);
        h.ttl = (int) ttl;

        // IP identification and length.
        x = load(bytes, at);
        ends = ends(x);
        restEnds = behind(ends, ends);
        long ipId = number(x, ends);
        long ipLength = number(behind(x, ends), restEnds);
        if ((outside(ipId, -1, MAX_PORT) | outside(ipLength, 0, Integer.MAX_VALUE) | missing(restEnds)) < 0) {
            return 0;
        }
        at += bits(ends) + bits(restEnds) >>> 3;
        h.ipId = (int) ipId;
        h.ipLength = (int) ipLength;

        // Fragment, truncated and checksum, a byte each; the sequence number.
        x = load(bytes, at);
        restEnds = ends(x) >>> 24;
        int fragment = (int) x & MAX_BYTE;
        int truncated = (int) x >>> 8 & MAX_BYTE;
        int checksum = (int) x >>> 16 & MAX_BYTE;
        long seq = number(x >>> 24, restEnds);
        if ((1 - fragment | 1 - truncated | outside(checksum, 0, 4) | -(checksum & 1) | outside(seq, 0, MAX_UNSIGNED) | missing(restEnds)) < 0) {
            return 0;
        }
        at += 24 + bits(restEnds) >>> 3;
        h.fragment = fragment != 0;
        h.truncated = truncated != 0;
        h.checksum = (byte) (checksum >>> 1);
        h.seq = (int) seq;

        // The acknowledgement number and flags.
        x = load(bytes, at);
        ends = ends(x);
        restEnds = behind(ends, ends);
        long ack = number(x, ends);
        long flags = number(behind(x, ends), restEnds);
        if ((outside(ack, 0, MAX_UNSIGNED) | outside(flags, 0, MAX_FLAGS) | missing(restEnds)) < 0) {
            return 0;
        }
        at += bits(ends) + bits(restEnds) >>> 3;
        h.ack = (int) ack;
        h.flags = (int) flags;

        // Window and length of the payload.
        x = load(bytes, at);
        ends = ends(x);
        restEnds = behind(ends, ends);
        long window = number(x, ends);
        long payloadLength = number(behind(x, ends), restEnds);
        if ((outside(window, 0, MAX_PORT) | outside(payloadLength, 0, Integer.MAX_VALUE) | missing(restEnds)) < 0) {
            return 0;
        }
        at += bits(ends) + bits(restEnds) >>> 3;
        h.window = (int) window;
        h.payloadLength = (int) payloadLength;

        // Maximum segment size and window scale; SACK permitted, no SACK blocks, and whether there are timestamps, a byte each.
        x = load(bytes, at);
        ends = ends(x);
        rest = behind(x, ends);
        restEnds = behind(ends, ends);
        long mss = number(x, ends);
        long windowScale = number(rest, restEnds);
        rest = behind(rest, restEnds);
        int bits = bits(ends) + bits(restEnds) + 24;
        int sackPermitted = (int) rest & MAX_BYTE;
        int timestamps = (int) rest >>> 16 & MAX_BYTE;
        if ((outside(mss, -1, MAX_PORT) | outside(windowScale, -1, MAX_BYTE) | missing(restEnds) | Long.SIZE - bits | 1 - sackPermitted | -(rest & 0xff00)) < 0) {
            return 0;
        }
        at += bits >>> 3;
        h.mss = (int) mss;
        h.windowScale = (int) windowScale;
        h.sackPermitted = sackPermitted != 0;

        if (timestamps != 0) {
            x = load(bytes, at);
            ends = ends(x);
            long tsVal = number(x, ends);
            if ((outside(timestamps, 2, 2) | outside(tsVal, 0, MAX_UNSIGNED) | missing(ends)) < 0) {
                return 0;
            }
            at += bits(ends) >>> 3;
            x = load(bytes, at);
            ends = ends(x);
            long tsEcr = number(x, ends);
            if ((outside(tsEcr, 0, MAX_UNSIGNED) | missing(ends)) < 0) {
                return 0;
            }
            at += bits(ends) >>> 3;
            h.timestamps = true;
            h.tsVal = (int) tsVal;
            h.tsEcr = (int) tsEcr;
        }

        // No ICMP, no tunnel, no log prefix: a byte each.
        if ((load(bytes, at) & 0xff_ffff) != 0) {
            return 0;
        }
        h.protocol = PacketHeader.TCP;
        h.ipv6 = flow.ipv6();
        HeadersReader.directTcp(h, flow, fromLow != 0);
        return at + 3 - from;
    }

    private static long load(byte[] bytes, int at) {
        return (long) LITTLE_ENDIAN.get(bytes, at);
    }

    /** The upper bits of the bytes that are the last of a number. */
    private static long ends(long x) {
        return ~x & CONTINUED;
    }

    /** The bits of the number that comes first. */
    private static int bits(long ends) {
        return Long.numberOfTrailingZeros(ends) + 1;
    }

    /** What comes behind the first number. */
    private static long behind(long x, long ends) {
        return x >>> Long.numberOfTrailingZeros(ends) >>> 1;
    }

    /** The first number: of each byte the lower seven bits, closed up pairwise, the sign last. */
    private static long number(long loaded, long ends) {
        long x = loaded & (ends ^ ends - 1) & ~CONTINUED;
        x = x & 0x007f_007f_007f_007fL | (x & 0x7f00_7f00_7f00_7f00L) >>> 1;
        x = x & 0x0000_3fff_0000_3fffL | (x & 0x3fff_0000_3fff_0000L) >>> 2;
        x = x & 0x0000_0000_0fff_ffffL | (x & 0x0fff_ffff_0000_0000L) >>> 4;
        return x >>> 1 ^ -(x & 1);
    }

    /** Negative if no number ends here, and so also if none ended before. */
    private static long missing(long ends) {
        return ends - 1 & ~ends;
    }

    /** Negative if a number of up to 56 bits is not within these bounds. */
    private static long outside(long number, long low, long high) {
        return number - low | high - number;
    }
}
