package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.Headers;
import java.util.function.IntFunction;
import org.apache.avro.Schema;

/**
 * Headers records to and from bytes, by hand: this is the one hot record. The bytes are those that Avro's own writer makes. A record written with another
 * version of the schema is first resolved by Avro's reader. Not thread-safe.
 */
public final class HeadersCodec {
    private final int schemaId;
    private final Resolver foreign;
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
        this.foreign = new Resolver(Headers.getClassSchema(), schemas);
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
        in.read(id == schemaId ? record : foreign.resolve(id, record), batch);
    }
}
