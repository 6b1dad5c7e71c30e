package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.Headers;
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

/**
 * Headers records to and from bytes, by hand: this is the one hot record. The bytes are those that Avro's own writer makes. A record written with another
 * version of the schema is first resolved by Avro's reader. Not thread-safe.
 */
public final class HeadersCodec {
    private final int schemaId;
    private final IntFunction<Schema> schemas;
    private final Map<Integer, GenericDatumReader<Object>> foreign = new HashMap<>();
    private final HeadersWriter out;
    private final WireWriter headers = new WireWriter();
    private final HeadersReader in = new HeadersReader();

    /**
     * A codec.
     *
     * @param schemaId the registry's id of {@link Headers}' schema
     * @param schemas gives the schema of another id; throws {@link WireException} for one that is not known
     */
    public HeadersCodec(int schemaId, IntFunction<Schema> schemas) {
        this.schemaId = schemaId;
        this.schemas = schemas;
        this.out = new HeadersWriter(schemaId);
    }

    /** The framed bytes of a batch. */
    public byte[] encode(HeadersBatch batch) {
        FlowKey flow = batch.flow;
        out.point(batch);
        out.progress(batch);
        out.begin(batch.sequence);
        if (flow == null) {
            return out.endHeartbeat();
        }
        out.flow(batch.communityId, flow.ipv6(), flow.protocol(), flow.lowAddressHigh(), flow.lowAddressLow(), flow.highAddressHigh(), flow.highAddressLow(),
                flow.lowPort(), flow.highPort());
        headers.clear();
        for (int i = 0; i < batch.count(); i++) {
            PacketHeader header = batch.header(i);
            headers.room(HeadersWriter.room(header));
            headers.wrote(out.header(header, flow.isFromLow(header), headers.bytes(), headers.length()));
        }
        byte[] record = out.end(batch.count(), headers.length());
        System.arraycopy(headers.bytes(), 0, record, record.length - 1 - headers.length(), headers.length());
        return record;
    }

    /** A writer of such records in pieces: what {@link #encode} is made of. */
    public HeadersWriter writer() {
        return new HeadersWriter(schemaId);
    }

    /**
     * Fills {@code batch} from a record's value.
     *
     * @throws WireException if it is no headers record; the batch's contents are then undefined
     */
    public void decode(byte[] record, HeadersBatch batch) {
        int id = Framing.schemaId(record);
        in.read(id == schemaId ? record : resolve(id, record), batch);
    }

    private byte[] resolve(int id, byte[] record) {
        GenericDatumReader<Object> reader = foreign.computeIfAbsent(id, i -> new GenericDatumReader<>(schemas.apply(i), Headers.getClassSchema(), plain()));
        try {
            Object value = reader.read(null, DecoderFactory.get().binaryDecoder(record, Framing.BYTES, record.length - Framing.BYTES, null));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.length + 64);
            bytes.write(record, 0, Framing.BYTES);
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<>(Headers.getClassSchema(), plain()).write(value, encoder);
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
