package io.crossgate.app.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Nanoseconds since the epoch in text, always UTC. */
final class Times {
    private static final long SECOND = 1_000_000_000L;
    private static final DateTimeFormatter ISO = formatter("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'");
    private static final DateTimeFormatter MOMENT = formatter("uuuu-MM-dd HH:mm:ss.SSS 'UTC'");
    private static final DateTimeFormatter SECONDS = formatter("uuuu-MM-dd HH:mm:ss 'UTC'");
    private static final DateTimeFormatter DAY = formatter("uuuu-MM-dd");
    private static final DateTimeFormatter CLOCK = formatter("HH:mm:ss");

    private Times() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }

    /** ISO 8601 with nine digits of fraction, for machines. */
    static String iso(long nanos) {
        return ISO.format(instant(nanos));
    }

    /** To the millisecond. */
    static String moment(long nanos) {
        return MOMENT.format(instant(nanos));
    }

    /** To the second. */
    static String seconds(long nanos) {
        return SECONDS.format(instant(nanos));
    }

    /** The day alone. */
    static String day(long nanos) {
        return DAY.format(instant(nanos));
    }

    /** The time of day alone, to the second. */
    static String clock(long nanos) {
        return CLOCK.format(instant(nanos));
    }

    /** A span in its two largest units, for example {@code 4 min 12 s}. */
    static String span(long nanos) {
        long seconds = nanos / SECOND;
        if (nanos < SECOND) {
            return nanos / 1_000_000 + " ms";
        }
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%d.%d s", seconds, nanos % SECOND / 100_000_000);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
    }
}
