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

    /** For files: longer spans make fewer records, which is what costs. */
    public static PublishSettings files() {
        return new PublishSettings(Duration.ofSeconds(1), 64);
    }
}
