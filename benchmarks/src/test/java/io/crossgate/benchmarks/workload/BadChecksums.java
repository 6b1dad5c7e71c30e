package io.crossgate.benchmarks.workload;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.file.Path;
import java.util.List;

/** Counts headers whose TCP or ICMP checksum is wrong, and checks that some were long enough to be known right. */
final class BadChecksums implements HeaderSink {
    private long good;
    private long bad;

    static long in(Path workload) {
        BadChecksums sink = new BadChecksums();
        new CaptureRun(Inputs.parse(List.of(workload.toString())), sink, (bytes, total, packets) -> {}).run();
        if (sink.good == 0) {
            throw new AssertionError("no checksum could be verified");
        }
        return sink.bad;
    }

    @Override
    public void header(int index, PacketHeader header) {
        good += header.checksum == PacketHeader.CHECKSUM_GOOD ? 1 : 0;
        bad += header.checksum == PacketHeader.CHECKSUM_BAD ? 1 : 0;
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {}

    @Override
    public void observedFrom(int index, long time) {}

    @Override
    public void watermark(int index, long time) {}

    @Override
    public void lost(int index, long from, long to, long packets) {}

    @Override
    public void ended(int index, long lastTime) {}
}
