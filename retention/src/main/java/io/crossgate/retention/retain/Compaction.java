package io.crossgate.retention.retain;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Makes one sorted file of an hour's small ones, once nothing more comes for that hour, and leaves out what a later revision in the same hour supersedes. A
 * straggler that comes later is a small file again; it is worked in when stragglers are many or much.
 */
final class Compaction {
    /** Files that are not compacted, beside one that is, that make a rewrite of it worth while. */
    private static final int MANY = 8;
    /** As is this part of the hour's rows. */
    private static final int MUCH = 10;

    private final LakeWriter lake;
    private final DuckDBConnection connection;
    private final Staging staging;
    private final Duration settle;
    private final RetainCounters counters;
    /** Hours that could not be compacted: tried again by the next process. */
    private final Set<String> failed = new HashSet<>();

    Compaction(LakeWriter lake, DuckDBConnection connection, Duration settle, RetainCounters counters) {
        this.lake = lake;
        this.connection = connection;
        this.staging = new Staging(lake, connection, "compaction");
        this.settle = settle;
        this.counters = counters;
    }

    /** Folders whose files are to be made one, the newest first: it is asked for most. */
    List<String> due(long nowMs) {
        Map<String, List<LakeFile>> hours = lake.state().files().stream().collect(Collectors.groupingBy(LakeFile::partition, TreeMap::new, Collectors.toList()));
        List<String> due = new ArrayList<>();
        hours.forEach((folder, files) -> {
            if (!failed.contains(folder) && isDue(folder, files, nowMs)) {
                due.add(0, folder);
            }
        });
        return due;
    }

    private boolean isDue(String folder, List<LakeFile> files, long nowMs) {
        List<LakeFile> small = files.stream().filter(file -> !file.compacted()).toList();
        boolean settled = (hour(folder) + 1) * RowBuffer.HOUR_NS / 1_000_000 + settle.toMillis() <= nowMs
                && small.stream().allMatch(file -> file.written() + settle.toMillis() <= nowMs);
        long smallRows = small.stream().mapToLong(LakeFile::rows).sum();
        long rows = files.stream().mapToLong(LakeFile::rows).sum();
        return settled && (small.size() >= MANY || smallRows > 0 && smallRows * MUCH >= rows);
    }

    /** Compacts one folder. */
    void compact(String folder) throws SQLException, IOException {
        List<LakeFile> files = lake.state().files().stream().filter(file -> file.partition().equals(folder)).toList();
        LakeTable table = files.get(0).table();
        boolean done = false;
        try {
            staging.write(table, hour(folder), rows(table, files), true);
            staging.commit(null, Map.of(), files.stream().map(LakeFile::path).toList());
            counters.filesCompacted.addAndGet(files.size());
            done = true;
        } finally {
            if (!done) {
                staging.drop();
            }
        }
    }

    /** Leaves a folder alone from now on. */
    void giveUp(String folder) {
        failed.add(folder);
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

    /** Hours since the epoch of a folder {@code TABLE/dt=…/hour=…}. */
    static long hour(String folder) {
        int day = folder.indexOf("dt=") + 3;
        return LocalDate.parse(folder.substring(day, folder.indexOf('/', day))).toEpochDay() * 24 + Integer.parseInt(folder.substring(folder.indexOf("hour=") + 5));
    }
}
