package io.crossgate.streams.state;

import io.crossgate.detect.StateWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;

/**
 * A log of commits: each is the entries that changed, then a marker. Reading takes whole commits only: entries after the last marker are of a commit that a crash
 * cut off. Their keys are written again with the next commit, with the values that hold, so that they can't come back.
 */
final class CommitLog {
    private static final byte[] MARKER = {0};
    /** Prefix of entries: none is taken for the marker. */
    private static final byte ENTRY = 1;

    /** Takes entries to be appended. */
    interface Appender {
        void append(byte[] key, byte[] value);
    }

    private final Map<Bytes, byte[]> committed = new HashMap<>();
    private final Map<Bytes, byte[]> tail = new HashMap<>();
    private final Set<Bytes> rewrite = new HashSet<>();

    void clear() {
        committed.clear();
        tail.clear();
        rewrite.clear();
    }

    /** Takes the next entry of an existing log. */
    void read(byte[] key, byte[] value) {
        if (!Arrays.equals(key, MARKER)) {
            tail.put(Bytes.wrap(key), value);
            return;
        }
        tail.forEach((k, v) -> {
            if (v == null) {
                committed.remove(k);
            } else {
                committed.put(k, v);
            }
        });
        tail.clear();
    }

    /** Gives what was read; from now on the receiver holds it. */
    void restore(StateWriter into) {
        rewrite.addAll(tail.keySet());
        tail.clear();
        committed.forEach((key, value) -> into.put(KeyPrefix.strip(key.get()), value));
        committed.keySet().retainAll(rewrite);
    }

    /** Appends a commit: what {@code changes} tells. Nothing, if there is nothing. */
    void commit(Consumer<StateWriter> changes, Appender log) {
        boolean[] any = {!rewrite.isEmpty()};
        changes.accept((key, value) -> {
            Bytes stored = Bytes.wrap(KeyPrefix.add(ENTRY, key));
            rewrite.remove(stored);
            log.append(stored.get(), value);
            any[0] = true;
        });
        for (Bytes key : rewrite) {
            log.append(key.get(), committed.get(key));
        }
        rewrite.clear();
        committed.clear();
        if (any[0]) {
            log.append(MARKER, MARKER);
        }
    }
}
