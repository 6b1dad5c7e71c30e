package io.crossgate.streams;

import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.FlowDetector;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What an instance of the topology has done so far: for the process that runs it to show, and to know when a finite input is wholly decided. */
public final class DetectionProgress {
    private final long[] decided;
    private final Map<Integer, RecordCounters> counters = new ConcurrentHashMap<>();

    public DetectionProgress(int partitions) {
        decided = new long[partitions];
        Arrays.fill(decided, Long.MIN_VALUE);
    }

    synchronized void decided(int partition, long upTo) {
        decided[partition] = upTo;
        notifyAll();
    }

    RecordCounters counters(int partition, DetectCounters detection) {
        RecordCounters fresh = new RecordCounters(detection);
        counters.put(partition, fresh);
        return fresh;
    }


    /** Counters of each partition of headers that this instance has run, by partition. */
    public Map<Integer, RecordCounters> counters() {
        return Map.copyOf(counters);
    }

    /** The sum of what detection counted. Exact once the topology is closed. */
    public DetectCounters detection() {
        DetectCounters sum = new DetectCounters();
        counters.values().forEach(c -> sum.add(c.detection));
        return sum;
    }

    /** Event time up to which every partition's incidents are decided, nanoseconds since the epoch; {@link FlowDetector#END}: all points have ended. */
    public synchronized long decidedUpTo() {
        return Arrays.stream(decided).min().orElse(FlowDetector.END);
    }

    /** Waits until all observation points have ended and all is decided, or for {@code millis}; true in the first case. */
    public synchronized boolean awaitEnd(long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (decidedUpTo() != FlowDetector.END) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
