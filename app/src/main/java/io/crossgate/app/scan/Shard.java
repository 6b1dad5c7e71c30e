package io.crossgate.app.scan;

import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.HeaderBatch;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A share of the flows: a {@link FlowDetector} and the thread that drives it. The reading thread fills one piece of work while the shard does another; a bounded
 * queue between them makes the faster one wait. All methods are the reading thread's.
 */
final class Shard {
    private static final int QUEUED = 1;
    /** How many pieces of work there are at most: one is filled, one is done. */
    static final int WORKS = QUEUED + 2;

    /** Headers, the watermarks that hold with them, and what is to be told after them. */
    private static final class Work {
        final HeaderBatch headers;
        final List<Consumer<FlowDetector>> watermarks = new ArrayList<>();
        final List<Consumer<FlowDetector>> facts = new ArrayList<>();
        boolean last;

        Work(int capacity) {
            headers = new HeaderBatch(capacity);
        }
    }

    private final int number;
    private final int capacity;
    private final SecondStage second;
    private final FlowDetector detector;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUED);
    private final BlockingQueue<Work> spare = new ArrayBlockingQueue<>(WORKS);
    private Work next;
    private Thread thread;
    private boolean finished;
    private volatile Throwable failure;

    /** A shard that is handed up to {@code capacity} headers at a time. */
    Shard(int number, int capacity, DetectSettings settings, SecondStage second) {
        this.number = number;
        this.capacity = capacity;
        this.next = new Work(capacity);
        this.second = second;
        this.detector = new FlowDetector(settings, second.of(number));
    }

    /** A header at an observation point, by the detector's number of it; not when {@link #isFull}. */
    void header(int point, FlowTuple key, int hash, PacketHeader header) {
        next.headers.add(point, key, hash, header);
    }

    boolean isFull() {
        return next.headers.isFull();
    }

    /** A watermark that holds once the headers so far are handed over. */
    void watermark(Consumer<FlowDetector> fact) {
        next.watermarks.add(fact);
    }

    /** Something that the detector is to be told after it has decided on the headers so far. */
    void tell(Consumer<FlowDetector> fact) {
        next.facts.add(fact);
    }

    /** Hands over all so far, to be decided. */
    void advance() {
        send();
    }

    private void doIt(Work work) {
        work.watermarks.forEach(fact -> fact.accept(detector));
        detector.advance(work.headers);
        second.decided(number, detector.decidedUpTo());
        work.facts.forEach(fact -> fact.accept(detector));
        work.headers.clear();
        work.watermarks.clear();
        work.facts.clear();
    }

    /** Waits until everything that was handed over is done. */
    void finish() {
        if (finished) {
            return;
        }
        finished = true;
        next.last = true;
        send();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        check();
        next = null;
        spare.clear();
    }

    void close() {
        if (thread != null) {
            thread.interrupt();
        }
        finished = true;
    }

    DetectCounters counters() {
        return detector.counters();
    }

    private void send() {
        if (thread == null) {
            thread = new Thread(this::work, "crossgate-scan-" + number);
            thread.setDaemon(true);
            thread.start();
        }
        try {
            Work full = next;
            while (!queue.offer(full, 1, TimeUnit.SECONDS)) {
                check();
            }
            next = spare.poll();
            if (next == null) {
                next = new Work(capacity);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException("detection failed: " + failure, failure);
        }
    }

    private void work() {
        try {
            boolean last = false;
            while (!last) {
                Work work = queue.take();
                last = work.last;
                doIt(work);
                spare.offer(work);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
    }
}
