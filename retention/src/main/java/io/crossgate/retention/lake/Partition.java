package io.crossgate.retention.lake;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Rows of a table that share a folder, {@code flows/dt=2026-11-24/hour=09}: those of an hour, UTC, or of a whole day, {@code flows/dt=2026-11-24/hour=00-23}.
 *
 * @param table what the rows are
 * @param day days since the epoch
 * @param hour 0 to 23; {@link #WHOLE_DAY} for all of them
 */
public record Partition(LakeTable table, long day, int hour) {
    /** In place of an hour. */
    public static final int WHOLE_DAY = -1;

    private static final String ALL_HOURS = "00-23";
    private static final int HOURS = 24;
    private static final long HOUR_MS = 3_600_000;

    /**
     * The partition of rows of an hour.
     *
     * @param hour hours since the epoch
     */
    public static Partition ofHour(LakeTable table, long hour) {
        return new Partition(table, Math.floorDiv(hour, HOURS), Math.floorMod(hour, HOURS));
    }

    /**
     * The partition of a folder's name.
     *
     * @throws LakeException if it is none
     */
    public static Partition of(String folder) {
        String[] parts = folder.split("/");
        LakeTable table = LakeTable.named(parts[0]);
        if (table == null || parts.length != 3 || !parts[1].startsWith("dt=") || !parts[2].matches("hour=([01]\\d|2[0-3]|" + ALL_HOURS + ")")) {
            throw new LakeException(folder + " is no folder of a lake");
        }
        String hour = parts[2].substring("hour=".length());
        try {
            return new Partition(table, LocalDate.parse(parts[1].substring("dt=".length())).toEpochDay(), hour.equals(ALL_HOURS) ? WHOLE_DAY : Integer.parseInt(hour));
        } catch (DateTimeException e) {
            throw new LakeException(folder + " is no folder of a lake", e);
        }
    }

    /** The partition of all rows of the same table and day. */
    public Partition wholeDay() {
        return new Partition(table, day, WHOLE_DAY);
    }

    /** Relative to the lake. */
    public String folder() {
        return table.folder() + "/" + when();
    }

    /** Day and hour, as they are in the folder's name. */
    public String when() {
        return "dt=" + LocalDate.ofEpochDay(day) + "/hour=" + (hour == WHOLE_DAY ? ALL_HOURS : String.format("%02d", hour));
    }

    /** When its last hour ends, milliseconds since the epoch. */
    public long endMs() {
        return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli() + HOUR_MS * (hour == WHOLE_DAY ? HOURS : hour + 1);
    }
}
