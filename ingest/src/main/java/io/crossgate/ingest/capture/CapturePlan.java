package io.crossgate.ingest.capture;

import io.crossgate.ingest.UsageException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Finds the observation points of a run before anything is published, and puts rotated captures of a point into time order. */
final class CapturePlan {
    /** Packets around a rotation may be written in slightly the wrong order; files that overlap by no more than this are still one after the other. */
    static final long ROTATION_SLACK = 1_000_000;

    private final Consumer<String> faults;
    private final Map<Path, FileScan> scans = new HashMap<>();
    private final Map<String, PlannedPoint> points = new TreeMap<>();

    private CapturePlan(Consumer<String> faults) {
        this.faults = faults;
    }

    /**
     * The observation points, sorted by gateway and interface.
     *
     * @param faults told of files that could not be read
     * @throws UsageException if captures of one point overlap in time
     */
    static List<PlannedPoint> of(List<CaptureInput> inputs, Consumer<String> faults) {
        CapturePlan plan = new CapturePlan(faults);
        inputs.forEach(plan::add);
        List<PlannedPoint> sorted = new ArrayList<>(plan.points.values());
        sorted.sort(Comparator.naturalOrder());
        sorted.forEach(plan::order);
        sorted.forEach(plan::learnLosses);
        return sorted;
    }

    private void add(CaptureInput input) {
        for (Path file : input.files()) {
            if (input.iface() != null) {
                point(input.gateway(), input.iface()).segments.add(new PlannedPoint.Segment(file, null, null));
            } else if (file.equals(CaptureInput.STANDARD_INPUT)) {
                point(input.gateway(), "any").segments.add(new PlannedPoint.Segment(file, null, null));
            } else {
                FileScan scan = scan(file);
                for (String label : scan.labels()) {
                    point(input.gateway(), label).segments.add(new PlannedPoint.Segment(file, label, scan.span(label)));
                }
            }
        }
    }

    /** A pcapng file tells what was lost at its end: it must be known before its packets are judged. */
    private void learnLosses(PlannedPoint point) {
        point.segments.replaceAll(segment -> {
            boolean known = segment.span() != null || segment.file().equals(CaptureInput.STANDARD_INPUT);
            return known || !Formats.isPcapng(segment.file()) ? segment
                    : new PlannedPoint.Segment(segment.file(), segment.label(), scan(segment.file()).span(segment.label()));
        });
    }

    private PlannedPoint point(String gateway, String iface) {
        return points.computeIfAbsent(gateway + '\0' + iface, key -> new PlannedPoint(gateway, iface));
    }

    private FileScan scan(Path file) {
        return scans.computeIfAbsent(file, path -> {
            FileScan scan = FileScan.of(path);
            if (scan.fault() != null) {
                faults.accept(scan.fault().getMessage());
            }
            return scan;
        });
    }

    private void order(PlannedPoint point) {
        if (point.segments.size() < 2) {
            return;
        }
        List<PlannedPoint.Segment> ordered = new ArrayList<>();
        for (PlannedPoint.Segment segment : point.segments) {
            if (segment.file().equals(CaptureInput.STANDARD_INPUT)) {
                throw new UsageException(point + " is read from standard input and from files: give it one or the other");
            }
            PlannedPoint.Segment scanned = segment.span() != null ? segment
                    : new PlannedPoint.Segment(segment.file(), segment.label(), scan(segment.file()).span(segment.label()));
            if (!scanned.span().empty()) {
                ordered.add(scanned);
            }
        }
        if (ordered.isEmpty()) { // still read: an empty capture's link type counts
            ordered.add(point.segments.get(0));
        }
        ordered.sort(Comparator.comparingLong((PlannedPoint.Segment s) -> s.span() == null ? 0 : s.span().first).thenComparing(PlannedPoint.Segment::file));
        for (int i = 1; i < ordered.size(); i++) {
            PlannedPoint.Segment before = ordered.get(i - 1);
            PlannedPoint.Segment after = ordered.get(i);
            if (after.span().first < before.span().last - ROTATION_SLACK) {
                throw new UsageException(before.file() + " (to " + Instant.ofEpochSecond(0, before.span().last) + ") and " + after.file() + " (from "
                        + Instant.ofEpochSecond(0, after.span().first) + ") overlap in time, but both are captures of " + point
                        + ": name their interfaces, as in GATEWAY/INTERFACE=FILE");
            }
        }
        point.segments.clear();
        point.segments.addAll(ordered);
    }
}
