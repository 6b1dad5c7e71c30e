package io.crossgate.ingest.publish;

import java.time.Duration;

/**
 * How headers are gathered into records.
 *
 * @param span event time over which the headers of a flow are gathered; also how often watermarks are published. It bounds what publishing adds to latency
 * @param busySpan the same, at least as long, after a span in which a point has seen {@code busyRate}: records are what costs, and longer spans make fewer
 * @param busyRate headers a second of event time
 * @param maxHeaders headers of a record, 1 or more
 * @param waitingBytes records that the cluster has not taken yet, bytes at most: then the caller waits
 */
public record PublishSettings(Duration span, Duration busySpan, int busyRate, int maxHeaders, long waitingBytes) {
    private static final long MIB = 1 << 20;

    /** For spans that are as long whatever the rate. */
    PublishSettings(Duration span, int maxHeaders) {
        this(span, span, Integer.MAX_VALUE, maxHeaders, 8 * MIB);
    }

    /** For live captures: an event shows within two seconds, of which this takes a tenth of one, or half of one where there is much to do. The end of a span does not wait. */
    public static PublishSettings live() {
        return new PublishSettings(Duration.ofMillis(100), Duration.ofMillis(500), 50_000, 64, 64 * MIB);
    }

    /** For what arrives on standard input: it may be a capture that goes on, or a file. */
    public static PublishSettings pipes() {
        return new PublishSettings(Duration.ofSeconds(1), 64);
    }

    /** For files: nobody waits for the end of a span, and longer spans make fewer records, which are what costs. Detection holds the headers of a span. Of what the
     * producer keeps for each record, little is there for the collector to copy at a time. */
    public static PublishSettings files() {
        return new PublishSettings(Duration.ofSeconds(5), 64);
    }
}
