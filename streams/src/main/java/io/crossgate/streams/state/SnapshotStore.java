package io.crossgate.streams.state;

import io.crossgate.detect.StateWriter;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * The state of a detector, which lives in the detector itself: the store writes to the changelog what changed, once per commit, before the offsets are committed,
 * and closes each commit with a marker: see {@link CommitLog}. What was made and forgotten between two commits is never written.
 *
 * <p>Uses Kafka Streams' internal hook for stores that buffer ({@link CachedStateStore#flushCache}) and its internal context's {@code logChange} and current
 * node; nothing else of this program touches either.
 */
public final class SnapshotStore implements StateStore, CachedStateStore<byte[], byte[]> {
    /** Producers and brokers take requests and records of 1 MiB unless they are set otherwise; the state about a busy server or a whole point of time may be larger. */
    private static final int MAX_VALUE = 512 * 1024;

    private final String name;
    private final CommitLog log = new CommitLog(MAX_VALUE);
    private Consumer<StateWriter> source;
    private InternalProcessorContext<?, ?> context;
    private ProcessorNode<?, ?, ?, ?> owner;
    private boolean open;

    SnapshotStore(String name) {
        this.name = name;
    }

    /**
     * Gives every restored entry to {@code restore}, as {@link StateWriter}'s entries came; from now on {@code changes} is asked for what changed. To be called while
     * a processor is initialised: {@code changes} may forward records as that processor.
     */
    public void attach(StateWriter restore, Consumer<StateWriter> changes) {
        log.restore(restore);
        source = changes;
        owner = context.currentNode();
    }

    @Override
    public void flushCache() {
        if (source == null) {
            return;
        }
        ProcessorNode<?, ?, ?, ?> before = context.currentNode();
        context.setCurrentNode(owner);
        try {
            log.commit(source, (key, value) -> context.logChange(name, Bytes.wrap(key), value, context.currentSystemTimeMs(), new RecordHeaders(),
                    Position.emptyPosition()));
        } finally {
            context.setCurrentNode(before);
        }
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        log.clear();
        source = null;
        context = (InternalProcessorContext<?, ?>) stateStoreContext;
        stateStoreContext.register(root, (RecordBatchingStateRestoreCallback) records -> {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                log.read(record.key(), record.value());
            }
        });
        open = true;
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
