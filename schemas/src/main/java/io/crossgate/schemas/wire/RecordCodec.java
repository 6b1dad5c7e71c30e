package io.crossgate.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/** Records of events, which are few, to and from framed bytes, by Avro's own reader and writer. Not thread-safe. */
public final class RecordCodec<T extends SpecificRecordBase> {
    static {
        // Avro makes objects only of classes that it is told to trust: of all our own, the generated records.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(ClassSecurityValidator.DEFAULT,
                type -> type.getName().startsWith("io.crossgate.schemas.record.")));
    }

    private final Schema schema;
    private final int schemaId;
    private final IntFunction<Schema> schemas;
    private final SpecificData model;
    private final SpecificDatumWriter<T> writer;
    private final Map<Integer, SpecificDatumReader<T>> readers = new HashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private BinaryEncoder encoder;

    /**
     * A codec.
     *
     * @param sample any record of the type
     * @param schemaId the registry's id of its schema
     * @param schemas gives the schema of another id; throws {@link WireException} for one that is not known
     */
    public RecordCodec(T sample, int schemaId, IntFunction<Schema> schemas) {
        this.schema = sample.getSchema();
        this.model = sample.getSpecificData();
        this.schemaId = schemaId;
        this.schemas = schemas;
        this.writer = new SpecificDatumWriter<>(schema, model);
    }

    public byte[] encode(T value) {
        bytes.reset();
        byte[] frame = new byte[Framing.BYTES];
        Framing.put(frame, schemaId);
        bytes.write(frame, 0, frame.length);
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
        try {
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The record in {@code framed}.
     *
     * @throws WireException if it is none of this type
     */
    public T decode(byte[] framed) {
        int id = Framing.schemaId(framed);
        SpecificDatumReader<T> reader = readers.computeIfAbsent(id, i -> new SpecificDatumReader<>(i == schemaId ? schema : schemas.apply(i), schema, model));
        try {
            return reader.read(null, DecoderFactory.get().binaryDecoder(framed, Framing.BYTES, framed.length - Framing.BYTES, null));
        } catch (IOException | RuntimeException e) { // Avro's reader throws many kinds on bytes that are no record
            throw new WireException("does not read as " + schema.getName() + " by schema " + id + ": " + e, e);
        }
    }
}
