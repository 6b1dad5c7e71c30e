package io.crossgate.retention.lake;

/**
 * A Parquet file that counts.
 *
 * @param table what its rows are
 * @param path relative to the lake, with {@code /}: {@code flows/dt=2026-11-24/hour=09/000000000012-0.parquet}
 * @param rows at least 1
 * @param bytes its length
 * @param minTime least of the table's time column, nanoseconds since the epoch
 * @param maxTime greatest of it
 * @param revised rows with a revision above 0 or that are not the last of their id: only these may supersede others or be superseded
 * @param open rows that are not the last of their id: only these may be superseded
 * @param compacted true if it was sorted and made of smaller ones
 * @param written when it was committed, milliseconds since the epoch
 */
public record LakeFile(LakeTable table, String path, long rows, long bytes, long minTime, long maxTime, long revised, long open, boolean compacted, long written) {
    /** Table, day and hour, by its folder. */
    public Partition partition() {
        return Partition.of(path.substring(0, path.lastIndexOf('/')));
    }
}
