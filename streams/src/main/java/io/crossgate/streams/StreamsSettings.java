package io.crossgate.streams;

import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.ObservationPoint;
import java.time.Duration;
import java.util.Set;

/**
 * What the topology may be told.
 *
 * @param detect settings of detection
 * @param expected observation points that decisions wait for, beside those that are registered
 * @param silenceLimit wall-clock time after which a point that tells nothing is called silent and not waited for; zero: never
 * @param partitions of the headers topic, 1 or more
 */
public record StreamsSettings(DetectSettings detect, Set<ObservationPoint> expected, Duration silenceLimit, int partitions) {
    public static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    public StreamsSettings {
        expected = Set.copyOf(expected);
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions);
        }
    }
}
