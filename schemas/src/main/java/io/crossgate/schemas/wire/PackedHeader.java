package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The headers that nearly all are, captured TCP in no tunnel and without SACK blocks, as {@code PackedHeader} of {@code HeaderBundle.avsc}: five longs, little-endian,
 * each written and read in one go.
 *
 * <pre>
 *   bits   0 … 15    16 … 31         32 … 47       48 … 63
 *   0      time
 *   8      seq                       ack
 *   16     tsVal                     tsEcr
 *   24     ipLength  payloadLength   window        ipId
 *   32     mss       flags           ttl, scale    marks
 * </pre>
 */
final class PackedHeader {
    /** Bytes. */
    static final int SIZE = 40;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_SHORT = 0xffff;
    private static final int MAX_FLAGS = 0x1ff;
    private static final long LOWER = 0xffff_ffffL;

    private static final int FROM_LOW = 1;
    private static final int WAY = 1;
    private static final int CHECKSUM = 3;
    private static final int TWO_BITS = 3;
    private static final int FRAGMENT = 1 << 5;
    private static final int TRUNCATED = 1 << 6;
    private static final int SACK_PERMITTED = 1 << 7;
    private static final int TIMESTAMPS = 1 << 8;
    private static final int MSS = 1 << 9;
    private static final int WINDOW_SCALE = 1 << 10;
    private static final int IP_ID = 1 << 11;
    private static final int ALL_MARKS = (1 << 12) - 1;

    private PackedHeader() {}

    /** True for a header that can be packed. */
    static boolean fits(PacketHeader h) {
        return h.protocol == PacketHeader.TCP && !h.logged && h.tunnel == 0 && h.sackCount == 0 && (h.ipLength | h.payloadLength) >>> 16 == 0;
    }

    /** Writes a header that {@link #fits} to {@code to[at…]}. */
    static void put(PacketHeader h, boolean fromLow, byte[] to, int at) {
        int marks = (fromLow ? FROM_LOW : 0) | h.way << WAY | h.checksum << CHECKSUM | (h.fragment ? FRAGMENT : 0) | (h.truncated ? TRUNCATED : 0)
                | (h.sackPermitted ? SACK_PERMITTED : 0) | (h.timestamps ? TIMESTAMPS : 0) | (h.mss >= 0 ? MSS : 0) | (h.windowScale >= 0 ? WINDOW_SCALE : 0)
                | (h.ipId >= 0 ? IP_ID : 0);
        LONG.set(to, at, h.time);
        LONG.set(to, at + 8, pair(h.seq, h.ack));
        LONG.set(to, at + 16, h.timestamps ? pair(h.tsVal, h.tsEcr) : 0);
        LONG.set(to, at + 24, pair(h.ipLength | h.payloadLength << 16, h.window | Math.max(h.ipId, 0) << 16));
        LONG.set(to, at + 32, pair(Math.max(h.mss, 0) | h.flags << 16, h.ttl | Math.max(h.windowScale, 0) << 8 | marks << 16));
    }

    private static long pair(int lower, int upper) {
        return lower & LOWER | (long) upper << 32;
    }

    /**
     * Reads a header.
     *
     * @param at where it begins; {@link #SIZE} bytes must be there
     * @param flow the flow that it is of
     * @param h cleared for a decoder
     * @throws WireException if this is none; {@code h} is then undefined
     */
    static void read(byte[] bytes, int at, FlowKey flow, PacketHeader h) {
        long last = (long) LONG.get(bytes, at + 32);
        int marks = (int) (last >>> 48);
        int way = marks >>> WAY & TWO_BITS;
        int checksum = marks >>> CHECKSUM & TWO_BITS;
        int flags = (int) last >>> 16;
        if ((marks & ~ALL_MARKS) != 0 || way > PacketHeader.WAY_OUT || checksum > PacketHeader.CHECKSUM_BAD || flags > MAX_FLAGS
                || flow.protocol() != PacketHeader.TCP) {
            throw new WireException("no packed header: marks " + marks + ", flags " + flags + ", of a flow of protocol " + flow.protocol());
        }
        h.time = (long) LONG.get(bytes, at);
        long numbers = (long) LONG.get(bytes, at + 8);
        h.seq = (int) numbers;
        h.ack = (int) (numbers >>> 32);
        if ((marks & TIMESTAMPS) != 0) {
            long timestamps = (long) LONG.get(bytes, at + 16);
            h.timestamps = true;
            h.tsVal = (int) timestamps;
            h.tsEcr = (int) (timestamps >>> 32);
        }
        long lengths = (long) LONG.get(bytes, at + 24);
        h.ipLength = (int) lengths & MAX_SHORT;
        h.payloadLength = (int) lengths >>> 16;
        h.window = (int) (lengths >>> 32) & MAX_SHORT;
        h.ipId = (marks & IP_ID) != 0 ? (int) (lengths >>> 48) : PacketHeader.ABSENT;
        h.mss = (marks & MSS) != 0 ? (int) last & MAX_SHORT : PacketHeader.ABSENT;
        h.windowScale = (marks & WINDOW_SCALE) != 0 ? (int) (last >>> 40) & 0xff : PacketHeader.ABSENT;
        h.flags = flags;
        h.ttl = (int) (last >>> 32) & 0xff;
        h.way = (byte) way;
        h.checksum = (byte) checksum;
        h.fragment = (marks & FRAGMENT) != 0;
        h.truncated = (marks & TRUNCATED) != 0;
        h.sackPermitted = (marks & SACK_PERMITTED) != 0;
        h.protocol = PacketHeader.TCP;
        h.ipv6 = flow.ipv6();
        HeadersReader.directTcp(h, flow, (marks & FROM_LOW) != 0);
    }
}
