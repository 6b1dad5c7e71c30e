package io.crossgate.ingest.publish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, once per stall, that the cluster takes nothing while records wait for it, and that it goes on. */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderPublisher.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int STALLED_LOOKS = 5;

    /** Each is counted by one thread and looked at by another: no record waits for another processor's count. */
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Thread thread = new Thread(this::watch, "publish-watch");

    StallWatch() {
        thread.setDaemon(true);
        thread.start();
    }

    /** A record is handed to the producer; called by the thread that publishes. */
    void sent() {
        sent.lazySet(sent.getPlain() + 1);
    }

    /** A record is acknowledged or refused; called by the producer's thread. */
    void acknowledged() {
        acknowledged.lazySet(acknowledged.getPlain() + 1);
    }

    private void watch() {
        long before = 0;
        int still = 0;
        try {
            while (true) {
                Thread.sleep(LOOK.toMillis());
                long now = acknowledged.get();
                boolean stalled = still >= STALLED_LOOKS;
                still = now == before && sent.get() > now ? still + 1 : 0;
                before = now;
                if (still == STALLED_LOOKS) {
                    LOG.warn("the cluster has taken nothing for {} s while headers wait for it; trying on until delivery.timeout.ms", STALLED_LOOKS * LOOK.toSeconds());
                } else if (stalled && still == 0) {
                    LOG.warn("the cluster takes headers again");
                }
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
