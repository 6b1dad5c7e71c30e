package io.crossgate.ingest.publish;

import java.time.Duration;

/**
 * How headers are gathered into records.
 *
 * @param span event time over which the headers of a flow are gathered; also how often watermarks are published. It bounds what publishing adds to latency
 * @param maxHeaders headers at which a record goes out before its span ends, 1 or more
 */
public record PublishSettings(Duration span, int maxHeaders) {
    /** For live captures: an event shows within seconds, of which this takes a tenth of one. */
    public static PublishSettings live() {
        return new PublishSettings(Duration.ofMillis(100), 64);
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
