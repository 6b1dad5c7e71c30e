package io.crossgate.retention.lake;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** How DuckDB is started: within the process, in memory, and never on the network. */
public final class DuckDb {
    private DuckDb() {}

    /** Begins to load DuckDB's library, of some 70 MB, beside whatever else there is to do before it is opened. */
    public static void preload() {
        Thread loader = new Thread(() -> {
            try {
                Class.forName("org.duckdb.DuckDBDriver");
            } catch (ClassNotFoundException | LinkageError e) {
                // told when it is opened
            }
        }, "duckdb-loader");
        loader.setDaemon(true);
        loader.start();
    }

    /**
     * A new database in memory; further connections to it by {@link DuckDBConnection#duplicate()}.
     *
     * @param memory most memory, as DuckDB writes it: {@code 2GB}
     * @param threads at least 1
     * @param spill folder for what does not fit in memory; made when it is needed
     */
    public static DuckDBConnection open(String memory, int threads, Path spill) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("memory_limit", memory);
        settings.setProperty("threads", Integer.toString(threads));
        settings.setProperty("temp_directory", spill.toString());
        settings.setProperty("preserve_insertion_order", "false");
        Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
        return connection.unwrap(DuckDBConnection.class);
    }

    /** Runs a statement that gives no rows. */
    public static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A text as SQL writes it. */
    public static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** What is read from, in SQL: these Parquet files, and nothing that their names would say. At least one. */
    public static String parquet(Collection<Path> files) {
        return "read_parquet([" + files.stream().map(DuckDb::quoted).collect(Collectors.joining(", ")) + "], hive_partitioning = false)";
    }

    /** The file's name in SQL. */
    public static String quoted(Path file) {
        return quoted(file.toString());
    }
}
