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

    /** The schema id of a framed record; a record without a value is null. */
    static int schemaId(byte[] record) {
        return schemaId(record, 0, record == null ? 0 : record.length);
    }

    /** The schema id of a framed record that is in {@code array} at {@code from}. */
    static int schemaId(byte[] array, int from, int length) {
        if (length < BYTES) {
            throw new WireException("too short for a framed record: " + length + " bytes of at least " + BYTES);
        }
        if (array[from] != 0) {
            throw new WireException("no framed Avro: first byte is " + (array[from] & 0xff) + ", not 0");
        }
        return (array[from + 1] & 0xff) << 24 | (array[from + 2] & 0xff) << 16 | (array[from + 3] & 0xff) << 8 | array[from + 4] & 0xff;
    }
}
