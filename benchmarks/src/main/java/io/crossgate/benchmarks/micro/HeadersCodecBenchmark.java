package io.crossgate.benchmarks.micro;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.HeaderBundle;
import io.crossgate.schemas.record.Headers;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A record of headers of one flow to bytes, and bytes to a record; an operation is a record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadersCodecBenchmark {
    @Param({"1", "4", "16"})
    public int headers;

    @Param({"false", "true"})
    public boolean bundled;

    private final HeadersBatch batch = new HeadersBatch();
    private final HeadersBatch read = new HeadersBatch();
    private HeadersCodec codec;
    private byte[] record;

    @Setup
    public void fill() {
        codec = bundled ? HeadersCodec.ofBundles(1, id -> HeaderBundle.getClassSchema()) : new HeadersCodec(1, id -> Headers.getClassSchema());
        List<PacketHeader> all = Packets.make().headers();
        FlowKey flow = all.stream().map(FlowKey::of).filter(key -> all.stream().filter(h -> FlowKey.of(h).equals(key)).limit(headers).count() == headers).findFirst()
                .orElseThrow(() -> new IllegalStateException("no flow has so many headers"));
        batch.gateway = "gwa";
        batch.iface = "lan";
        batch.session = 1_767_225_600_000L;
        batch.sequence = 4711;
        batch.watermark = all.get(all.size() - 1).time;
        batch.observedFrom = all.get(0).time;
        batch.flow = flow;
        batch.communityId = flow.communityId().getBytes(StandardCharsets.UTF_8);
        all.stream().filter(h -> FlowKey.of(h).equals(flow)).limit(headers).forEach(h -> batch.add(flow).copyFrom(h));
        record = codec.encode(batch);
    }

    @Benchmark
    public byte[] encode() {
        return codec.encode(batch);
    }

    @Benchmark
    public HeadersBatch decode() {
        codec.decode(record, read);
        return read;
    }
}
