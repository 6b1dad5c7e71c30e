package io.crossgate.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Makes a record that was written with another version of a schema into one of ours, by Avro's own reader and writer, for readers written by hand. Not thread-safe. */
final class Resolver {
    private final Schema ours;
    private final IntFunction<Schema> schemas;
    private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();

    Resolver(Schema ours, IntFunction<Schema> schemas) {
        this.ours = ours;
        this.schemas = schemas;
    }

    byte[] resolve(int id, byte[] record) {
        GenericDatumReader<Object> reader = readers.computeIfAbsent(id, i -> new GenericDatumReader<>(schemas.apply(i), ours, plain()));
        try {
            Object value = reader.read(null, DecoderFactory.get().binaryDecoder(record, Framing.BYTES, record.length - Framing.BYTES, null));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.length + 64);
            bytes.write(record, 0, Framing.BYTES);
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<>(ours, plain()).write(value, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException | RuntimeException e) { // Avro's reader throws many kinds on bytes that are no record
            throw new WireException("does not read as schema " + id + ": " + e, e);
        }
    }

    /** Without conversions of logical types: numbers stay numbers. */
    private static GenericData plain() {
        return new GenericData();
    }
}
