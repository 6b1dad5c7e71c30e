package io.crossgate.retention.query;

import io.crossgate.retention.lake.LakeFile;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span of event time.
 *
 * @param from nanoseconds since the epoch, inclusive
 * @param to nanoseconds since the epoch, exclusive
 */
public record TimeRange(long from, long to) {
    /** All of time. */
    public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhdw])");

    /**
     * The span that two texts mean; each null, a time before now ({@code 90d}, {@code 12h}, {@code 30m}), a day, or a time by ISO 8601, UTC unless it says otherwise.
     *
     * @throws QueryFault if a text is none of these, or the span is empty
     */
    public static TimeRange of(String since, String until, Instant now) {
        TimeRange range = new TimeRange(since == null ? Long.MIN_VALUE : nanos(since, now), until == null ? Long.MAX_VALUE : nanos(until, now));
        if (range.from >= range.to) {
            throw new QueryFault("nothing is between '" + since + "' and '" + until + "'");
        }
        return range;
    }

    private static long nanos(String text, Instant now) {
        try {
            Instant instant = instant(text, now);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw new QueryFault("'" + text + "' is no time: write 90d, 12h, 2026-11-01 or 2026-11-01T08:30:00Z", e);
        }
    }

    private static Instant instant(String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(switch (ago.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofDays(7 * number);
            });
        }
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        return text.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)") ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    boolean touches(LakeFile file) {
        return file.maxTime() >= from && file.minTime() < to;
    }

    /** A condition on a column of nanoseconds; empty if all of time is meant. */
    String condition(String column) {
        if (from == Long.MIN_VALUE) {
            return to == Long.MAX_VALUE ? "" : column + " < " + to;
        }
        return to == Long.MAX_VALUE ? column + " >= " + from : column + " >= " + from + " AND " + column + " < " + to;
    }
}
