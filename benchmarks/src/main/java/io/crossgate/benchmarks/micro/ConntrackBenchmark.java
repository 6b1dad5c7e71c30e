package io.crossgate.benchmarks.micro;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.detect.conntrack.TcpTracker;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A step of the connection tracker; an operation is a packet. Each flow has its tracker, as in detection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConntrackBenchmark {
    private final PacketHeader[] headers;
    private final TcpTracker[] trackers;
    private final boolean[] fromLow;
    private final TcpSegment segment = new TcpSegment();

    public ConntrackBenchmark() {
        headers = Packets.make().headers().stream().filter(h -> h.protocol == PacketHeader.TCP).toArray(PacketHeader[]::new);
        trackers = new TcpTracker[headers.length];
        fromLow = new boolean[headers.length];
        Map<FlowKey, TcpTracker> byFlow = new HashMap<>();
        for (int i = 0; i < headers.length; i++) {
            FlowKey key = FlowKey.of(headers[i]);
            trackers[i] = byFlow.computeIfAbsent(key, k -> new TcpTracker());
            fromLow[i] = key.isFromLow(headers[i]);
        }
    }

    /** A few packets of the workload are no TCP: as many of the first ones are taken twice in their place. */
    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void step(Blackhole hole) {
        for (int i = 0; i < Packets.COUNT; i++) {
            int at = i < headers.length ? i : i - headers.length;
            hole.consume(trackers[at].step(segment.from(headers[at], fromLow[at]), ConntrackSettings.DEFAULTS));
        }
    }
}
