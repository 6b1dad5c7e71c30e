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
 * @param bundled true for records of many flows each, on a topic of their own: see {@link io.crossgate.schemas.Topics#HEADER_BUNDLES}
 */
public record PublishSettings(Duration span, Duration busySpan, int busyRate, int maxHeaders, long waitingBytes, boolean bundled) {
    private static final long MIB = 1 << 20;
    private static final Duration BUNDLED = Duration.ofSeconds(1);

    /** For spans that are as long whatever the rate. */
    PublishSettings(Duration span, int maxHeaders) {
        this(span, span, Integer.MAX_VALUE, maxHeaders, 8 * MIB, false);
    }

    /** For live captures: an event shows within two seconds, of which this takes a tenth of one, or half of one where there is much to do. The end of a span does not wait. */
    public static PublishSettings live() {
        return new PublishSettings(Duration.ofMillis(100), Duration.ofMillis(500), 50_000, 64, 64 * MIB, false);
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

    /** The same with records of many flows, if that is wanted: longer spans than a second make these no fewer, and hold more headers in memory here and in detection. */
    public PublishSettings bundled(boolean wanted) {
        return wanted ? new PublishSettings(atMost(span), atMost(busySpan), busyRate, maxHeaders, waitingBytes, true) : this;
    }

    private static Duration atMost(Duration span) {
        return span.compareTo(BUNDLED) < 0 ? span : BUNDLED;
    }
}
