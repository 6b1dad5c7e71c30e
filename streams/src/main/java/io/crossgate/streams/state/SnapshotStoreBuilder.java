package io.crossgate.streams.state;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds {@link SnapshotStore}s, with their changelogs' settings. */
public final class SnapshotStoreBuilder implements StoreBuilder<SnapshotStore> {
    /** A commit that a crash cut off must not displace, by compaction, the values that it meant to replace before a restart writes them again. */
    private static final Duration COMPACTION_LAG = Duration.ofHours(1);

    private final String name;
    private final Map<String, String> changelog = new HashMap<>();

    public SnapshotStoreBuilder(String name) {
        this.name = name;
        changelog.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, String.valueOf(COMPACTION_LAG.toMillis()));
    }

    @Override
    public SnapshotStore build() {
        return new SnapshotStore(name);
    }

    @Override
    public StoreBuilder<SnapshotStore> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<SnapshotStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<SnapshotStore> withLoggingEnabled(Map<String, String> config) {
        changelog.putAll(config);
        return this;
    }

    @Override
    public StoreBuilder<SnapshotStore> withLoggingDisabled() {
        throw new UnsupportedOperationException("without a changelog a restart would forget");
    }

    @Override
    public Map<String, String> logConfig() {
        return changelog;
    }

    @Override
    public boolean loggingEnabled() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }
}
