package io.crossgate.schemas.wire;

import java.util.Arrays;

/** Avro binary into a growing array: zigzag varints, and what is built of them (Avro specification, "Binary encoding"). */
final class WireWriter {
    private static final int MAX_VARINT = 10;

    private byte[] bytes = new byte[1024];
    private int at;

    /** Begins a new record of the given schema. */
    void start(int schemaId) {
        Framing.put(bytes, schemaId);
        at = Framing.BYTES;
    }

    byte[] finished() {
        return Arrays.copyOf(bytes, at);
    }

    void writeLong(long value) {
        room(MAX_VARINT);
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    void writeBoolean(boolean value) {
        room(1);
        bytes[at++] = (byte) (value ? 1 : 0);
    }

    void writeBytes(byte[] value) {
        writeLong(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    /** An address as bytes: 16, or the last 4 of an IPv4-mapped one if {@code v4}. */
    void writeAddress(boolean v4, long high, long low) {
        writeLong(v4 ? 4 : 16);
        room(16);
        if (!v4) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[at++] = (byte) (high >>> shift);
            }
        }
        for (int shift = v4 ? 24 : 56; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (low >>> shift);
        }
    }

    private void room(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }
}
