package io.crossgate.feeds;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a destination may need beside its address.
 *
 * @param client Kafka client properties, for a topic
 * @param out standard output
 * @param certificates PEM file of the authorities to trust, or null for Java's own
 * @param secret a token or API key, or null; never told to anyone but the destination
 * @param timeout for one attempt
 * @param rotateAt bytes at which a file is full, 1 or more
 * @param keep full files that stay, 0 or more
 */
public record DestinationSettings(Map<String, Object> client, PrintStream out, Path certificates, String secret, Duration timeout, long rotateAt, int keep) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "DestinationSettings[timeout=" + timeout + ", rotateAt=" + rotateAt + ", keep=" + keep + "]";
    }
}
