package io.crossgate.retention.lake;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One consistent state of a lake: which files count, and how far each topic is in them. Immutable.
 *
 * @param version 0 for a new lake, and one more with each commit
 * @param cluster Kafka's id of the cluster that it is filled from; empty if nothing has come yet
 * @param offsets by topic
 * @param byPath the files that count
 * @param removed files that count no longer and may still be on disk, so that readers finish: path, and since when, milliseconds since the epoch
 */
public record LakeState(long version, String cluster, Map<String, TopicOffsets> offsets, Map<String, LakeFile> byPath, Map<String, Long> removed) {
    /** A lake with nothing in it. */
    public static final LakeState EMPTY = new LakeState(0, "", Map.of(), Map.of(), Map.of());

    public LakeState {
        offsets = Collections.unmodifiableMap(offsets);
        byPath = Collections.unmodifiableMap(byPath);
        removed = Collections.unmodifiableMap(removed);
    }

    /** All files that count. */
    public Collection<LakeFile> files() {
        return byPath.values();
    }

    /** The files of one table that count. */
    public List<LakeFile> files(LakeTable table) {
        return byPath.values().stream().filter(file -> file.table() == table).toList();
    }
}
