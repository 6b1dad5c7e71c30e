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
    private final Runnable onStop;

    /** Listens from now on; {@code onStop} runs when the signal comes. */
    StopSignal(Runnable onStop) {
        this.onStop = onStop;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    private void stop() {
        if (done.getCount() == 0) {
            return;
        }
        asked.countDown();
        onStop.run();
        try {
            done.await(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
