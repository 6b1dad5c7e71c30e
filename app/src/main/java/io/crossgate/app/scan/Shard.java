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
    private static final int HEADERS = 2048;
    private static final int QUEUED = 6;

    /** Headers, and what is to be told after them. */
    private static final class Work {
        final HeaderBatch headers = new HeaderBatch(HEADERS);
        final List<Consumer<FlowDetector>> facts = new ArrayList<>();
        boolean last;
    }

    private final int number;
    private final SecondStage second;
    private final FlowDetector detector;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUED);
    private final BlockingQueue<Work> spare = new ArrayBlockingQueue<>(QUEUED + 2);
    private Work next = new Work();
    private Thread thread;
    private boolean finished;
    private volatile Throwable failure;

    Shard(int number, DetectSettings settings, SecondStage second) {
        this.number = number;
        this.second = second;
        this.detector = new FlowDetector(settings, second.of(number));
    }

    /** A header at an observation point, by the detector's number of it. */
    void header(int point, FlowTuple key, int hash, PacketHeader header) {
        if (next.headers.isFull() || !next.facts.isEmpty()) {
            send();
        }
        next.headers.add(point, key, hash, header);
    }

    /** Something that the detector is to be told after the headers so far. */
    void tell(Consumer<FlowDetector> fact) {
        next.facts.add(fact);
    }

    /** After what was handed over so far, decide. */
    void advance() {
        tell(this::decide);
        send();
    }

    private void decide(FlowDetector by) {
        by.advance();
        second.decided(number, by.decidedUpTo());
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
                next = new Work();
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
                detector.accept(work.headers);
                work.facts.forEach(fact -> fact.accept(detector));
                last = work.last;
                work.headers.clear();
                work.facts.clear();
                spare.offer(work);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
    }
}
