package io.crossgate.retention.lake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a commit changes, all at once.
 *
 * @param cluster the cluster's id from now on; null to leave it
 * @param offsets of the topics that have moved
 * @param add files that count from now on, on disk already
 * @param remove paths of files that do not
 * @param purged paths of files removed earlier that are now gone from disk
 * @param at when, milliseconds since the epoch
 */
public record Change(String cluster, Map<String, TopicOffsets> offsets, List<LakeFile> add, List<String> remove, List<String> purged, long at) {
    LakeState applyTo(LakeState before) {
        Map<String, TopicOffsets> nowOffsets = new LinkedHashMap<>(before.offsets());
        nowOffsets.putAll(offsets);
        Map<String, LakeFile> files = new LinkedHashMap<>(before.byPath());
        Map<String, Long> removed = new LinkedHashMap<>(before.removed());
        for (String path : remove) {
            if (files.remove(path) == null) {
                throw new LakeException("the manifest removes " + path + ", which it never named");
            }
            removed.put(path, at);
        }
        for (LakeFile file : add) {
            files.put(file.path(), file);
        }
        purged.forEach(removed::remove);
        return new LakeState(before.version() + 1, cluster == null ? before.cluster() : cluster, nowOffsets, files, removed);
    }
}
