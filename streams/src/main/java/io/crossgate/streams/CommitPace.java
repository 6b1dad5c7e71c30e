package io.crossgate.streams;

import java.time.Duration;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * When a task asks to be committed before its commit interval has passed. A commit writes every flow that changed, so a task that has taken much since the last one
 * leaves it at the interval; but of what is over by then the detector keeps note until a commit, so very much is not left to pile up. Of a task that runs in
 * transactions, events are hidden until the commit, so at ordinary rates that is several times a second.
 */
final class CommitPace {
    private static final Duration EARLY = Duration.ofMillis(200);
    /** Headers, or tallies, that change so few flows that to write them all takes a few milliseconds. */
    private static final int LITTLE = 10_000;
    /** Headers, or tallies, of which what the detector keeps note of may take a gigabyte: where each is of a flow of its own. */
    private static final int VERY_MUCH = 1 << 21;

    private ProcessorContext<?, ?> context;
    private int taken;

    /** Schedules it in {@code context}'s task. */
    void start(ProcessorContext<?, ?> of) {
        context = of;
        taken = 0;
        if (StreamsConfig.EXACTLY_ONCE_V2.equals(context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))) {
            context.schedule(EARLY, PunctuationType.WALL_CLOCK_TIME, now -> {
                if (taken > 0 && taken <= LITTLE) {
                    context.commit();
                }
            });
        }
    }

    /** So many more headers or tallies, and at least the record that they came in, were taken. */
    void took(int count) {
        taken = Math.min(VERY_MUCH, taken) + count + 1;
        if (taken >= VERY_MUCH) {
            context.commit();
        }
    }

    /** All that was taken is written. */
    void committed() {
        taken = 0;
    }
}
