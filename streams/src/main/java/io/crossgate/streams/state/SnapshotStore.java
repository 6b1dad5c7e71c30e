package io.crossgate.streams.state;

import io.crossgate.detect.StateWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * The state of a detector, which lives in the detector itself: the store writes to the changelog what changed, once per commit, before the offsets are committed,
 * and closes each commit with a marker. What was made and forgotten between two commits is never written.
 *
 * <p>Restoring takes whole commits only: entries after the last marker are of a commit that a crash cut off. Their keys are written again with the next commit,
 * with the values that were restored, so that they can't come back.
 *
 * <p>Uses Kafka Streams' internal hook for stores that buffer ({@link CachedStateStore#flushCache}) and its internal context's {@code logChange}; nothing else
 * of this program touches either.
 */
public final class SnapshotStore implements StateStore, CachedStateStore<byte[], byte[]> {
    private static final byte[] MARKER = {0};

    private final String name;
    private final Map<Bytes, byte[]> committed = new HashMap<>();
    private final Map<Bytes, byte[]> tail = new HashMap<>();
    private final Set<Bytes> rewrite = new HashSet<>();
    private Consumer<StateWriter> source;
    private InternalProcessorContext<?, ?> context;
    private boolean open;

    SnapshotStore(String name) {
        this.name = name;
    }

    /** Gives every restored entry to {@code restore}, as {@link StateWriter}'s entries came; from now on {@code changes} is asked for what changed. */
    public void attach(StateWriter restore, Consumer<StateWriter> changes) {
        rewrite.addAll(tail.keySet());
        tail.clear();
        committed.forEach((key, value) -> restore.put(body(key), value));
        committed.keySet().retainAll(rewrite); // the detector holds the state now
        source = changes;
    }

    private static byte[] body(Bytes key) {
        return Arrays.copyOfRange(key.get(), 1, key.get().length);
    }

    private static Bytes stored(byte[] key) {
        byte[] prefixed = new byte[key.length + 1];
        prefixed[0] = 1;
        System.arraycopy(key, 0, prefixed, 1, key.length);
        return Bytes.wrap(prefixed);
    }

    @Override
    public void flushCache() {
        if (source == null) {
            return;
        }
        boolean[] any = new boolean[1];
        source.accept((key, value) -> {
            Bytes stored = stored(key);
            rewrite.remove(stored);
            log(stored, value);
            any[0] = true;
        });
        for (Bytes key : rewrite) {
            log(key, committed.get(key));
            any[0] = true;
        }
        rewrite.clear();
        committed.clear();
        if (any[0]) {
            log(Bytes.wrap(MARKER), MARKER);
        }
    }

    private void log(Bytes key, byte[] value) {
        context.logChange(name, key, value, context.currentSystemTimeMs(), new RecordHeaders(), Position.emptyPosition());
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        committed.clear();
        tail.clear();
        rewrite.clear();
        source = null;
        context = (InternalProcessorContext<?, ?>) stateStoreContext;
        stateStoreContext.register(root, (RecordBatchingStateRestoreCallback) records -> {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                restored(record.key(), record.value());
            }
        });
        open = true;
    }

    private void restored(byte[] key, byte[] value) {
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        open = false;
        source = null;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void clearCache() {
        // what is buffered is the detector's own state: it stays
    }
}
