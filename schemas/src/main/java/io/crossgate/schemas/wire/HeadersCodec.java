package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.HeaderBundle;
import io.crossgate.schemas.record.Headers;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.apache.avro.Schema;

/**
 * Records of headers to and from bytes, by hand: these are the hot ones. The bytes are those that Avro's own writer makes. A record written with another
 * version of the schema is first resolved by Avro's reader. A codec is for records of one flow, or for bundles of several. Not thread-safe.
 */
public final class HeadersCodec {
    private final int schemaId;
    private final boolean bundles;
    private final Resolver foreign;
    private final HeadersWriter out;
    private final WireWriter headers = new WireWriter();
    private final Bundle bundle = new Bundle();
    private final HeadersReader in = new HeadersReader();

    private HeadersCodec(int schemaId, boolean bundles, Resolver foreign) {
        this.schemaId = schemaId;
        this.bundles = bundles;
        this.foreign = foreign;
        this.out = writer();
    }

    /**
     * A codec of records of one flow each.
     *
     * @param schemaId the registry's id of {@link Headers}' schema
     * @param schemas gives the schema of another id; throws {@link WireException} for one that is not known
     */
    public HeadersCodec(int schemaId, IntFunction<Schema> schemas) {
        this(schemaId, false, new Resolver(Headers.getClassSchema(), schemas));
    }

    /**
     * A codec of bundles.
     *
     * @param schemaId the registry's id of {@link HeaderBundle}'s schema
     * @param schemas gives the schema of another id; throws {@link WireException} for one that is not known
     */
    public static HeadersCodec ofBundles(int schemaId, IntFunction<Schema> schemas) {
        return new HeadersCodec(schemaId, true, new Resolver(HeaderBundle.getClassSchema(), schemas));
    }

    /** The framed bytes of a batch. */
    public byte[] encode(HeadersBatch batch) {
        out.point(batch);
        out.progress(batch);
        out.begin(batch.sequence);
        return bundles ? encodeFlows(batch) : encodeFlow(batch);
    }

    private byte[] encodeFlow(HeadersBatch batch) {
        FlowKey flow = batch.flow;
        if (flow == null) {
            return out.endHeartbeat();
        }
        out.flow(batch.communityId, flow.ipv6(), flow.protocol(), flow.lowAddressHigh(), flow.lowAddressLow(), flow.highAddressHigh(), flow.highAddressLow(),
                flow.lowPort(), flow.highPort());
        write(batch, 0, batch.count());
        byte[] record = out.end(batch.count(), headers.length());
        System.arraycopy(headers.bytes(), 0, record, record.length - 1 - headers.length(), headers.length());
        return record;
    }

    private byte[] encodeFlows(HeadersBatch batch) {
        bundle.clear();
        int to;
        for (int from = 0; from < batch.count(); from = to) {
            FlowKey flow = batch.flow(from);
            to = from + 1;
            while (to < batch.count() && batch.flow(to) == flow) {
                to++;
            }
            write(batch, from, to);
            int at = bundle.flow(flow.ipv6(), flow.protocol(), flow.lowAddressHigh(), flow.lowAddressLow(), flow.highAddressHigh(), flow.highAddressLow(),
                    flow.lowPort(), flow.highPort(), to - from, headers.length());
            System.arraycopy(headers.bytes(), 0, bundle.array(), at, headers.length());
        }
        return out.end(bundle);
    }

    private void write(HeadersBatch batch, int from, int to) {
        headers.clear();
        for (int i = from; i < to; i++) {
            PacketHeader header = batch.header(i);
            headers.room(HeadersWriter.room(header));
            headers.wrote(out.header(header, batch.flow(i).isFromLow(header), headers.bytes(), headers.length()));
        }
    }

    /** A writer of such records in pieces: what {@link #encode} is made of. */
    public HeadersWriter writer() {
        return new HeadersWriter(schemaId, bundles);
    }

    /**
     * Fills {@code batch} from a record's value.
     *
     * @throws WireException if it is no such record; the batch's contents are then undefined
     */
    public void decode(byte[] record, HeadersBatch batch) {
        decode(record, 0, record == null ? 0 : record.length, batch);
    }

    /**
     * Fills {@code batch} from a record's value, which is where it came: in an array with others, at {@code from}.
     *
     * @throws WireException if it is no such record; the batch's contents are then undefined
     */
    public void decode(byte[] array, int from, int length, HeadersBatch batch) {
        int id = Framing.schemaId(array, from, length);
        if (id != schemaId) {
            byte[] ours = foreign.resolve(id, Arrays.copyOfRange(array, from, from + length));
            read(ours, 0, ours.length, batch);
        } else {
            read(array, from, length, batch);
        }
    }

    private void read(byte[] array, int from, int length, HeadersBatch batch) {
        if (bundles) {
            in.readBundle(array, from, length, batch);
        } else {
            in.read(array, from, length, batch);
        }
    }
}
