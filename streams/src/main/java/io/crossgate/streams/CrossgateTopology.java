package io.crossgate.streams;

import io.crossgate.detect.ObservationPoint;
import io.crossgate.schemas.Topics;
import io.crossgate.streams.state.SnapshotStoreBuilder;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The topology.
 *
 * <pre>
 *   observation-points ─► known-points (global)
 *                              │
 *   headers ─► flow-detector ──┴─► orphaned-syn-acks, invalid-drops, flows, dead-letters
 *                   └─► tallies (by server, and watermarks) ─► incident-detector ─► incidents
 * </pre>
 *
 * <p>Headers come from two topics: with a flow to each record, and in bundles of many.
 */
public final class CrossgateTopology {
    static final String FLOW_STATE = "flow-detector-state";
    static final String INCIDENT_STATE = "incident-detector-state";
    static final String ORPHANS_SINK = "orphaned-syn-acks";
    static final String DROPS_SINK = "invalid-drops";
    static final String FLOWS_SINK = "flows";
    static final String DEAD_LETTERS_SINK = "dead-letters";
    static final String TALLIES_SINK = "tallies-out";

    private static final String FLOW_DETECTOR = "flow-detector";
    private static final String INCIDENT_DETECTOR = "incident-detector";
    private static final String KNOWN_POINTS = "known-points";

    private CrossgateTopology() {}

    /** The topology with the given settings; it tells {@code progress} how far it is. */
    public static Topology of(StreamsSettings settings, Codecs codecs, DetectionProgress progress) {
        ByteArraySerializer out = new ByteArraySerializer();
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        AtomicReference<Set<ObservationPoint>> points = new AtomicReference<>(Set.of());
        Topology topology = new Topology();
        topology.addGlobalStore(new KnownPoints.Builder(KNOWN_POINTS, codecs.points(), points), "observation-points", in, in,
                Topics.OBSERVATION_POINTS.name(), "observation-points-reader", () -> new KnownPoints.Updater(KNOWN_POINTS));
        topology.addSource(AutoOffsetReset.earliest(), "headers", in, in, Topics.HEADERS.name(), Topics.HEADER_BUNDLES.name());
        topology.addProcessor(FLOW_DETECTOR, () -> new FlowDetectorProcessor(settings, codecs, points::get, progress), "headers");
        topology.addStateStore(new SnapshotStoreBuilder(FLOW_STATE), FLOW_DETECTOR);
        topology.addSink(ORPHANS_SINK, Topics.ORPHANED_SYN_ACKS.name(), out, out, FLOW_DETECTOR);
        topology.addSink(DROPS_SINK, Topics.INVALID_DROPS.name(), out, out, FLOW_DETECTOR);
        topology.addSink(FLOWS_SINK, Topics.FLOWS.name(), out, out, FLOW_DETECTOR);
        topology.addSink(DEAD_LETTERS_SINK, Topics.DEAD_LETTERS.name(), out, out, FLOW_DETECTOR);
        topology.addSink(TALLIES_SINK, Topics.TALLIES.name(), out, out, new ByNumber(), FLOW_DETECTOR);
        topology.addSource(AutoOffsetReset.earliest(), "tallies-in", in, in, Topics.TALLIES.name());
        topology.addProcessor(INCIDENT_DETECTOR, () -> new IncidentDetectorProcessor(settings, codecs, progress), "tallies-in");
        topology.addStateStore(new SnapshotStoreBuilder(INCIDENT_STATE), INCIDENT_DETECTOR);
        topology.addSink("incidents", Topics.INCIDENTS.name(), out, out, INCIDENT_DETECTOR);
        return topology;
    }

    /** Tallies to the partition that they are for. */
    private static final class ByNumber implements StreamPartitioner<byte[], byte[]> {
        @Override
        public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int numPartitions) {
            int partition = TallyRecord.partition(key);
            if (partition >= numPartitions) {
                throw new IllegalStateException(topic + " has " + numPartitions + " partitions: fewer than the headers topic");
            }
            return Optional.of(Set.of(partition));
        }
    }
}
