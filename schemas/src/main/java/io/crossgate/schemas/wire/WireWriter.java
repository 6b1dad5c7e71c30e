package io.crossgate.schemas.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Avro binary into a growing array that is reused: zigzag varints, and what is built of them (Avro specification, "Binary encoding"). */
final class WireWriter {
    /** Bytes that {@link #putLong} and {@link #putInt} may touch from where they write on. */
    static final int MAX_VARINT = 10;

    private static final VarHandle LONG_LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_BIG = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    /** Zigzag values from here on do not fit into the eight bytes that are written in one go. */
    private static final int SHORT_BITS = 56;
    /** More than a flow takes, its Community ID apart. */
    private static final int MAX_FLOW = 120;
    private static final long CONTINUED = 0x8080_8080_8080_8080L;

    private byte[] bytes = new byte[1024];
    private int at;

    /** Begins anew. */
    void clear() {
        at = 0;
    }

    /** Begins a new record of the given schema. */
    void start(int schemaId) {
        Framing.put(bytes, schemaId);
        at = Framing.BYTES;
    }

    /** The array written to: valid until more room is asked for. */
    byte[] bytes() {
        return bytes;
    }

    /** Bytes written so far. */
    int length() {
        return at;
    }

    /** Takes over what was written into {@link #bytes} up to {@code end}. */
    void wrote(int end) {
        at = end;
    }

    byte[] finished() {
        return Arrays.copyOf(bytes, at);
    }

    void writeLong(long value) {
        room(MAX_VARINT);
        at = putLong(bytes, at, value);
    }

    void writeBoolean(boolean value) {
        room(1);
        bytes[at++] = (byte) (value ? 1 : 0);
    }

    void writeBytes(byte[] value) {
        writeLong(value.length);
        write(value, value.length);
    }

    /** The bytes themselves, with no length before them. */
    void write(byte[] value, int length) {
        room(length);
        System.arraycopy(value, 0, bytes, at, length);
        at += length;
    }

    /** An address as bytes: 16, or the last 4 of an IPv4-mapped one if {@code v4}. */
    void writeAddress(boolean v4, long high, long low) {
        room(17);
        at = putAddress(bytes, at, v4, high, low);
    }

    /** A record {@code FiveTuple}, field by field; and a record {@code Flow}, if its Community ID was written before. */
    void writeFiveTuple(boolean ipv6, int protocol, long lowHigh, long lowLow, long highHigh, long highLow, int lowPort, int highPort) {
        room(MAX_FLOW);
        int next = putBoolean(bytes, at, ipv6);
        next = putSmall(bytes, next, protocol);
        next = putAddress(bytes, next, !ipv6, lowHigh, lowLow);
        next = putAddress(bytes, next, !ipv6, highHigh, highLow);
        next = putSmall(bytes, next, lowPort);
        at = putSmall(bytes, next, highPort);
    }

    /** Makes sure of {@code more} bytes behind what is written. */
    void room(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }

    /** Writes a long to {@code to[at…]} and gives the index behind it. */
    static int putLong(byte[] to, int at, long value) {
        long rest = value << 1 ^ value >> 63;
        if (rest >>> SHORT_BITS == 0) {
            return putShort(to, at, rest);
        }
        int next = at;
        while ((rest & ~0x7fL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        return next;
    }

    /** As {@link #putLong}, for a number of which most are less than 64: one branch decides. */
    static int putSmall(byte[] to, int at, int value) {
        int rest = value << 1 ^ value >> 31;
        if (rest >>> 7 == 0) {
            to[at] = (byte) rest;
            return at + 1;
        }
        return putShort(to, at, rest & 0xffff_ffffL);
    }

    /** An unsigned number of 32 bits. */
    static int putUnsigned(byte[] to, int at, int value) {
        return putShort(to, at, (value & 0xffff_ffffL) << 1);
    }

    /** A zigzag value of up to 56 bits, with no branch: its groups of seven are spread over eight bytes, and those that another follows are marked. */
    private static int putShort(byte[] to, int at, long zigzag) {
        long x = (zigzag & 0x00ff_ffff_f000_0000L) << 4 | zigzag & 0x0000_0000_0fff_ffffL;
        x = (x & 0x0fff_c000_0fff_c000L) << 2 | x & 0x0000_3fff_0000_3fffL;
        x = (x & 0x3f80_3f80_3f80_3f80L) << 1 | x & 0x007f_007f_007f_007fL;
        int count = (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
        LONG_LITTLE.set(to, at, x | CONTINUED & (1L << (count - 1) * 8) - 1);
        return at + count;
    }

    static int putBoolean(byte[] to, int at, boolean value) {
        to[at] = (byte) (value ? 1 : 0);
        return at + 1;
    }

    /** An address as in {@link #writeAddress}; 17 bytes at most. */
    static int putAddress(byte[] to, int at, boolean v4, long high, long low) {
        if (v4) {
            to[at] = 4 << 1;
            INT_BIG.set(to, at + 1, (int) low);
            return at + 5;
        }
        to[at] = 16 << 1;
        LONG_BIG.set(to, at + 1, high);
        LONG_BIG.set(to, at + 9, low);
        return at + 17;
    }
}
