package io.crossgate.retention.retain;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Makes one sorted file of an hour's small ones, once nothing more comes for that hour, and later one of all of a day's: a question about months opens few files then.
 * It leaves out what a later revision in the same file supersedes. A straggler that comes later is a small file again; it is worked in when stragglers are many or much.
 */
final class Compaction {
    /** Files that are not worked in yet, beside one that is, that make a rewrite of it worth while. */
    private static final int MANY = 8;
    /** As is this part of the rows. */
    private static final int MUCH = 10;
    /** Days that ended this long ago become one file: people look at what is newer by the hour. */
    private static final Duration DAY_AFTER = Duration.ofDays(1);
    /** Unless they are more than this. Files of an hour are large then, and a day's would take long to sort. */
    private static final long MOST_OF_A_DAY = 512 << 20;
    /** Or unless they are kept for less than this: hours go when they are due, and a day's file with the last of its hours. */
    private static final Duration KEPT_BY_DAYS = Duration.ofDays(7);

    private final LakeWriter lake;
    private final DuckDBConnection connection;
    private final Staging staging;
    private final Duration settle;
    private final boolean byDays;
    private final RetainCounters counters;
    /** What could not be compacted: tried again by the next process. */
    private final Set<Partition> failed = new HashSet<>();

    Compaction(LakeWriter lake, DuckDBConnection connection, RetainSettings settings, RetainCounters counters) {
        this.lake = lake;
        this.connection = connection;
        this.staging = new Staging(lake, connection, "compaction");
        this.settle = settings.settle();
        this.byDays = settings.keep() == null || settings.keep().compareTo(KEPT_BY_DAYS) >= 0;
        this.counters = counters;
    }

    /** Hours and days whose files are to be made one, the newest first: they are asked for most. */
    List<Partition> due(long nowMs) {
        Map<Partition, List<LakeFile>> days = lake.state().files().stream().collect(Collectors.groupingBy(file -> file.partition().wholeDay()));
        List<Partition> due = new ArrayList<>();
        days.forEach((day, files) -> {
            if (isOneFile(day, files, nowMs)) {
                addIfDue(day, files, file -> file.partition().equals(day), nowMs, due);
            } else {
                files.stream().collect(Collectors.groupingBy(LakeFile::partition)).forEach((hour, its) -> addIfDue(hour, its, LakeFile::compacted, nowMs, due));
            }
        });
        due.sort(Comparator.comparingLong(Partition::endMs).reversed().thenComparing(Partition::table));
        return due;
    }

    private boolean isOneFile(Partition day, List<LakeFile> files, long nowMs) {
        return byDays && day.endMs() + DAY_AFTER.toMillis() <= nowMs && files.stream().mapToLong(LakeFile::bytes).sum() <= MOST_OF_A_DAY;
    }

    /** @param workedIn true for a file that needs no rewrite for its own sake */
    private void addIfDue(Partition partition, List<LakeFile> files, Predicate<LakeFile> workedIn, long nowMs, List<Partition> due) {
        List<LakeFile> small = files.stream().filter(workedIn.negate()).toList();
        boolean settled = partition.endMs() + settle.toMillis() <= nowMs && small.stream().allMatch(file -> file.written() + settle.toMillis() <= nowMs);
        long smallRows = small.stream().mapToLong(LakeFile::rows).sum();
        long rows = files.stream().mapToLong(LakeFile::rows).sum();
        if (settled && (small.size() >= MANY || smallRows > 0 && smallRows * MUCH >= rows) && !failed.contains(partition)) {
            due.add(partition);
        }
    }

    /** Makes one file of an hour's, or of all of a day's. */
    void compact(Partition partition) throws SQLException, IOException {
        boolean day = partition.hour() == Partition.WHOLE_DAY;
        List<LakeFile> files = lake.state().files().stream().filter(file -> (day ? file.partition().wholeDay() : file.partition()).equals(partition)).toList();
        boolean done = false;
        try {
            staging.write(partition, rows(partition.table(), files), true);
            staging.commit(null, Map.of(), files.stream().map(LakeFile::path).toList());
            counters.filesCompacted.addAndGet(files.size());
            done = true;
        } finally {
            if (!done) {
                staging.drop();
            }
        }
    }

    /** Leaves an hour or a day alone from now on. */
    void giveUp(Partition partition) {
        failed.add(partition);
    }

    /** Few ids have more than one row: only these are put in order of revision. */
    private String rows(LakeTable table, List<LakeFile> files) {
        String source = DuckDb.parquet(files.stream().map(lake.lake()::path).toList());
        if (!table.revised()) {
            return "SELECT " + table.names() + " FROM " + source + " ORDER BY " + table.order();
        }
        String several = "(SELECT id FROM " + source + " GROUP BY id HAVING count(*) > 1)";
        return "SELECT * FROM (SELECT " + table.names() + " FROM " + source + " WHERE id NOT IN " + several
                + " UNION ALL (SELECT DISTINCT ON (id) " + table.names() + " FROM " + source + " WHERE id IN " + several + " ORDER BY id, revision DESC))"
                + " ORDER BY " + table.order();
    }
}
