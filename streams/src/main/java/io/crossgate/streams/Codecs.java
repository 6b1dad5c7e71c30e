package io.crossgate.streams;

import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.RegistryClient;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.apache.avro.Schema;

/** The codecs of all topics, by the ids that a registry gave to their schemas. Codecs are not thread-safe: each call makes one. */
public final class Codecs {
    /** No record carries it. */
    private static final int UNKNOWN = -1;

    private final int headers;
    private final int bundles;
    private final int orphan;
    private final int drop;
    private final int flow;
    private final int incident;
    private final int point;
    private final IntFunction<Schema> schemas;

    /**
     * Codecs of the given ids.
     *
     * @param ids gives the id of a topic's schema
     * @param schemas gives the schema of an id
     */
    public Codecs(ToIntFunction<Topics.Topic> ids, IntFunction<Schema> schemas) {
        this.headers = ids.applyAsInt(Topics.HEADERS);
        this.bundles = ids.applyAsInt(Topics.HEADER_BUNDLES);
        this.orphan = ids.applyAsInt(Topics.ORPHANED_SYN_ACKS);
        this.drop = ids.applyAsInt(Topics.INVALID_DROPS);
        this.flow = ids.applyAsInt(Topics.FLOWS);
        this.incident = ids.applyAsInt(Topics.INCIDENTS);
        this.point = ids.applyAsInt(Topics.OBSERVATION_POINTS);
        this.schemas = schemas;
    }

    /** Codecs by a registry, in which every schema is registered now if it was not before. */
    public static Codecs of(RegistryClient registry) {
        return new Codecs(registry::register, registry::schema);
    }

    /** Codecs for a reader alone: nothing is registered, and schemas are asked for by the ids that records carry. */
    public static Codecs reading(RegistryClient registry) {
        return new Codecs(topic -> UNKNOWN, registry::schema);
    }

    /** Of records of headers: of one flow each, or {@code bundled}. */
    public HeadersCodec headers(boolean bundled) {
        return bundled ? HeadersCodec.ofBundles(bundles, schemas) : new HeadersCodec(headers, schemas);
    }

    public RecordCodec<OrphanedSynAckRecord> orphans() {
        return new RecordCodec<>(new OrphanedSynAckRecord(), orphan, schemas);
    }

    public RecordCodec<InvalidDropRecord> drops() {
        return new RecordCodec<>(new InvalidDropRecord(), drop, schemas);
    }

    public RecordCodec<FlowRecord> flows() {
        return new RecordCodec<>(new FlowRecord(), flow, schemas);
    }

    public RecordCodec<IncidentRecord> incidents() {
        return new RecordCodec<>(new IncidentRecord(), incident, schemas);
    }

    public RecordCodec<ObservationPointRecord> points() {
        return new RecordCodec<>(new ObservationPointRecord(), point, schemas);
    }
}
