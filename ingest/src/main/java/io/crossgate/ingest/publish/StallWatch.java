package io.crossgate.ingest.publish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, once per stall, that the cluster takes nothing while records wait for it, and that it goes on. */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderPublisher.class);
    private static final Duration STALL = Duration.ofSeconds(5);

    private final AtomicLong waiting = new AtomicLong();
    private volatile long lastMove = System.nanoTime();
    private final Thread thread = new Thread(this::watch, "publish-watch");

    StallWatch() {
        thread.setDaemon(true);
        thread.start();
    }

    void sent() {
        if (waiting.getAndIncrement() == 0) {
            lastMove = System.nanoTime();
        }
    }

    void acknowledged() {
        waiting.decrementAndGet();
        lastMove = System.nanoTime();
    }

    private void watch() {
        boolean stalled = false;
        try {
            while (true) {
                Thread.sleep(STALL.toMillis() / 5);
                boolean now = waiting.get() > 0 && System.nanoTime() - lastMove > STALL.toNanos();
                if (now && !stalled) {
                    LOG.warn("the cluster has taken nothing for {} s while headers wait for it; trying on until delivery.timeout.ms", STALL.toSeconds());
                } else if (stalled && !now) {
                    LOG.warn("the cluster takes headers again");
                }
                stalled = now;
            }
        } catch (InterruptedException e) {
            return; // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
