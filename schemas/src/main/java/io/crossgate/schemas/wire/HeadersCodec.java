package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private final WireWriter out = new WireWriter();
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
    }

    /** The framed bytes of a batch. */
    public byte[] encode(HeadersBatch batch) {
        out.start(schemaId);
        writeName(batch.gateway);
        writeName(batch.iface);
        out.writeBoolean(batch.firewallLog);
        out.writeLong(batch.session);
        out.writeLong(batch.sequence);
        writeTime(batch.watermark, false);
        writeTime(batch.observedFrom, false);
        writeTime(batch.endedAt, true);
        out.writeBoolean(batch.ended);
        out.writeLong(batch.lostPackets);
        writeTime(batch.lostFrom, false);
        writeTime(batch.lostTo, true);
        FlowKey flow = batch.flow;
        out.writeLong(flow == null ? 0 : 1);
        if (flow != null) {
            out.writeBytes(batch.communityId);
            out.writeBoolean(flow.ipv6());
            out.writeLong(flow.protocol());
            out.writeAddress(!flow.ipv6(), flow.lowAddressHigh(), flow.lowAddressLow());
            out.writeAddress(!flow.ipv6(), flow.highAddressHigh(), flow.highAddressLow());
            out.writeLong(flow.lowPort());
            out.writeLong(flow.highPort());
        }
        if (batch.count() > 0) {
            out.writeLong(batch.count());
            for (int i = 0; i < batch.count(); i++) {
                write(batch.header(i), flow);
            }
        }
        out.writeLong(0);
        return out.finished();
    }

    private void writeName(String name) {
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private void writeTime(long nanos, boolean up) {
        if (nanos == HeadersBatch.NONE) {
            out.writeLong(0);
        } else {
            out.writeLong(1);
            out.writeLong(up ? -Math.floorDiv(-nanos, 1000L) : Math.floorDiv(nanos, 1000L));
        }
    }

    private void write(PacketHeader h, FlowKey flow) {
        out.writeLong(Math.floorDiv(h.time, 1000L));
        out.writeLong(Math.floorMod(h.time, 1000));
        out.writeBoolean(flow.isFromLow(h));
        out.writeLong(h.way);
        out.writeLong(h.ttl);
        out.writeLong(h.ipId);
        out.writeLong(h.ipLength);
        out.writeBoolean(h.fragment);
        out.writeBoolean(h.truncated);
        out.writeLong(h.checksum);
        out.writeLong(Integer.toUnsignedLong(h.seq));
        out.writeLong(Integer.toUnsignedLong(h.ack));
        out.writeLong(h.flags);
        out.writeLong(h.window);
        out.writeLong(h.payloadLength);
        out.writeLong(h.mss);
        out.writeLong(h.windowScale);
        out.writeBoolean(h.sackPermitted);
        if (h.sackCount > 0) {
            out.writeLong(h.sackCount);
            for (int i = 0; i < h.sackCount; i++) {
                out.writeLong(Integer.toUnsignedLong(h.sackLeft[i]));
                out.writeLong(Integer.toUnsignedLong(h.sackRight[i]));
            }
        }
        out.writeLong(0);
        out.writeLong(h.timestamps ? 1 : 0);
        if (h.timestamps) {
            out.writeLong(Integer.toUnsignedLong(h.tsVal));
            out.writeLong(Integer.toUnsignedLong(h.tsEcr));
        }
        boolean icmp = h.protocol != PacketHeader.TCP;
        out.writeLong(icmp ? 1 : 0);
        if (icmp) {
            writeIcmp(h);
        }
        out.writeLong(h.tunnel == 0 ? 0 : 1);
        if (h.tunnel != 0) {
            out.writeLong(h.tunnel);
            writeAddress(h.outerSourceHigh, h.outerSourceLow);
            writeAddress(h.outerDestinationHigh, h.outerDestinationLow);
        }
        out.writeLong(h.logged ? 1 : 0);
        if (h.logged) {
            writeName(h.logPrefix);
        }
    }

    private void writeIcmp(PacketHeader h) {
        out.writeLong(h.icmpType);
        out.writeLong(h.icmpCode);
        out.writeLong(h.icmpId);
        out.writeLong(h.icmpSequence);
        out.writeLong(h.quotesFlow() ? 1 : 0);
        if (h.quotesFlow()) {
            out.writeAddress(!h.ipv6, h.sourceHigh, h.sourceLow);
            out.writeAddress(!h.ipv6, h.destinationHigh, h.destinationLow);
            out.writeLong(h.quotedProtocol);
            out.writeLong(h.quotedSourcePort);
            out.writeLong(h.quotedDestinationPort);
            out.writeLong(Integer.toUnsignedLong(h.quotedSeq));
        }
    }

    private void writeAddress(long high, long low) {
        out.writeAddress(IpText.isMapped(high, low), high, low);
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
