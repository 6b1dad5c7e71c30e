package io.crossgate.ingest.capture;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.Progress;
import io.crossgate.ingest.UsageException;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Reads captures to their ends, merged in time, into a sink: first it declares every observation point, then it gives what they saw. What can't be read is told
 * in {@link #faults}; everything else is read all the same.
 */
public final class CaptureRun {
    /** Event time between watermarks, nanoseconds. */
    private static final long WATERMARK_STEP = 10_000_000;
    private static final int PROGRESS_STEP = 4096;

    private record PointName(String gateway, String iface) implements Comparable<PointName> {
        @Override
        public int compareTo(PointName o) {
            int order = gateway.compareTo(o.gateway);
            return order != 0 ? order : iface.compareTo(o.iface);
        }

        @Override
        public String toString() {
            return gateway + "/" + iface;
        }
    }

    private static final class Point {
        int index;
        PointAccount account;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        boolean ended;
        long dropped;
        long surveyedFirst = Long.MAX_VALUE;
        long surveyedLast = Long.MIN_VALUE;
        boolean log;
    }

    private final List<CaptureInput> inputs;
    private final HeaderSink sink;
    private final Progress progress;
    private final List<String> faults = new ArrayList<>();
    private final TreeMap<PointName, Point> points = new TreeMap<>();
    private final List<Point> byIndex = new ArrayList<>();
    private final Map<CaptureStream, List<Point>> streams = new HashMap<>();
    private long totalBytes;

    /** A run over {@code inputs}, not yet begun. */
    public CaptureRun(List<CaptureInput> inputs, HeaderSink sink, Progress progress) {
        this.inputs = List.copyOf(inputs);
        this.sink = sink;
        this.progress = progress;
    }

    /** What became of every packet, by observation point. */
    public List<PointAccount> accounts() {
        return points.values().stream().map(p -> p.account).toList();
    }

    /** One line for each capture that could not be read, or not to its end. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /**
     * Reads everything.
     *
     * @throws UsageException if files of one observation point overlap in time; nothing has been given to the sink then
     */
    public void run() {
        List<CaptureStream> all = prepare();
        try {
            declare();
            merge(all);
        } finally {
            all.forEach(CaptureStream::close);
        }
    }

    private List<CaptureStream> prepare() {
        TreeMap<String, List<CaptureInput>> groups = new TreeMap<>();
        for (CaptureInput input : inputs) {
            groups.computeIfAbsent(input.gateway() + "/" + (input.iface() == null ? "" : input.iface()), g -> new ArrayList<>()).add(input);
        }
        List<CaptureStream> all = new ArrayList<>();
        for (List<CaptureInput> group : groups.values()) {
            all.add(stream(group));
        }
        return all;
    }

    private CaptureStream stream(List<CaptureInput> group) {
        boolean byFile = group.get(0).iface() == null;
        boolean whole = byFile || group.size() > 1;
        Map<CaptureInput, FileSurvey> surveys = new HashMap<>();
        for (CaptureInput input : group) {
            if (input.isStandardInput()) {
                if (group.size() > 1) {
                    throw new UsageException("standard input (-) can't be one of several files of " + input.gateway() + "/" + input.iface());
                }
            } else {
                surveys.put(input, FileSurvey.of(Path.of(input.file()), whole));
                totalBytes += size(Path.of(input.file()));
            }
        }
        List<CaptureInput> inTime = new ArrayList<>(group);
        inTime.sort(Comparator.comparingLong(i -> surveys.containsKey(i) ? surveys.get(i).first : 0));
        checkOverlap(inTime, surveys);
        List<Point> own = new ArrayList<>();
        boolean log = false;
        for (CaptureInput input : inTime) {
            FileSurvey survey = surveys.get(input);
            log |= survey != null && survey.log;
            if (survey != null && survey.mixed && !byFile) {
                faults.add(input.file() + ": holds both packets and a firewall's log: give it as " + input.gateway() + "=FILE");
            }
            List<String> names = !byFile ? List.of(input.iface())
                    : survey == null || survey.interfaces.isEmpty() ? List.of(FileSurvey.ANY) : List.copyOf(survey.interfaces.keySet());
            for (String name : names) {
                Point point = points.computeIfAbsent(new PointName(input.gateway(), name), n -> new Point());
                if (!own.contains(point)) {
                    own.add(point);
                }
                if (survey != null) {
                    point.log |= byFile ? survey.interfaces.getOrDefault(name, false) : survey.log;
                    point.dropped += survey.dropped;
                    point.surveyedFirst = Math.min(point.surveyedFirst, survey.first);
                    point.surveyedLast = Math.max(point.surveyedLast, survey.last);
                }
            }
        }
        CaptureStream[] made = new CaptureStream[1];
        PacketHeader scratch = new PacketHeader();
        made[0] = new CaptureStream(inTime, log, System.in, (input, packet) -> {
            String name = !byFile ? input.iface() : input.isStandardInput() ? FileSurvey.ANY : FileSurvey.name(packet, made[0].decoder(), scratch);
            Point point = points.get(new PointName(input.gateway(), name));
            return (point == null ? own.get(0) : point).index;
        }, faults);
        streams.put(made[0], own);
        return made[0];
    }

    private static void checkOverlap(List<CaptureInput> inTime, Map<CaptureInput, FileSurvey> surveys) {
        for (int i = 1; i < inTime.size(); i++) {
            FileSurvey before = surveys.get(inTime.get(i - 1));
            FileSurvey after = surveys.get(inTime.get(i));
            if (!before.empty() && !after.empty() && after.first < before.last) {
                throw new UsageException(inTime.get(i - 1).file() + " and " + inTime.get(i).file() + " overlap in time: are they of one observation point ("
                        + inTime.get(i).gateway() + (inTime.get(i).iface() == null ? "" : "/" + inTime.get(i).iface()) + ")?");
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // told when the file is read
        }
    }

    private void declare() {
        points.forEach((name, point) -> {
            point.index = byIndex.size();
            byIndex.add(point);
            point.account = new PointAccount(name.gateway(), name.iface(), point.log);
            sink.point(point.index, name.gateway(), name.iface(), point.log);
        });
    }

    private void merge(List<CaptureStream> all) {
        PriorityQueue<CaptureStream> queue = new PriorityQueue<>(
                Comparator.<CaptureStream>comparingLong(s -> s.head().time).thenComparingInt(s -> streams.get(s).get(0).index));
        for (CaptureStream stream : all) {
            next(stream, queue);
        }
        long nextWatermark = Long.MIN_VALUE;
        long packets = 0;
        while (!queue.isEmpty()) {
            CaptureStream stream = queue.poll();
            Observed packet = stream.head();
            if (packet.time >= nextWatermark) {
                watermark(packet.time - 1);
                nextWatermark = packet.time + WATERMARK_STEP;
            }
            give(packet);
            if (++packets % PROGRESS_STEP == 0) {
                long bytes = 0;
                for (CaptureStream s : all) {
                    bytes += s.bytesRead();
                }
                progress.at(bytes, totalBytes, packets);
            }
            next(stream, queue);
        }
    }

    private void next(CaptureStream stream, PriorityQueue<CaptureStream> queue) {
        if (stream.advance()) {
            queue.add(stream);
            return;
        }
        for (Point point : streams.get(stream)) {
            if (!point.ended) {
                point.ended = true;
                sink.ended(point.index, point.last);
            }
        }
    }

    private void watermark(long time) {
        for (Point point : byIndex) {
            if (!point.ended) {
                sink.watermark(point.index, time);
            }
        }
    }

    private void give(Observed packet) {
        Point point = byIndex.get(packet.point);
        if (point.first == Long.MAX_VALUE) {
            point.first = packet.time;
            sink.observedFrom(point.index, packet.time);
            if (point.dropped > 0) {
                point.account.countLost(point.dropped);
                sink.lost(point.index, point.surveyedFirst, point.surveyedLast, point.dropped);
            }
        }
        point.last = packet.time;
        point.account.count(packet.outcome);
        if (packet.outOfOrder) {
            point.account.countOutOfOrder();
        }
        if (packet.outcome.decoded()) {
            sink.header(point.index, packet.header);
        }
    }
}
