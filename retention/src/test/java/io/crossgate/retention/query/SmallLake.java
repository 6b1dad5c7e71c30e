package io.crossgate.retention.query;

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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A lake of flows in which only what a test is about is told: by SQL that gives some of the columns. */
final class SmallLake implements AutoCloseable {
    static final long HOUR = 3_600_000_000_000L;
    /** 2026-11-01T00:00:00Z. */
    static final long BEGIN = 1_793_491_200_000_000_000L;

    final Path folder;
    private final LakeWriter writer;

    SmallLake(Path folder) throws IOException {
        this.folder = folder;
        this.writer = LakeWriter.open(Lake.openOrMake(folder));
    }

    /** Commits a file of flows that end in the hour with this number; gives it. */
    LakeFile flows(int hour, long revised, String sql, LakeFile... replaced) throws IOException, SQLException {
        String path = writer.newPath(Partition.ofHour(LakeTable.FLOWS, BEGIN / HOUR + hour));
        Path staged = writer.staging().resolve("staged.parquet");
        List<String> columns = new ArrayList<>();
        try (Connection duck = DuckDb.open("500MB", 1, folder.resolve("spill")); Statement statement = duck.createStatement()) {
            List<String> given = new ArrayList<>();
            try (var result = statement.executeQuery("DESCRIBE " + sql)) {
                while (result.next()) {
                    given.add(result.getString(1));
                }
            }
            LakeTable.FLOWS.columns().forEach(column -> columns.add((given.contains(column.name()) ? column.name() : defaultOf(column.name(), hour)) + "::" + column.type() + " AS "
                    + column.name()));
            long rows = statement.executeUpdate("COPY (SELECT " + String.join(", ", columns) + " FROM (" + sql + ")) TO " + DuckDb.quoted(staged) + " ("
                    + LakeTable.FLOWS.parquetOptions() + ")");
            LakeFile file = new LakeFile(LakeTable.FLOWS, path, rows, Files.size(staged), BEGIN + hour * HOUR, BEGIN + hour * HOUR + HOUR - 1, revised, revised, false, 0);
            writer.commit(new Change(null, Map.of(), List.of(file), Arrays.stream(replaced).map(LakeFile::path).toList(), List.of(), 0), Map.of(file, staged));
            return file;
        }
    }

    private static String defaultOf(String column, int hour) {
        return switch (column) {
            case "revision" -> "0";
            case "last" -> "true";
            case "protocol" -> "6";
            case "start_ns", "end_ns" -> Long.toString(BEGIN + hour * HOUR);
            default -> "NULL";
        };
    }

    /** Deletes from disk what a commit has removed. */
    void purge() throws IOException {
        writer.purge(Long.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
