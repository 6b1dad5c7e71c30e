package io.crossgate.app.registry;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that the schemas topic says. Every method may be called from any thread. */
final class SchemaState {
    private final Map<String, TreeMap<Integer, StoredSchema>> subjects = new TreeMap<>();
    private final Map<String, Integer> idsByText = new HashMap<>();
    private final Map<Integer, AvroText> byId = new HashMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private int lastId;

    synchronized void put(StoredSchema schema) {
        subjects.computeIfAbsent(schema.subject(), s -> new TreeMap<>()).put(schema.version(), schema);
        idsByText.putIfAbsent(schema.avro().text(), schema.id());
        byId.put(schema.id(), schema.avro());
        useUp(schema.id());
    }

    /** A version that was removed for good; its schema still answers to its id. */
    synchronized void remove(String subject, int version) {
        TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
        if (versions != null) {
            versions.remove(version);
        }
    }

    /** No schema gets this id, or a lower one, from now on. */
    synchronized void useUp(int id) {
        lastId = Math.max(lastId, id);
    }

    /** @param level null to take back what was set */
    synchronized void setLevel(String subject, Compatibility level) {
        if (level == null) {
            levels.remove(subject);
        } else {
            levels.put(subject, level);
        }
    }

    /** Of one subject, or with null of all others; null if none was set. */
    synchronized Compatibility ownLevel(String subject) {
        return levels.get(subject);
    }

    synchronized Compatibility level(String subject) {
        Compatibility all = levels.getOrDefault(null, Compatibility.BACKWARD);
        return levels.getOrDefault(subject, all);
    }

    synchronized List<String> subjects() {
        return subjects.keySet().stream().filter(subject -> !versions(subject).isEmpty()).toList();
    }

    /** In order of version; empty if there is no such subject. */
    synchronized List<StoredSchema> versions(String subject) {
        Collection<StoredSchema> versions = subjects.getOrDefault(subject, new TreeMap<>()).values();
        return versions.stream().filter(schema -> !schema.deleted()).toList();
    }

    synchronized int nextVersion(String subject) {
        TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
        return versions == null || versions.isEmpty() ? 1 : versions.lastKey() + 1;
    }

    /** The id that this schema has under whatever subject, or the next free one. */
    synchronized int idFor(AvroText avro) {
        Integer id = idsByText.get(avro.text());
        return id == null ? lastId + 1 : id;
    }

    /** Null if there is none. */
    synchronized AvroText byId(int id) {
        return byId.get(id);
    }

    synchronized List<StoredSchema> uses(int id) {
        return subjects.keySet().stream().flatMap(subject -> versions(subject).stream()).filter(schema -> schema.id() == id).toList();
    }
}
