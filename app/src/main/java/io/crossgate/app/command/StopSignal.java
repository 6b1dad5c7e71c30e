package io.crossgate.app.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and termination: lets a command end in good order, and the process only after that. */
final class StopSignal implements AutoCloseable {
    /** What a command may take to end in good order; after it the process goes all the same. */
    private static final Duration GRACE = Duration.ofSeconds(40);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private Runnable action = () -> {};

    /** Listens from now on. Make it before what must end in good order, so that it is closed after it. */
    StopSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    private void stop() {
        if (done.getCount() == 0) {
            return;
        }
        synchronized (this) {
            asked.countDown();
            action.run();
        }
        try {
            done.await(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs {@code what}, in another thread, when the signal comes; now, if it has come. */
    synchronized void whenAsked(Runnable what) {
        action = what;
        if (asked()) {
            what.run();
        }
    }

    boolean asked() {
        return asked.getCount() == 0;
    }

    boolean await(Duration time) throws InterruptedException {
        return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The command has ended. */
    @Override
    public void close() {
        done.countDown();
    }
}
