package io.crossgate.benchmarks.micro;

import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.FlowEvents;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.HeaderBatch;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The join and all else of stage 1, and what a commit writes of its state; an operation is a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JoinBenchmark {
    /** Event time between two looks at what is due, nanoseconds. */
    private static final long STEP = 100_000_000;
    private static final int BATCH = 1 << 16;

    private final PacketHeader[] headers = Packets.make().headers().toArray(PacketHeader[]::new);
    private final FlowTuple key = new FlowTuple();
    private final HeaderBatch batch = new HeaderBatch(BATCH);

    /** A detector that has taken all packets, and written nothing yet. */
    @State(Scope.Thread)
    public static class Full {
        private FlowDetector detector;

        @Setup(Level.Invocation)
        public void fill(JoinBenchmark packets, Blackhole hole) {
            detector = detector(hole);
            detector.keepChanges();
            packets.feed(detector);
        }
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public FlowDetector join(Blackhole hole) {
        return feed(detector(hole));
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void commit(Full full, Blackhole hole) {
        full.detector.writeChanges((key, value) -> hole.consume(value));
    }

    private FlowDetector feed(FlowDetector detector) {
        int point = detector.point(new ObservationPoint("gwa", "lan", false));
        detector.observedFrom(point, headers[0].time);
        long next = headers[0].time + STEP;
        batch.clear();
        for (PacketHeader header : headers) {
            if (header.time > next || batch.isFull()) {
                detector.watermark(point, header.time - 1);
                detector.advance(batch);
                batch.clear();
                next = header.time + STEP;
            }
            key.set(header);
            batch.add(point, key, key.hash(), header);
        }
        detector.advance(batch);
        return detector;
    }

    private static FlowDetector detector(Blackhole hole) {
        return new FlowDetector(DetectSettings.defaults().withFirewalls(Set.of("gwa")), new FlowEvents() {
            @Override
            public void orphanedSynAck(OrphanedSynAck event) {
                hole.consume(event);
            }

            @Override
            public void invalidDrop(InvalidDrop event, boolean stray) {
                hole.consume(event);
            }

            @Override
            public void flow(FlowSummary event) {
                hole.consume(event);
            }

            @Override
            public void tally(Tally tally) {
                hole.consume(tally);
            }
        });
    }
}
