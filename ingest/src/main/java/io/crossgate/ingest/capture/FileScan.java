package io.crossgate.ingest.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One reading of a file ahead of the run, to learn which interfaces it is of and what time it covers. */
final class FileScan {
    /** Event time that one interface's packets cover, nanoseconds since the epoch. */
    static final class Span {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        /** Packets that interface statistics say were lost somewhere in this time. */
        long dropped;

        boolean empty() {
            return last == Long.MIN_VALUE;
        }

        private void add(long time) {
            if (empty()) {
                first = time;
            }
            last = Math.max(last, time);
        }
    }

    private final Map<String, Span> labels = new TreeMap<>();
    private final Map<Integer, Span> cooked = new HashMap<>();
    private final Span whole = new Span();
    private CaptureException fault;

    private FileScan() {}

    /** Reads the file as far as it can be read. */
    static FileScan of(Path file) {
        FileScan scan = new FileScan();
        try (CaptureReader reader = CaptureReader.open(file)) {
            try {
                scan.read(reader);
            } finally {
                scan.describe(reader);
            }
        } catch (CaptureException e) {
            scan.fault = e;
        } catch (IOException e) {
            scan.fault = new CaptureException(file + ": cannot be closed: " + e.getMessage(), e);
        }
        return scan;
    }

    private void read(CaptureReader reader) throws CaptureException {
        RawPacket packet = new RawPacket();
        Span[] spans = {};
        while (reader.next(packet)) {
            Span span;
            if (packet.linkType == Links.LINUX_COOKED_2) {
                span = cooked.computeIfAbsent(Links.cookedIndex(packet), index -> new Span());
            } else {
                if (packet.interfaceNumber >= spans.length) {
                    spans = spans(reader);
                }
                span = spans[packet.interfaceNumber];
            }
            span.add(packet.time);
            whole.add(packet.time);
        }
    }

    private Span[] spans(CaptureReader reader) {
        Span[] spans = new Span[reader.interfaces()];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = labels.computeIfAbsent(reader.interfaceName(i), name -> new Span());
        }
        return spans;
    }

    private void describe(CaptureReader reader) {
        for (int i = 0; i < reader.interfaces(); i++) {
            if (reader.linkType(i) != Links.LINUX_COOKED_2) {
                labels.computeIfAbsent(reader.interfaceName(i), name -> new Span());
            }
        }
        for (int i = 0; i < reader.interfaces(); i++) {
            long dropped = reader.dropped(i) - reader.droppedBetween(i);
            whole.dropped += dropped;
            if (reader.linkType(i) == Links.LINUX_COOKED_2) {
                cooked.values().forEach(span -> span.dropped += dropped); // of any of them
            } else {
                labels.get(reader.interfaceName(i)).dropped += dropped;
            }
        }
        cooked.forEach((index, span) -> labels.put("if" + index, span));
        if (labels.isEmpty() && reader.interfaces() > 0) {
            labels.put("any", new Span());
        }
    }

    /** Interfaces that the file names, sorted; none only if it could not be read that far. */
    Collection<String> labels() {
        return labels.keySet();
    }

    /** Time covered by the packets of an interface, or of all for null. */
    Span span(String label) {
        return label == null ? whole : labels.get(label);
    }

    /** What ended the reading, or null. */
    CaptureException fault() {
        return fault;
    }
}
