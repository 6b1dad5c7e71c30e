package io.crossgate.app.registry;

import java.util.List;
import org.apache.avro.Schema;

/** The schemas: read from memory, changed in Kafka first. */
final class SchemaStore {
    private final SchemaTopic topic;
    private final SchemaState state;

    SchemaStore(SchemaTopic topic, SchemaState state) {
        this.topic = topic;
        this.state = state;
    }

    SchemaState state() {
        return state;
    }

    /**
     * The id of a schema under a subject, of which it becomes the latest version unless it is one already.
     *
     * @throws Refusal 409 if the schemas before it forbid it, 50001 if Kafka does not take it
     */
    synchronized int register(String subject, AvroText avro) throws Refusal {
        StoredSchema present = find(subject, avro);
        if (present != null) {
            return present.id();
        }
        List<String> faults = faults(state.level(subject), avro, state.versions(subject));
        if (!faults.isEmpty()) {
            throw Refusal.incompatible(subject, faults.toString());
        }
        StoredSchema schema = new StoredSchema(subject, state.nextVersion(subject), state.idFor(avro), avro, false);
        // Used up even if Kafka's answer is lost: the record may be there all the same.
        state.useUp(schema.id());
        topic.write(SchemaRecords.key(schema), SchemaRecords.value(schema));
        state.put(schema);
        return schema.id();
    }

    /** @param subject null for all subjects that have no level of their own */
    synchronized void setLevel(String subject, Compatibility level) throws Refusal {
        topic.write(SchemaRecords.levelKey(subject), SchemaRecords.levelValue(level));
        state.setLevel(subject, level);
    }

    /** The version of {@code subject} that is this schema; null if none is. */
    StoredSchema find(String subject, AvroText avro) {
        StoredSchema found = null;
        for (StoredSchema version : state.versions(subject)) {
            if (version.avro().text().equals(avro.text())) {
                found = version;
            }
        }
        return found;
    }

    /** What {@code level} has against {@code avro} after {@code earlier}, one line a fault. */
    static List<String> faults(Compatibility level, AvroText avro, List<StoredSchema> earlier) throws Refusal {
        List<Schema> schemas = earlier.stream().map(version -> version.avro().schema()).toList();
        try {
            return level.faults(avro.schema(), schemas);
        } catch (StackOverflowError e) {
            throw Refusal.invalidSchema("nested too deeply");
        }
    }
}
