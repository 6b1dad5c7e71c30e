package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Avro binary out of an array that anyone may have written: every length is checked against what is there; only {@link WireException} is thrown. */
final class WireReader {
    private static final int MAX_CACHED = 4096;
    private static final int MAX_NAME = 1024;
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_ADDRESS_TEXT = 45;
    private static final byte[] EMPTY = {};
    private static final VarHandle LITTLE_ENDIAN = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BIG_ENDIAN_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = EMPTY;
    private int at;
    private int start;
    private int end;
    /** Names recur in every record: each is made a String once. */
    private final Map<Bytes, String> names = new HashMap<>();
    private final Bytes probe = new Bytes();

    /** Upper and lower half of the last address read. */
    long addressHigh;
    long addressLow;

    private static final class Bytes {
        private byte[] of = EMPTY;
        private int from;
        private int length;

        @Override
        public int hashCode() {
            int hash = 1;
            for (int i = from; i < from + length; i++) {
                hash = 31 * hash + of[i];
            }
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes o && Arrays.equals(of, from, from + length, o.of, o.from, o.from + o.length);
        }
    }

    /** Reads a framed record that is in {@code array} at {@code from}. */
    void start(byte[] array, int from, int length) {
        bytes = array;
        start = from;
        at = from + Framing.BYTES;
        end = from + length;
    }

    void end() {
        if (at != end) {
            throw new WireException((end - at) + " bytes too many" + place());
        }
    }

    /** Where in the record this is, for a message. */
    private String place() {
        return " at offset " + (at - start);
    }

    /** The array that the record is in. */
    byte[] array() {
        return bytes;
    }

    /** Bytes of the record that were not read yet. */
    int left() {
        return end - at;
    }

    /** Index of the next byte in the array. */
    int at() {
        return at;
    }

    /** Passes over bytes that are known to be there. */
    void skip(int count) {
        at += count;
    }

    long readLong() {
        int from = at;
        if (from < end && bytes[from] >= 0) {
            at = from + 1;
            return bytes[from] >>> 1 ^ -(bytes[from] & 1);
        }
        return readLonger();
    }

    /**
     * A number of any length: bytes of 7 bits, low ones first. One of up to 8 comes out of one 8-byte load: the bits above each byte's 7 are closed up pairwise. Headers
     * are nearly all numbers, and a loop over bytes is a branch that nobody can predict for each. Apart, and with the loop in it, so that what is called for every
     * field stays small enough to be inlined.
     */
    private long readLonger() {
        int from = at;
        if (from <= end - Long.BYTES) {
            long loaded = (long) LITTLE_ENDIAN.get(bytes, from);
            long ends = ~loaded & 0x8080_8080_8080_8080L;
            if (ends != 0) {
                long x = loaded & (ends ^ ends - 1) & 0x7f7f_7f7f_7f7f_7f7fL;
                x = x & 0x007f_007f_007f_007fL | (x & 0x7f00_7f00_7f00_7f00L) >>> 1;
                x = x & 0x0000_3fff_0000_3fffL | (x & 0x3fff_0000_3fff_0000L) >>> 2;
                x = x & 0x0000_0000_0fff_ffffL | (x & 0x0fff_ffff_0000_0000L) >>> 4;
                at = from + (Long.numberOfTrailingZeros(ends) >>> 3) + 1;
                return x >>> 1 ^ -(x & 1);
            }
        }
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new WireException("ends within a number" + place());
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new WireException("number longer than 10 bytes" + place());
    }

    /** A number from {@code low} to {@code high}. */
    int readInt(String field, int low, int high) {
        long value = readLong();
        if (value < low || value > high) {
            throw outside(field, value, low, high);
        }
        return (int) value;
    }

    /** An unsigned 32-bit number. */
    int readUnsigned(String field) {
        long value = readLong();
        if (value >>> 32 != 0) {
            throw outside(field, value, 0, 0xffff_ffffL);
        }
        return (int) value;
    }

    /** Apart, so that what is called for every field stays small enough to be inlined. */
    private static WireException outside(String field, long value, long low, long high) {
        return new WireException(field + " is " + value + ", not within " + low + " to " + high);
    }

    boolean readBoolean() {
        if (at >= end || bytes[at] < 0 || bytes[at] > 1) {
            throw new WireException("no boolean" + place());
        }
        return bytes[at++] == 1;
    }

    /** Branch of a union of null and one other type: true for the other. */
    boolean readPresent() {
        return readInt("union branch", 0, 1) == 1;
    }

    String readName(String field) {
        int length = readLength(field, MAX_NAME);
        probe.of = bytes;
        probe.from = at;
        probe.length = length;
        String known = names.get(probe);
        if (known == null) {
            known = new String(bytes, at, length, StandardCharsets.UTF_8);
            if (names.size() < MAX_CACHED) {
                Bytes key = new Bytes();
                key.of = Arrays.copyOfRange(bytes, at, at + length);
                key.length = length;
                names.put(key, known);
            }
        }
        probe.of = EMPTY;
        probe.length = 0;
        probe.from = 0;
        at += length;
        return known;
    }

    void skipName(String field) {
        int length = readLength(field, MAX_NAME);
        at += length;
    }

    /** The bytes of a text, without its length; a copy. */
    byte[] readText(String field) {
        int length = readLength(field, MAX_TEXT);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** Reads an address written as text into {@code into}. */
    void readAddressText(String field, IpNumbers into) {
        int length = readLength(field, MAX_ADDRESS_TEXT);
        if (!into.parse(bytes, at, length)) {
            throw new WireException(field + " is no address" + place());
        }
        at += length;
    }

    private int readLength(String field, int max) {
        long length = readLong();
        if (length < 0 || length > max) {
            throw outside(field + "'s length", length, 0, max);
        }
        if (length > end - at) {
            throw new WireException(field + " of " + length + " bytes exceeds the record" + place());
        }
        return (int) length;
    }

    /** Reads an address of 4 or 16 bytes into {@link #addressHigh} and {@link #addressLow}; true if it is IPv4. */
    boolean readAddress(String field) {
        int length = readLength(field, 16);
        if (length != 4 && length != 16) {
            throw new WireException(field + " has " + length + " bytes, not 4 or 16");
        }
        addressHigh = length == 4 ? 0 : (long) BIG_ENDIAN.get(bytes, at);
        addressLow = length == 4 ? IpText.mapped((int) BIG_ENDIAN_INT.get(bytes, at)) : (long) BIG_ENDIAN.get(bytes, at + Long.BYTES);
        at += length;
        return length == 4;
    }

    /** Items in the next block of an array; 0 ends it. An item takes at least one byte, so that no count can exceed what is left. */
    int readBlock() {
        long count = readLong();
        if (count < 0) {
            count = -count;
            readLong(); // the block's size in bytes, for readers who skip it
        }
        if (count < 0 || count > end - at) {
            throw new WireException("array of " + count + " items exceeds the record" + place());
        }
        return (int) count;
    }
}
