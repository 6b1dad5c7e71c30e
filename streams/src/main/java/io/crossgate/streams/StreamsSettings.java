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
 * @param once true if nobody goes on from here once all captures have ended: then no state is written any more
 */
public record StreamsSettings(DetectSettings detect, Set<ObservationPoint> expected, Duration silenceLimit, int partitions, boolean once) {
    public static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    public StreamsSettings {
        expected = Set.copyOf(expected);
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions);
        }
    }

    /** For a topology that may be started again and goes on from its state then. */
    public StreamsSettings(DetectSettings detect, Set<ObservationPoint> expected, Duration silenceLimit, int partitions) {
        this(detect, expected, silenceLimit, partitions, false);
    }
}
