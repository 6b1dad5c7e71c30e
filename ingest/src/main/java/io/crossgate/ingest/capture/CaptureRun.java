package io.crossgate.ingest.capture;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.Progress;
import io.crossgate.ingest.UsageException;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads captures of any number of observation points side by side, in the order of event time, and hands the decoded headers to a {@link HeaderSink}. Equal
 * times go by the order of the points, so the same captures always give the same calls.
 */
public final class CaptureRun {
    /** Watermarks are announced whenever event time has moved on by this many nanoseconds. */
    static final long WATERMARK_STEP = 10_000_000;

    private static final int PROGRESS_STEP = 4096;

    private final List<CaptureInput> inputs;
    private final HeaderSink sink;
    private final Progress progress;
    private final InputStream standardInput;
    private final List<PointStream> streams = new ArrayList<>();
    private final Set<String> faults = new LinkedHashSet<>();
    private long packets;
    private long bytesTotal;
    private long nextWatermark;

    public CaptureRun(List<CaptureInput> inputs, HeaderSink sink, Progress progress) {
        this(inputs, sink, progress, System.in);
    }

    CaptureRun(List<CaptureInput> inputs, HeaderSink sink, Progress progress, InputStream standardInput) {
        this.inputs = List.copyOf(inputs);
        this.sink = sink;
        this.progress = progress;
        this.standardInput = standardInput;
    }

    /**
     * Reads everything. Call once. What is wrong with a file does not end the run: see {@link #faults}.
     *
     * @throws UsageException before anything was handed to the sink, if captures of one point overlap in time
     */
    public void run() {
        for (PlannedPoint point : CapturePlan.of(inputs, faults::add)) {
            bytesTotal = add(bytesTotal, size(point));
            streams.add(new PointStream(point, new PointReader(point.segments, standardInput, faults::add)));
        }
        try {
            streams.forEach(PointStream::start);
            for (int i = 0; i < streams.size(); i++) {
                PointStream stream = streams.get(i);
                sink.point(i, stream.point().gateway, stream.point().iface, stream.firewallLog());
            }
            merge();
        } finally {
            streams.forEach(PointStream::close);
        }
        progress.at(bytesRead(), bytesTotal, packets);
    }

    private static long add(long total, long size) {
        return total < 0 || size < 0 ? -1 : total + size;
    }

    private static long size(PlannedPoint point) {
        long sum = 0;
        for (PlannedPoint.Segment segment : point.segments) {
            Path file = segment.file();
            if (file.equals(CaptureInput.STANDARD_INPUT)) {
                return -1;
            }
            try {
                sum += Files.size(file);
            } catch (IOException e) {
                sum += 0; // reported when it is read
            }
        }
        return sum;
    }

    private void merge() {
        PointStream[] points = streams.toArray(PointStream[]::new);
        boolean[] open = new boolean[points.length];
        MergeOrder order = new MergeOrder(points.length);
        for (int i = 0; i < open.length; i++) {
            open[i] = points[i].present();
            if (open[i]) {
                order.add(i, points[i].time());
            } else {
                end(i);
            }
        }
        if (!order.isEmpty()) {
            nextWatermark = order.time() + WATERMARK_STEP;
        }
        while (!order.isEmpty()) {
            int index = order.first();
            PointStream stream = points[index];
            long time = stream.time();
            if (time >= nextWatermark) {
                watermarks(open, time - 1);
                nextWatermark = time + WATERMARK_STEP;
            }
            deliver(index, stream);
            if (stream.present()) {
                order.replaceFirst(stream.time());
            } else {
                open[index] = false;
                order.removeFirst();
                end(index);
            }
        }
    }

    private void watermarks(boolean[] open, long time) {
        for (int i = 0; i < open.length; i++) {
            if (open[i]) {
                sink.watermark(i, time);
            }
        }
    }

    private void deliver(int index, PointStream stream) {
        if (stream.isFirst()) {
            sink.observedFrom(index, stream.time());
            for (PlannedPoint.Segment segment : stream.point().segments) {
                FileScan.Span span = segment.span();
                if (span != null && span.dropped > 0 && !span.empty()) {
                    sink.lost(index, span.first, span.last, span.dropped);
                }
            }
        }
        tellLosses(index, stream);
        if (stream.outcome().decoded()) {
            PacketHeader header = stream.header();
            header.time = stream.time();
            sink.header(index, header);
        }
        stream.pass();
        if ((++packets & PROGRESS_STEP - 1) == 0) {
            progress.at(bytesRead(), bytesTotal, packets);
        }
    }

    private void tellLosses(int index, PointStream stream) {
        LossBook losses = stream.losses();
        if (losses.pending() > 0) {
            sink.lost(index, losses.from(), losses.to(), losses.pending());
            losses.told();
        }
    }

    private void end(int index) {
        PointStream stream = streams.get(index);
        if (stream.lastTaken() != Long.MIN_VALUE) {
            tellLosses(index, stream);
        }
        sink.ended(index, stream.lastTaken());
    }

    private long bytesRead() {
        long sum = 0;
        for (PointStream stream : streams) {
            sum += stream.bytesRead();
        }
        return sum;
    }

    /** What became of the packets of each observation point, in the order of the points; complete once {@link #run} has returned. */
    public List<PointAccount> accounts() {
        return streams.stream().map(PointStream::account).toList();
    }

    /** What was wrong with files, one line each, in the order in which it was met; empty if everything was read to its end. */
    public List<String> faults() {
        return List.copyOf(faults);
    }
}
