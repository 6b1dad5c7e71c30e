package io.crossgate.feeds;

import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.Words;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.RecordCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** Turns values of each topic into items of one format: the one place that knows which record a topic holds. Not thread-safe. */
final class RecordReader {
    /** No record carries it: every schema is asked for by its id. */
    private static final int NONE = -1;

    private final Map<String, Function<byte[], Item>> byTopic = new HashMap<>();

    RecordReader(Format format, IntFunction<Schema> schemas) {
        byTopic.put(Topics.ORPHANED_SYN_ACKS.name(), reader(new OrphanedSynAckRecord(), schemas, e -> new Item("orphaned-syn-ack", e.getId(), e.getRevision(),
                Words.time(e), e.getGateway(), Words.severity(e), format.line(e))));
        byTopic.put(Topics.INVALID_DROPS.name(), reader(new InvalidDropRecord(), schemas, e -> new Item("invalid-drop", e.getId(), 0,
                Words.time(e), e.getGateway(), Words.severity(e), format.line(e))));
        byTopic.put(Topics.INCIDENTS.name(), reader(new IncidentRecord(), schemas, e -> new Item("incident", e.getId(), e.getRevision(),
                Words.lastSeen(e), Words.gateway(e), Words.severity(e), format.line(e))));
        byTopic.put(Topics.FLOWS.name(), reader(new FlowRecord(), schemas, e -> new Item("flow", e.getId(), e.getRevision(), Words.end(e), e.getGateway(),
                Words.severity(e), format.line(e))));
    }

    private static <T extends SpecificRecordBase> Function<byte[], Item> reader(T sample, IntFunction<Schema> schemas, Function<T, Item> item) {
        RecordCodec<T> codec = new RecordCodec<>(sample, NONE, schemas);
        return value -> item.apply(codec.decode(value));
    }

    /**
     * The record as an item.
     *
     * @throws io.crossgate.schemas.wire.WireException if it does not decode
     * @throws io.crossgate.schemas.wire.RegistryException if the registry can't be asked for its schema
     */
    Item read(String topic, byte[] value) {
        return byTopic.get(topic).apply(value);
    }
}
