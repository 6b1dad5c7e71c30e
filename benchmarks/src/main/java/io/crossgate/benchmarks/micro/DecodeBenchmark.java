package io.crossgate.benchmarks.micro;

import io.crossgate.ingest.decode.PacketDecoder;
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

/** A captured frame to a header; an operation is a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecodeBenchmark {
    private final Packets packets = Packets.make();
    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeader header = new PacketHeader();

    @Benchmark
    @OperationsPerInvocation(Packets.COUNT)
    public void decode(Blackhole hole) {
        for (int i = 0; i < Packets.COUNT; i++) {
            hole.consume(packets.decode(decoder, i, header));
        }
    }
}
