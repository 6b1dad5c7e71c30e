package io.crossgate.benchmarks.micro;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A header to its flow's key, and a key to its Community ID; an operation is a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowKeyBenchmark {
    private final PacketHeader[] headers = Packets.make().headers().toArray(PacketHeader[]::new);
    private final FlowKey[] keys = new FlowKey[headers.length];

    public FlowKeyBenchmark() {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = FlowKey.of(headers[i]);
        }
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void keyAndHash(Blackhole hole) {
        for (PacketHeader header : headers) {
            hole.consume(FlowKey.of(header).hashCode());
        }
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void communityId(Blackhole hole) {
        for (FlowKey key : keys) {
            hole.consume(key.communityId());
        }
    }
}
