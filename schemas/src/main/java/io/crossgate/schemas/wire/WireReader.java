package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.IpText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Avro binary out of an array that anyone may have written: every length is checked against what is there; only {@link WireException} is thrown. */
final class WireReader {
    private static final int MAX_CACHED = 4096;
    private static final int MAX_NAME = 1024;
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int at;
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

    void start(byte[] record) {
        bytes = record;
        at = Framing.BYTES;
    }

    void end() {
        if (at != bytes.length) {
            throw new WireException((bytes.length - at) + " bytes too many at offset " + at);
        }
    }

    long readLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= bytes.length) {
                throw new WireException("ends within a number at offset " + at);
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new WireException("number longer than 10 bytes at offset " + at);
    }

    /** A number from {@code low} to {@code high}. */
    int readInt(String field, int low, int high) {
        long value = readLong();
        if (value < low || value > high) {
            throw new WireException(field + " is " + value + ", not within " + low + " to " + high);
        }
        return (int) value;
    }

    /** An unsigned 32-bit number. */
    int readUnsigned(String field) {
        long value = readLong();
        if (value >>> 32 != 0) {
            throw new WireException(field + " is " + value + ", not within 0 to 4294967295");
        }
        return (int) value;
    }

    boolean readBoolean() {
        if (at >= bytes.length || bytes[at] < 0 || bytes[at] > 1) {
            throw new WireException("no boolean at offset " + at);
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

    private int readLength(String field, int max) {
        int length = readInt(field + "'s length", 0, max);
        if (length > bytes.length - at) {
            throw new WireException(field + " of " + length + " bytes exceeds the record at offset " + at);
        }
        return length;
    }

    /** Reads an address of 4 or 16 bytes into {@link #addressHigh} and {@link #addressLow}; true if it is IPv4. */
    boolean readAddress(String field) {
        int length = readLength(field, 16);
        if (length != 4 && length != 16) {
            throw new WireException(field + " has " + length + " bytes, not 4 or 16");
        }
        addressHigh = length == 4 ? 0 : big(at, 8);
        addressLow = length == 4 ? IpText.mapped((int) big(at, 4)) : big(at + 8, 8);
        at += length;
        return length == 4;
    }

    private long big(int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** Items in the next block of an array; 0 ends it. An item takes at least one byte, so that no count can exceed what is left. */
    int readBlock() {
        long count = readLong();
        if (count < 0) {
            count = -count;
            readLong(); // the block's size in bytes, for readers who skip it
        }
        if (count < 0 || count > bytes.length - at) {
            throw new WireException("array of " + count + " items exceeds the record at offset " + at);
        }
        return (int) count;
    }
}
