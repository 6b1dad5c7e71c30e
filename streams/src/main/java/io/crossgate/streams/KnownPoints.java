package io.crossgate.streams;

import io.crossgate.detect.ObservationPoint;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/** The observation points that ingesters have registered: a global store, complete before any task starts, read by all. A tombstone takes a point back. */
final class KnownPoints implements StateStore {
    private final String name;
    private final RecordCodec<ObservationPointRecord> codec;
    private final AtomicReference<Set<ObservationPoint>> shown;
    private final Map<Bytes, ObservationPoint> points = new HashMap<>();
    private boolean open;

    private KnownPoints(String name, RecordCodec<ObservationPointRecord> codec, AtomicReference<Set<ObservationPoint>> shown) {
        this.name = name;
        this.codec = codec;
        this.shown = shown;
    }

    private synchronized void put(byte[] key, byte[] value) {
        if (key == null) {
            return;
        }
        if (value == null) {
            points.remove(Bytes.wrap(key));
        } else {
            try {
                ObservationPointRecord record = codec.decode(value);
                points.put(Bytes.wrap(key), new ObservationPoint(record.getGateway(), record.getInterface$(), record.getFirewallLog()));
            } catch (WireException e) {
                return; // what is no registration registers nothing
            }
        }
        shown.set(Set.copyOf(points.values()));
    }

    /** Keeps the store up to date while the topology runs. */
    static final class Updater implements Processor<byte[], byte[], Void, Void> {
        private final String store;
        private KnownPoints points;

        Updater(String store) {
            this.store = store;
        }

        @Override
        public void init(org.apache.kafka.streams.processor.api.ProcessorContext<Void, Void> context) {
            points = context.getStateStore(store);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            points.put(record.key(), record.value());
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, this::put);
        open = true;
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Builds the one store; {@code shown} always holds the points that are known now. */
    record Builder(String name, RecordCodec<ObservationPointRecord> codec, AtomicReference<Set<ObservationPoint>> shown)
            implements StoreBuilder<KnownPoints> {
        @Override
        public KnownPoints build() {
            return new KnownPoints(name, codec, shown);
        }

        @Override
        public StoreBuilder<KnownPoints> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<KnownPoints> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<KnownPoints> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<KnownPoints> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false; // its topic is its log
        }
    }
}
