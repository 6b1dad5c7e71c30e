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
    private static final int MAX_PORT = 0xffff;
    private static final int MAX_BYTE = 0xff;
    private static final int MAX_SACK_BLOCKS = 4;

    private final int schemaId;
    private final IntFunction<Schema> schemas;
    private final Map<Integer, GenericDatumReader<Object>> foreign = new HashMap<>();
    private final HeadersWriter out;
    private final WireWriter headers = new WireWriter();
    private final WireReader in = new WireReader();

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
        in.start(id == schemaId ? record : resolve(id, record));
        batch.clearHeaders();
        batch.gateway = in.readName("gateway");
        batch.iface = in.readName("interface");
        batch.firewallLog = in.readBoolean();
        batch.session = in.readLong();
        batch.sequence = in.readLong();
        batch.watermark = readTime();
        batch.observedFrom = readTime();
        batch.endedAt = readTime();
        batch.ended = in.readBoolean();
        batch.lostPackets = in.readLong();
        batch.lostFrom = readTime();
        batch.lostTo = readTime();
        batch.flow = in.readPresent() ? readFlow() : null;
        batch.communityId = null;
        for (int block = in.readBlock(); block > 0; block = in.readBlock()) {
            if (batch.flow == null) {
                throw new WireException("headers without a flow");
            }
            for (int i = 0; i < block; i++) {
                read(batch.add(), batch.flow);
            }
        }
        in.end();
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

    private long readTime() {
        if (!in.readPresent()) {
            return HeadersBatch.NONE;
        }
        return nanos(in.readLong(), 0);
    }

    private static long nanos(long micros, int rest) {
        if (micros > Long.MAX_VALUE / 1000 - 1 || micros < Long.MIN_VALUE / 1000 + 1) {
            throw new WireException("time " + micros + " is beyond what nanoseconds hold");
        }
        return micros * 1000 + rest;
    }

    private FlowKey readFlow() {
        in.skipName("communityId");
        boolean ipv6 = in.readBoolean();
        int protocol = in.readInt("protocol", 0, MAX_BYTE);
        checkFamily(in.readAddress("lowAddress"), ipv6);
        long lowHigh = in.addressHigh;
        long lowLow = in.addressLow;
        checkFamily(in.readAddress("highAddress"), ipv6);
        return new FlowKey(ipv6, protocol, lowHigh, lowLow, in.addressHigh, in.addressLow, in.readInt("lowPort", 0, MAX_PORT),
                in.readInt("highPort", 0, MAX_PORT));
    }

    private static void checkFamily(boolean v4, boolean ipv6) {
        if (v4 == ipv6) {
            throw new WireException("address length does not go with ipv6=" + ipv6);
        }
    }

    private void read(PacketHeader h, FlowKey flow) {
        h.clear();
        long micros = in.readLong();
        h.time = nanos(micros, in.readInt("timeNanos", 0, 999));
        boolean fromLow = in.readBoolean();
        h.way = (byte) in.readInt("way", 0, 2);
        h.ttl = in.readInt("ttl", 0, MAX_BYTE);
        h.ipId = in.readInt("ipId", -1, MAX_PORT);
        h.ipLength = in.readInt("ipLength", 0, Integer.MAX_VALUE);
        h.fragment = in.readBoolean();
        h.truncated = in.readBoolean();
        h.checksum = (byte) in.readInt("checksum", 0, 2);
        h.seq = in.readUnsigned("seq");
        h.ack = in.readUnsigned("ack");
        h.flags = in.readInt("flags", 0, 0x1ff);
        h.window = in.readInt("window", 0, MAX_PORT);
        h.payloadLength = in.readInt("payloadLength", 0, Integer.MAX_VALUE);
        h.mss = in.readInt("mss", -1, MAX_PORT);
        h.windowScale = in.readInt("windowScale", -1, MAX_BYTE);
        h.sackPermitted = in.readBoolean();
        for (int block = in.readBlock(); block > 0; block = in.readBlock()) {
            if (h.sackCount + block > MAX_SACK_BLOCKS) {
                throw new WireException("more than " + MAX_SACK_BLOCKS + " SACK blocks");
            }
            for (int i = 0; i < block; i++) {
                h.sackLeft[h.sackCount] = in.readUnsigned("left");
                h.sackRight[h.sackCount++] = in.readUnsigned("right");
            }
        }
        h.timestamps = in.readPresent();
        if (h.timestamps) {
            h.tsVal = in.readUnsigned("tsVal");
            h.tsEcr = in.readUnsigned("tsEcr");
        }
        h.ipv6 = flow.ipv6();
        if (in.readPresent()) {
            readIcmp(h, flow, fromLow);
        } else {
            if (flow.protocol() != PacketHeader.TCP) {
                throw new WireException("a header of protocol " + flow.protocol() + " that is neither TCP nor ICMP");
            }
            h.protocol = PacketHeader.TCP;
            h.sourcePort = fromLow ? flow.lowPort() : flow.highPort();
            h.destinationPort = fromLow ? flow.highPort() : flow.lowPort();
            direct(h, flow, fromLow);
        }
        if (in.readPresent()) {
            h.tunnel = in.readInt("tunnel kinds", 1, MAX_BYTE);
            in.readAddress("outerSource");
            h.outerSourceHigh = in.addressHigh;
            h.outerSourceLow = in.addressLow;
            in.readAddress("outerDestination");
            h.outerDestinationHigh = in.addressHigh;
            h.outerDestinationLow = in.addressLow;
        }
        h.logged = in.readPresent();
        if (h.logged) {
            h.logPrefix = in.readName("logPrefix");
        }
    }

    private static void direct(PacketHeader h, FlowKey flow, boolean fromLow) {
        h.sourceHigh = fromLow ? flow.lowAddressHigh() : flow.highAddressHigh();
        h.sourceLow = fromLow ? flow.lowAddressLow() : flow.highAddressLow();
        h.destinationHigh = fromLow ? flow.highAddressHigh() : flow.lowAddressHigh();
        h.destinationLow = fromLow ? flow.highAddressLow() : flow.lowAddressLow();
    }

    private void readIcmp(PacketHeader h, FlowKey flow, boolean fromLow) {
        h.protocol = flow.ipv6() ? PacketHeader.ICMPV6 : PacketHeader.ICMP;
        h.icmpType = in.readInt("icmp type", 0, MAX_BYTE);
        h.icmpCode = in.readInt("icmp code", 0, MAX_BYTE);
        h.icmpId = in.readInt("icmp id", -1, MAX_PORT);
        h.icmpSequence = in.readInt("icmp sequence", -1, MAX_PORT);
        direct(h, flow, fromLow);
        if (!in.readPresent()) {
            if (flow.protocol() != h.protocol) {
                throw new WireException("an ICMP header of a flow of protocol " + flow.protocol() + " that quotes nothing");
            }
            return;
        }
        h.quotedSourceHigh = h.sourceHigh;
        h.quotedSourceLow = h.sourceLow;
        h.quotedDestinationHigh = h.destinationHigh;
        h.quotedDestinationLow = h.destinationLow;
        checkFamily(in.readAddress("quoted source"), h.ipv6);
        h.sourceHigh = in.addressHigh;
        h.sourceLow = in.addressLow;
        checkFamily(in.readAddress("quoted destination"), h.ipv6);
        h.destinationHigh = in.addressHigh;
        h.destinationLow = in.addressLow;
        h.quotedProtocol = in.readInt("quoted protocol", 0, MAX_BYTE);
        h.quotedSourcePort = in.readInt("quoted source port", 0, MAX_PORT);
        h.quotedDestinationPort = in.readInt("quoted destination port", 0, MAX_PORT);
        h.quotedSeq = in.readUnsigned("quoted seq");
    }
}
