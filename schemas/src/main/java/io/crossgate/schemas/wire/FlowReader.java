package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.record.FlowRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Flow records straight from their bytes into fields, for those who read millions: no object per record beside its id, its flow and its history. A record written
 * with another version of the schema is first resolved by Avro's reader. Holds the last record. Not thread-safe.
 */
public final class FlowReader {
    private static final long OURS = SchemaNormalization.parsingFingerprint64(FlowRecord.getClassSchema());
    private static final int NONE = -1;

    private final IntFunction<Schema> schemas;
    private final Resolver foreign;
    private final WireReader in = new WireReader();
    private int knownId = NONE;
    private boolean knownIsOurs;

    /** UTF-8. */
    public byte[] id;
    public int revision;
    public boolean last;
    public String gateway;
    /** UTF-8. */
    public byte[] communityId;
    /** 0 to 255. */
    public int protocol;
    /** Nanoseconds since the epoch, as is {@link #end}. */
    public long start;
    public long end;
    public String endReason;
    public String connState;
    /** UTF-8. */
    public byte[] history;
    public final Way origin = new Way();
    public final Way response = new Way();
    /** Nanoseconds, or negative if there is none, as is {@link #synAckToAck}. */
    public long synToSynAck;
    public long synAckToAck;
    public String conntrackState;
    /** INVALID packets by reason. */
    public final Map<String, Long> invalid = new LinkedHashMap<>();

    /** One direction. */
    public static final class Way {
        /** The sender. */
        public final IpNumbers address = new IpNumbers();
        /** 0 to 65535. */
        public int port;
        public long packets;
        public long bytes;
        public long payloadBytes;
        /** 0 to 511. */
        public int flags;
        public long retransmissions;
    }

    /**
     * A reader.
     *
     * @param schemas gives the schema of an id; throws {@link WireException} for one that is not known
     */
    public FlowReader(IntFunction<Schema> schemas) {
        this.schemas = schemas;
        this.foreign = new Resolver(FlowRecord.getClassSchema(), schemas);
    }

    /**
     * Reads a record's value.
     *
     * @throws WireException if it is no flow record; the fields are then undefined
     */
    public void read(byte[] record) {
        int schemaId = Framing.schemaId(record);
        if (schemaId != knownId) {
            knownIsOurs = SchemaNormalization.parsingFingerprint64(schemas.apply(schemaId)) == OURS;
            knownId = schemaId;
        }
        byte[] ours = knownIsOurs ? record : foreign.resolve(schemaId, record);
        in.start(ours, 0, ours.length);
        id = in.readText("id");
        revision = in.readInt("revision", 0, Integer.MAX_VALUE);
        last = in.readBoolean();
        gateway = in.readName("gateway");
        communityId = in.readText("communityId");
        protocol = in.readInt("protocol", 0, 255);
        start = readTime("start");
        end = readTime("end");
        endReason = in.readName("endReason");
        connState = in.readName("connState");
        history = in.readText("history");
        readWay("origin", origin);
        readWay("response", response);
        synToSynAck = in.readPresent() ? in.readLong() : NONE;
        synAckToAck = in.readPresent() ? in.readLong() : NONE;
        conntrackState = in.readName("conntrackState");
        readInvalid();
        in.end();
    }

    private long readTime(String field) {
        long micros = in.readLong();
        int nanos = in.readInt(field + "Nanos", 0, 999);
        try {
            return Math.addExact(Math.multiplyExact(micros, 1_000L), nanos);
        } catch (ArithmeticException e) {
            throw new WireException(field + " is " + micros + " µs, which is out of range", e);
        }
    }

    private void readWay(String field, Way way) {
        in.readAddressText(field, way.address);
        way.port = in.readInt("port", 0, 65_535);
        way.packets = in.readLong();
        way.bytes = in.readLong();
        way.payloadBytes = in.readLong();
        way.flags = in.readInt("flags", 0, 511);
        way.retransmissions = in.readLong();
    }

    private void readInvalid() {
        invalid.clear();
        for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
            for (int i = 0; i < count; i++) {
                invalid.put(in.readName("reason"), in.readLong());
            }
        }
    }
}
