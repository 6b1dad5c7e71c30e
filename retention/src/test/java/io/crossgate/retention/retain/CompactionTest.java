package io.crossgate.retention.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are made one, and when. */
class CompactionTest {
    /** Years from now: a file that is written now has settled long before. */
    private static final Instant DAY = Instant.parse("2100-11-01T00:00:00Z");
    private static final long FIRST_HOUR = DAY.getEpochSecond() / 3_600;
    private static final Duration SETTLE = Duration.ofMinutes(10);

    @TempDir
    Path folder;
    private LakeWriter lake;
    private DuckDBConnection connection;
    private Staging staging;

    @BeforeEach
    void lake() throws IOException, SQLException {
        lake = LakeWriter.open(Lake.openOrMake(folder.resolve("lake")));
        connection = DuckDb.open("500MB", 1, folder.resolve("spill"));
        staging = new Staging(lake, connection, "test");
    }

    @AfterEach
    void close() throws IOException, SQLException {
        connection.close();
        lake.close();
    }

    @Test
    void anHourBecomesOneFileWhenItHasSettled() throws Exception {
        flow(9, "a", 0, true);
        flow(9, "b", 0, true);
        assertThat(due(null, at("09:59:00"))).isEmpty();
        assertThat(due(null, at("10:05:00"))).as("ten minutes after its end").isEmpty();
        assertThat(due(null, at("10:10:00"))).containsExactly("flows/dt=2100-11-01/hour=09");
    }

    @Test
    void aDayBecomesOneFileADayAfterItsEnd() throws Exception {
        flow(3, "a", 0, true);
        flow(9, "b", 0, true);
        assertThat(due(null, at("23:59:59").plus(Duration.ofDays(1)))).containsExactly("flows/dt=2100-11-01/hour=09", "flows/dt=2100-11-01/hour=03");
        Instant later = DAY.plus(Duration.ofDays(2)).plus(SETTLE);
        assertThat(due(null, later)).containsExactly("flows/dt=2100-11-01/hour=00-23");
        compact(later);
        assertThat(lake.state().files()).hasSize(1).allMatch(LakeFile::compacted);
        assertThat(due(null, later)).isEmpty();
    }

    @Test
    void aDaysFileIsSortedAndHasOfEachRecordItsNewestRevisionOfThatDay() throws Exception {
        flow(3, "b", 0, false);
        flow(3, "c", 0, true);
        flow(5, "b", 1, true);
        flow(7, "a", 0, true);
        compact(DAY.plus(Duration.ofDays(3)));
        assertThat(rows()).containsExactly("a 0", "b 1", "c 0");
        LakeFile file = lake.state().files().iterator().next();
        assertThat(file.open()).as("rows that something may supersede").isZero();
        assertThat(file.minTime()).isEqualTo((FIRST_HOUR + 3) * RowBuffer.HOUR_NS);
        assertThat(file.maxTime()).isEqualTo((FIRST_HOUR + 7) * RowBuffer.HOUR_NS);
    }

    @Test
    void aDayThatIsToGoByTheHourStaysByTheHour() throws Exception {
        flow(3, "a", 0, true);
        flow(9, "b", 0, true);
        Instant later = DAY.plus(Duration.ofDays(3));
        assertThat(due(Duration.ofHours(36), later)).containsExactly("flows/dt=2100-11-01/hour=09", "flows/dt=2100-11-01/hour=03");
        assertThat(due(Duration.ofDays(7), later)).containsExactly("flows/dt=2100-11-01/hour=00-23");
    }

    @Test
    void aDayOfMoreThanHalfAGigabyteStaysByTheHour() throws Exception {
        claim(3, 300L << 20);
        claim(9, 300L << 20);
        assertThat(due(null, DAY.plus(Duration.ofDays(3)))).containsExactly("flows/dt=2100-11-01/hour=09", "flows/dt=2100-11-01/hour=03");
    }

    @Test
    void aStragglerIsWorkedIntoItsDayWhenThereAreManyOrMuch() throws Exception {
        Instant later = DAY.plus(Duration.ofDays(3));
        for (int i = 0; i < 200; i += 100) {
            String flows = IntStream.range(i, i + 100).mapToObj(n -> "('f" + n + "')").collect(Collectors.joining(", "));
            write(3, "FROM (VALUES " + flows + ") AS v(id)");
        }
        compact(later);
        for (int i = 0; i < 7; i++) {
            flow(4, "late" + i, 0, true);
            assertThat(due(null, later)).as("%d late files of a row", i + 1).isEmpty();
        }
        flow(5, "late7", 0, true);
        assertThat(due(null, later)).containsExactly("flows/dt=2100-11-01/hour=00-23");
        compact(later);
        assertThat(lake.state().files()).hasSize(1);
        assertThat(rows()).hasSize(208);
    }

    private static Instant at(String time) {
        return Instant.parse("2100-11-01T" + time + "Z");
    }

    private Compaction compaction(Duration keep) {
        return new Compaction(lake, connection, new RetainSettings(1, Duration.ofSeconds(1), SETTLE, keep, Long.MAX_VALUE, Duration.ZERO, "500MB", 1, true),
                new RetainCounters());
    }

    private List<String> due(Duration keep, Instant now) {
        return compaction(keep).due(now.toEpochMilli()).stream().map(Partition::folder).toList();
    }

    private void compact(Instant now) throws SQLException, IOException {
        Compaction compaction = compaction(null);
        for (Partition partition : compaction.due(now.toEpochMilli())) {
            compaction.compact(partition);
        }
    }

    /** A file of one flow that ends at the start of that hour of the day. */
    private void flow(int hour, String id, int revision, boolean last) throws SQLException, IOException {
        write(hour, "FROM (SELECT '" + id + "' AS id, " + revision + " AS revision, " + last + " AS last)");
    }

    private void write(int hour, String rows) throws SQLException, IOException {
        String columns = LakeTable.FLOWS.columns().stream().map(column -> valueOf(column, hour, rows) + "::" + column.type() + " AS " + column.name())
                .collect(Collectors.joining(", "));
        staging.write(Partition.ofHour(LakeTable.FLOWS, FIRST_HOUR + hour), "SELECT " + columns + " " + rows, false);
        staging.commit(null, Map.of(), List.of());
    }

    private static String valueOf(Column column, int hour, String rows) {
        return switch (column.name()) {
            case "id" -> "id";
            case "revision" -> rows.contains(" AS revision") ? "revision" : "0";
            case "last" -> rows.contains(" AS last") ? "last" : "true";
            case "response_v4" -> "ascii(id)";
            case "start_ns", "end_ns" -> Long.toString((FIRST_HOUR + hour) * RowBuffer.HOUR_NS);
            default -> "NULL";
        };
    }

    /** A file that the manifest says to have so many bytes. */
    private void claim(int hour, long bytes) throws IOException {
        Partition partition = Partition.ofHour(LakeTable.FLOWS, FIRST_HOUR + hour);
        long start = (FIRST_HOUR + hour) * RowBuffer.HOUR_NS;
        LakeFile file = new LakeFile(LakeTable.FLOWS, lake.newPath(partition), 1, bytes, start, start, 0, 0, false, 0);
        Path staged = Files.write(folder.resolve("claimed"), new byte[1]);
        lake.commit(new Change(null, Map.of(), List.of(file), List.of(), List.of(), 0), Map.of(file, staged));
    }

    /** Id and revision of each row, in the files' order. */
    private List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        String files = DuckDb.parquet(lake.state().files().stream().map(lake.lake()::path).toList());
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("SELECT concat_ws(' ', id, revision) FROM " + files)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
