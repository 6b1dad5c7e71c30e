package io.crossgate.streams;

import java.time.Duration;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * When a task that runs in transactions asks to be committed before its commit interval has passed. Its events are hidden until then, so at ordinary rates that is
 * several times a second. A commit writes every flow that changed, so a task that has taken much since the last one leaves it at the interval, unless nothing is
 * to come.
 */
final class CommitPace {
    private static final Duration EARLY = Duration.ofMillis(200);
    /** Headers, or tallies, that change so few flows that to write them all takes a few milliseconds. */
    private static final int LITTLE = 10_000;

    private int taken;
    /** Null without transactions. */
    private ProcessorContext<?, ?> transactions;

    /** Schedules it in {@code context}'s task, if that runs in transactions. */
    void start(ProcessorContext<?, ?> context) {
        taken = 0;
        transactions = null;
        if (StreamsConfig.EXACTLY_ONCE_V2.equals(context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))) {
            transactions = context;
            context.schedule(EARLY, PunctuationType.WALL_CLOCK_TIME, now -> {
                if (taken > 0 && taken <= LITTLE) {
                    context.commit();
                }
            });
        }
    }

    /** So many more headers or tallies, and at least the record that they came in, were taken. */
    void took(int count) {
        taken = Math.min(LITTLE, taken) + count + 1;
    }

    /** Everything has ended: who waits for what came of it need not wait for the interval. */
    void ended() {
        if (transactions != null) {
            transactions.commit();
        }
    }

    /** All that was taken is written. */
    void committed() {
        taken = 0;
    }
}
