package io.crossgate.ingest.publish;

import java.time.Duration;

/**
 * How headers are gathered into records.
 *
 * @param span event time over which the headers of a flow are gathered; also how often watermarks are published. It bounds what publishing adds to latency
 * @param busySpan the same, at least as long, after a span in which a point has seen {@code busyRate}: records are what costs, and longer spans make fewer
 * @param busyRate headers a second of event time
 * @param maxHeaders headers at which a record goes out before its span ends, 1 or more
 */
public record PublishSettings(Duration span, Duration busySpan, int busyRate, int maxHeaders) {
    /** For spans that are as long whatever the rate. */
    PublishSettings(Duration span, int maxHeaders) {
        this(span, span, Integer.MAX_VALUE, maxHeaders);
    }

    /** For live captures: an event shows within two seconds, of which this takes a tenth of one, or half of one where there is much to do. */
    public static PublishSettings live() {
        return new PublishSettings(Duration.ofMillis(100), Duration.ofMillis(500), 50_000, 64);
    }

    /** For what arrives on standard input: it may be a capture that goes on, or a file. */
    public static PublishSettings pipes() {
        return new PublishSettings(Duration.ofSeconds(1), 64);
    }

    /** For files: nobody waits for the end of a span, and longer spans make fewer records, which are what costs. Detection holds the headers of a span. */
    public static PublishSettings files() {
        return new PublishSettings(Duration.ofSeconds(5), 64);
    }
}
