package io.crossgate.retention.retain;

import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeState;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import io.crossgate.retention.lake.TopicOffsets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/** Files on their way into the lake: written one by one into a folder of their own, then committed together, or dropped. Used by one thread. */
final class Staging {
    private final LakeWriter lake;
    private final DuckDBConnection connection;
    private final Path folder;
    private final Map<LakeFile, Path> staged = new HashMap<>();

    Staging(LakeWriter lake, DuckDBConnection connection, String name) {
        this.lake = lake;
        this.connection = connection;
        this.folder = lake.staging().resolve(name);
    }

    /**
     * Writes rows of a partition to a file.
     *
     * @param rows a SELECT of the table's columns
     * @return the file; null if there are no such rows
     */
    LakeFile write(Partition partition, String rows, boolean compacted) throws SQLException, IOException {
        Files.createDirectories(folder);
        LakeTable table = partition.table();
        String path = lake.newPath(partition);
        Path file = folder.resolve(path.replace('/', '-'));
        DuckDb.run(connection, "COPY (" + rows + ") TO " + DuckDb.quoted(file) + " (" + (compacted ? table.parquetOptions() : table.freshOptions()) + ")");
        String revised = table.revised() ? "count(*) FILTER (revision > 0 OR NOT last), count(*) FILTER (NOT last)" : "0, 0";
        String time = table.timeColumn();
        try (Statement statement = connection.createStatement(); ResultSet about = statement.executeQuery(
                "SELECT count(*), min(" + time + "), max(" + time + "), " + revised + " FROM " + DuckDb.parquet(List.of(file)))) {
            about.next();
            if (about.getLong(1) == 0) {
                Files.delete(file);
                return null;
            }
            LakeFile made = new LakeFile(table, path, about.getLong(1), Files.size(file), about.getLong(2), about.getLong(3), about.getLong(4), about.getLong(5), compacted,
                    System.currentTimeMillis());
            staged.put(made, file);
            return made;
        }
    }

    /** Commits what was written, and that other files count no longer. */
    LakeState commit(String cluster, Map<String, TopicOffsets> offsets, List<String> remove) throws IOException {
        LakeState state = lake.commit(new Change(cluster, offsets, new ArrayList<>(staged.keySet()), remove, List.of(), System.currentTimeMillis()), staged);
        staged.clear();
        return state;
    }

    /** Rows that were written and not committed. */
    long rows() {
        return staged.keySet().stream().mapToLong(LakeFile::rows).sum();
    }

    /** Files that were written and not committed. */
    int files() {
        return staged.size();
    }

    /** Removes what was written and not committed. */
    void drop() throws IOException {
        staged.clear();
        if (Files.isDirectory(folder)) {
            List<Path> left;
            try (Stream<Path> files = Files.list(folder)) {
                left = files.toList();
            }
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }
}
