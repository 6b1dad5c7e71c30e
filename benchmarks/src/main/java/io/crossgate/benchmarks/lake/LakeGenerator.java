package io.crossgate.benchmarks.lake;

import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** Writes a lake hour by hour, each hour's file sorted as compaction leaves it, and commits a day at a time. */
final class LakeGenerator {
    private static final long HOUR = 3_600_000_000_000L;
    private static final int HOURS = 24;
    private static final double BUSIEST_HOUR = 14;
    private static final double WEEKEND = 0.6;
    private static final int INCIDENTS_A_DAY = 5;

    private final LakeRows rows;
    private final LakeIncidents incidents;
    private final long records;
    private final int days;
    private final LocalDate end;

    /**
     * A lake of about so many flow records.
     *
     * @param records at least 1
     * @param days before {@code end}, which is exclusive
     */
    LakeGenerator(long records, int days, LocalDate end, long seed) {
        this.rows = new LakeRows(seed);
        this.incidents = new LakeIncidents(seed);
        this.records = records;
        this.days = days;
        this.end = end;
    }

    /** Told of each day that is there. */
    interface Progress {
        void day(LocalDate day, long flowRecords);
    }

    private record Hour(long number, long from, long to) {
        long begin() {
            return number * HOUR;
        }
    }

    private record Written(LakeFile file, Path staged) {}

    /** Writes into a folder that holds nothing yet, or goes on after the days that are there. */
    void write(Path folder, Progress progress) throws IOException, SQLException {
        int workers = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(folder)); DuckDBConnection duck = DuckDb.open("4GB", workers, folder.resolve("spill"))) {
            long from = 0;
            double whole = 0;
            for (int day = 0; day < days; day++) {
                for (int hour = 0; hour < HOURS; hour++) {
                    whole += weight(day(day), hour);
                }
            }
            for (int day = 0; day < days; day++) {
                List<Hour> hours = new ArrayList<>();
                for (int hour = 0; hour < HOURS; hour++) {
                    long to = from + Math.max(1, Math.round(records / LakeRows.RECORDS * weight(day(day), hour) / whole));
                    hours.add(new Hour(day(day).toEpochDay() * HOURS + hour, from, to));
                    from = to;
                }
                String folderOfDay = LakeTable.FLOWS.folder() + "/dt=" + day(day) + "/";
                if (writer.state().byPath().keySet().stream().anyMatch(path -> path.startsWith(folderOfDay))) {
                    continue;
                }
                progress.day(day(day), writeDay(writer, duck, pool, day, hours));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private LocalDate day(int day) {
        return end.minusDays(days - day);
    }

    private static double weight(LocalDate day, int hour) {
        return (1 + 0.5 * Math.cos(2 * Math.PI * (hour - BUSIEST_HOUR) / HOURS)) * (day.getDayOfWeek().getValue() > 5 ? WEEKEND : 1);
    }

    private long writeDay(LakeWriter writer, DuckDBConnection duck, ExecutorService pool, int day, List<Hour> hours) throws IOException, SQLException {
        List<Callable<List<Written>>> work = new ArrayList<>();
        for (Hour hour : hours) {
            work.add(() -> {
                try (Connection own = duck.duplicate()) {
                    return writeHour(own, writer, hour, incidents.startIn(day, hour.begin(), INCIDENTS_A_DAY));
                }
            });
        }
        Map<LakeFile, Path> staged = new HashMap<>();
        try {
            for (Future<List<Written>> hour : pool.invokeAll(work)) {
                hour.get().forEach(written -> staged.put(written.file, written.staged));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IOException(e.getCause());
        }
        writer.commit(new Change(null, Map.of(), List.copyOf(staged.keySet()), List.of(), List.of(), day(day).plusDays(1).toEpochDay() * 86_400_000L), staged);
        return staged.keySet().stream().filter(file -> file.table() == LakeTable.FLOWS).mapToLong(LakeFile::rows).sum();
    }

    private List<Written> writeHour(Connection duck, LakeWriter writer, Hour hour, String incidentRows) throws IOException, SQLException {
        List<Written> written = new ArrayList<>();
        written.add(write(duck, writer, LakeTable.FLOWS, hour, rows.flows(hour.from, hour.to, hour.begin())));
        if (Math.floorDiv(hour.from + 992, 1000) < Math.floorDiv(hour.to + 992, 1000)) { // one in a thousand conversations is orphaned: this hour has one
            written.add(write(duck, writer, LakeTable.EVENTS, hour, rows.events(hour.from, hour.to, hour.begin())));
        }
        if (incidentRows != null) {
            written.add(write(duck, writer, LakeTable.INCIDENTS, hour, incidentRows));
        }
        return written;
    }

    private static Written write(Connection duck, LakeWriter writer, LakeTable table, Hour hour, String sql) throws IOException, SQLException {
        String path = writer.newPath(Partition.ofHour(table, hour.number));
        Path staged = writer.staging().resolve(path.replace('/', '_'));
        try (Statement statement = duck.createStatement()) {
            String columns = table.columns().stream().map(column -> column.name() + "::" + column.type() + " AS " + column.name()).collect(Collectors.joining(", "));
            long count = statement.executeUpdate("COPY (SELECT " + columns + " FROM (" + sql + ") ORDER BY " + table.order() + ") TO " + DuckDb.quoted(staged)
                    + " (" + table.parquetOptions() + ")");
            try (ResultSet times = statement.executeQuery("SELECT min(stats_min_value::BIGINT), max(stats_max_value::BIGINT) FROM parquet_metadata(" + DuckDb.quoted(staged)
                    + ") WHERE path_in_schema = " + DuckDb.quoted(table.timeColumn()))) {
                times.next();
                return new Written(new LakeFile(table, path, count, Files.size(staged), times.getLong(1), times.getLong(2), table == LakeTable.FLOWS ? 0 : count, table == LakeTable.INCIDENTS ? count : 0, true,
                        hour.number * 3_600_000L), staged);
            }
        }
    }
}
