package io.crossgate.benchmarks.micro;

import io.crossgate.schemas.flow.CommunityIds;
import io.crossgate.schemas.flow.FlowTuple;
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

/** A header to its flow's key and hash, and a key to its Community ID, as gathering and detection do it; an operation is a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowKeyBenchmark {
    private final PacketHeader[] headers = Packets.make().headers().toArray(PacketHeader[]::new);
    private final FlowTuple[] keys = new FlowTuple[headers.length];
    private final FlowTuple key = new FlowTuple();
    private final CommunityIds communityIds = new CommunityIds();
    private final byte[] communityId = new byte[CommunityIds.LENGTH];

    public FlowKeyBenchmark() {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new FlowTuple();
            keys[i].set(headers[i]);
        }
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void keyAndHash(Blackhole hole) {
        for (PacketHeader header : headers) {
            key.set(header);
            hole.consume(key.hash());
        }
    }

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void communityId(Blackhole hole) {
        for (FlowTuple of : keys) {
            communityIds.put(of, communityId, 0);
            hole.consume(communityId[CommunityIds.LENGTH - 2]);
        }
    }
}
