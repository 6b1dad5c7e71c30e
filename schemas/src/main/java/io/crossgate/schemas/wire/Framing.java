package io.crossgate.schemas.wire;

/**
 * Confluent's wire format: byte 0, the schema's id as 4 bytes in network order, then Avro binary.
 *
 * <pre>
 *   0        1        2        3        4        5
 *   +--------+--------+--------+--------+--------+---
 *   |  0x00  |       schema id, big-endian       | Avro …
 *   +--------+--------+--------+--------+--------+---
 * </pre>
 */
final class Framing {
    static final int BYTES = 5;

    private Framing() {}

    static void put(byte[] to, int schemaId) {
        to[0] = 0;
        to[1] = (byte) (schemaId >>> 24);
        to[2] = (byte) (schemaId >>> 16);
        to[3] = (byte) (schemaId >>> 8);
        to[4] = (byte) schemaId;
    }

    /** The schema id of a framed record. */
    static int schemaId(byte[] record) {
        if (record == null || record.length < BYTES) {
            throw new WireException("too short for a framed record: " + (record == null ? 0 : record.length) + " bytes of at least " + BYTES);
        }
        if (record[0] != 0) {
            throw new WireException("no framed Avro: first byte is " + (record[0] & 0xff) + ", not 0");
        }
        return (record[1] & 0xff) << 24 | (record[2] & 0xff) << 16 | (record[3] & 0xff) << 8 | record[4] & 0xff;
    }
}
