package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A view over the packet being decoded, and how far the decoding has come. One instance is reused for every packet.
 *
 * <pre>
 *     start      at                    end            stated
 *     |  passed  |  still to be read   |  cut off     |
 *     +----------+---------------------+ - - - - - - -+
 * </pre>
 *
 * <p>{@code end} is where the captured bytes end, {@code stated} where they would end had nothing been cut off, by the innermost length field so far. Each
 * layer checks once with {@link #lacks} that its header is there, reads freely, moves {@code at} behind it, and may lower {@code end} and {@code stated}.
 */
final class Frame {
    /** How many headers may be nested: far more than any network uses, and few enough that no packet costs much. */
    private static final int MAX_DEPTH = 16;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    byte[] bytes;
    int at;
    int end;
    long stated;
    int depth;
    /** True if the transport checksum covers addresses other than those in the IP header, because of source routing or mobility. */
    boolean foreignPseudoHeader;
    PacketHeader into;
    /** True if decoding is to stop at the outermost IP header, which {@code at} then points to. */
    boolean stopAtIp;
    boolean atIp;
    /** True to read as a firewall does: a checksum still to be filled in by the sender's hardware is bad, and ports alone name a quoted flow. */
    boolean strict;
    /** True if bytes are missing although the lengths do not show it: they were cut off before fragments were put together. */
    boolean cut;
    int interfaceIndex;
    long logTime;
    final LogPrefixes prefixes = new LogPrefixes();

    void open(byte[] frame, int offset, int capturedLength, long originalLength, PacketHeader header) {
        bytes = frame;
        at = Math.max(0, Math.min(offset, frame.length));
        end = (int) Math.max(at, Math.min((long) at + capturedLength, frame.length));
        stated = Math.max(end, at + Math.min(originalLength, Integer.MAX_VALUE));
        depth = 0;
        foreignPseudoHeader = false;
        into = header;
        stopAtIp = atIp = strict = cut = false;
        interfaceIndex = 0;
        logTime = Long.MIN_VALUE;
    }

    /** True if fewer than {@code length} bytes were captured from here on. */
    boolean lacks(int length) {
        return end - at < length;
    }

    /** The outcome of a packet that lacks {@code length} bytes: whether they were cut off, or there can never have been so many. */
    Outcome shortage(int length) {
        return stated - at < length ? Outcome.MALFORMED : Outcome.TRUNCATED;
    }

    /** Counts one more nested header; false if that is one too many. */
    boolean deeper() {
        return ++depth <= MAX_DEPTH;
    }

    /** Ends the packet {@code length} bytes from here, where a length field says so. What lies behind is padding or a trailer. */
    void limit(int length) {
        stated = (long) at + length;
        end = (int) Math.min(end, stated);
    }

    /** As {@link #limit}, but leaves alone a packet that ends earlier. */
    void limitAtMost(int length) {
        if (length < stated - at) {
            limit(length);
        }
    }

    /** Notes that what follows is inside a tunnel whose outer addresses are those read last. */
    void enterTunnel(int kind) {
        if (into.tunnel == 0) {
            into.outerSourceHigh = into.sourceHigh;
            into.outerSourceLow = into.sourceLow;
            into.outerDestinationHigh = into.destinationHigh;
            into.outerDestinationLow = into.destinationLow;
        }
        into.tunnel |= kind;
    }

    /** The unsigned byte {@code offset} bytes from here. Relies on {@link #lacks} for that byte, as all of the following do for theirs. */
    int u8(int offset) {
        return bytes[at + offset] & 0xff;
    }

    /** Unsigned 16 bits in network order. */
    int u16(int offset) {
        return u16(bytes, at + offset);
    }

    /** Unsigned 16 bits, low byte first. */
    int u16le(int offset) {
        return u8(offset) | u8(offset + 1) << 8;
    }

    /** 32 bits in network order. */
    int i32(int offset) {
        return i32(bytes, at + offset);
    }

    /** 64 bits in network order. */
    long i64(int offset) {
        return i64(bytes, at + offset);
    }

    static int u16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xffff;
    }

    static int i32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long i64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }
}
