package io.crossgate.retention.query;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeState;
import io.crossgate.retention.lake.LakeTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/**
 * One consistent state of a lake, to be asked in SQL, while another process may write it. Views {@code flows}, {@code events}, {@code incidents} and {@code unreadable}
 * are over the files that the time range needs, and show the newest revision of each record. A file that cannot be read is told and left out.
 *
 * <p>SQL reaches the lake's files and no others, changes no setting and writes nothing: DuckDB is told so, and what is not a SELECT is refused before.
 */
public final class LakeQuery implements AutoCloseable {
    /** Takes what was asked for. */
    public interface Rows {
        /**
         * Comes first.
         *
         * @param names of the columns
         * @param types DuckDB's names of their types
         */
        void columns(List<String> names, List<String> types) throws IOException;

        /** A row: texts as DuckDB writes them, null for NULL; lists, maps and structs are JSON. */
        void row(String[] values) throws IOException;
    }

    /** A writer that removes files at once can't keep a reader going forever. */
    private static final int MOST_NEWER = 20;

    private final Lake lake;
    private final TimeRange range;
    private final Path output;
    private final Consumer<String> warnings;
    private final BrokenFiles broken;
    private final Set<String> leftOut = new HashSet<>();
    private final Set<LakeTable> made = EnumSet.noneOf(LakeTable.class);
    private DuckDBConnection duck;
    /** What is asked. */
    private LakeState state;
    /** How often a newer state was asked instead. */
    private int newer;

    private LakeQuery(Lake lake, TimeRange range, Path output, Consumer<String> warnings) {
        this.lake = lake;
        this.range = range;
        this.output = output;
        this.warnings = warnings;
        this.broken = new BrokenFiles(lake);
    }

    /**
     * Opens a lake.
     *
     * @param range rows outside it are in no view: flows by their end, events by their time, incidents by when they were first seen
     * @param output the file that {@link #copy} is to write; null if none
     * @param warnings told of each file that is left out, in a line
     * @throws io.crossgate.retention.lake.LakeException if there is no lake
     */
    public static LakeQuery open(Path folder, TimeRange range, Path output, Consumer<String> warnings) throws IOException {
        LakeQuery query = new LakeQuery(Lake.open(folder.toAbsolutePath().normalize()), range, output, warnings);
        try {
            query.start();
            return query;
        } catch (SQLException e) {
            query.close();
            throw new IOException("DuckDB does not start: " + firstLine(e), e);
        } catch (IOException | RuntimeException e) {
            query.close();
            throw e;
        }
    }

    private void start() throws IOException, SQLException {
        close();
        LakeState now = lake.state();
        duck = DuckDb.open("75%", Runtime.getRuntime().availableProcessors(), Path.of(System.getProperty("java.io.tmpdir"), "crossgate-query-" + ProcessHandle.current().pid()));
        DuckDb.run(duck, "SET allowed_directories = [" + DuckDb.quoted(lake.folder()) + "]");
        if (output != null) {
            DuckDb.run(duck, "SET allowed_paths = [" + DuckDb.quoted(output.toAbsolutePath()) + "]");
        }
        // A question may go through a table more than once.
        DuckDb.run(duck, "SET parquet_metadata_cache = true");
        DuckDb.run(duck, "SET enable_external_access = false");
        for (String macro : Macros.statements()) {
            DuckDb.run(duck, macro);
        }
        DuckDb.run(duck, "SET lock_configuration = true");
        state = now;
        made.clear();
    }

    /** Makes the views that this SQL names: to make one, all its files are looked at. False if one is not as it should be and there is a newer state to ask instead. */
    private boolean makeViews(String sql) throws SQLException, IOException {
        String text = sql.toLowerCase(Locale.ROOT);
        for (LakeTable table : LakeTable.values()) {
            if (text.contains(table.folder()) && made.add(table)) {
                List<LakeFile> there = new ArrayList<>();
                for (LakeFile file : state.files(table)) {
                    String reason = leftOut.contains(file.path()) || file.maxTime() < range.from() ? null : broken.atFirstSight(file);
                    if (reason != null && isReplaced()) {
                        return false;
                    }
                    if (reason != null) {
                        tell(file, reason);
                    }
                    if (!leftOut.contains(file.path())) {
                        there.add(file);
                    }
                }
                DuckDb.run(duck, new Views(lake, table, there, range).statement());
            }
        }
        return true;
    }

    /** True if the lake has changed since: what was replaced is deleted after a while, and the newest state has all that it held. */
    private boolean isReplaced() throws IOException {
        return newer < MOST_NEWER && lake.state().version() != state.version();
    }

    private void tell(LakeFile file, String reason) {
        if (leftOut.add(file.path())) {
            warnings.accept(lake.path(file) + " is left out: " + reason);
        }
    }

    /** Looks which of these files cannot be read, and leaves them out: false if all can. */
    private boolean leaveOut(List<LakeFile> files) throws IOException {
        boolean any = false;
        for (LakeFile file : files) {
            String reason = broken.inFull(file);
            if (reason != null) {
                tell(file, reason);
                any = true;
            }
        }
        return any;
    }

    /**
     * Asks what a user wrote.
     *
     * @throws QueryFault if it is wrong, or no SELECT
     */
    public void ask(String sql, Rows rows) throws IOException {
        run(checked(sql), rows);
    }

    /** Writes the answer to what a user wrote into the output file, as Parquet. */
    public void copy(String sql) throws IOException {
        copyOf(checked(sql));
    }

    /** Asks what a {@link Question} says. */
    public void ask(Question question, Rows rows) throws IOException {
        run(question.sql(), rows);
    }

    /** Writes the answer to a question into the output file, as Parquet. */
    public void copy(Question question) throws IOException {
        copyOf(question.sql());
    }

    private String checked(String sql) throws IOException {
        try {
            return new UserSql(duck).checked(sql);
        } catch (SQLException e) {
            throw new QueryFault(firstLine(e), e);
        }
    }

    private void run(String sql, Rows rows) throws IOException {
        retrying(sql, () -> {
            // To plan a question takes its part of the time: only where something of it is to be shown as JSON, it is planned again.
            try (PreparedStatement statement = duck.prepareStatement(sql)) {
                ResultSetMetaData shape = statement.getMetaData();
                List<String> names = new ArrayList<>();
                List<String> types = new ArrayList<>();
                for (int i = 1; i <= shape.getColumnCount(); i++) {
                    names.add(shape.getColumnName(i));
                    types.add(isNested(shape.getColumnTypeName(i)) ? "JSON" : shape.getColumnTypeName(i));
                }
                if (types.contains("JSON")) {
                    try (PreparedStatement texts = duck.prepareStatement(asTexts(sql, types))) {
                        give(texts, names, types, rows);
                    }
                } else {
                    give(statement, names, types, rows);
                }
            }
        });
    }

    private static boolean isNested(String type) {
        return type.endsWith("]") || type.startsWith("MAP") || type.startsWith("STRUCT") || type.startsWith("UNION");
    }

    /** The same SQL with lists, maps and structs as JSON. */
    private static String asTexts(String sql, List<String> types) {
        StringBuilder select = new StringBuilder();
        StringBuilder aliases = new StringBuilder();
        for (int i = 1; i <= types.size(); i++) {
            aliases.append(i == 1 ? "" : ", ").append('c').append(i);
            select.append(i == 1 ? "" : ", ").append(types.get(i - 1).equals("JSON") ? "to_json(c" + i + ")::VARCHAR" : "c" + i);
        }
        return "SELECT " + select + " FROM (\n" + sql + "\n) AS t(" + aliases + ")";
    }

    private static void give(PreparedStatement statement, List<String> names, List<String> types, Rows rows) throws SQLException, IOException {
        try (ResultSet result = statement.executeQuery()) {
            rows.columns(names, types);
            while (result.next()) {
                String[] values = new String[names.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = result.getString(i + 1);
                }
                rows.row(values);
            }
        }
    }

    private void copyOf(String sql) throws IOException {
        retrying(sql, () -> {
            DuckDb.run(duck, "COPY (\n" + sql + "\n) TO " + DuckDb.quoted(output.toAbsolutePath()) + " (FORMAT parquet, COMPRESSION zstd)");
        });
    }

    private interface Work {
        void run() throws SQLException, IOException;
    }

    /** Does what reads files, on a newer state if the lake has changed; where a file turns out to be broken, leaves it out and does it again. */
    private void retrying(String sql, Work work) throws IOException {
        newer = 0;
        while (true) {
            try {
                if (makeViews(sql)) {
                    work.run();
                    return;
                }
                newer++;
            } catch (SQLException e) {
                if (!isUsers(e) && isReplaced()) {
                    newer++;
                } else if (isUsers(e) || !leaveOut(needed())) {
                    throw new QueryFault(firstLine(e), e);
                }
            }
            try {
                start();
            } catch (SQLException e) {
                throw new IOException(firstLine(e), e);
            }
        }
    }

    private List<LakeFile> needed() throws IOException {
        return lake.state().files().stream().filter(range::touches).filter(file -> !leftOut.contains(file.path())).toList();
    }

    /** Faults that no file can cause. */
    private static boolean isUsers(SQLException e) {
        return firstLine(e).matches("(Parser|Syntax|Binder|Catalog|Permission|Not implemented|Out of Memory|Division by Zero) .*");
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("it failed").strip();
    }

    /** Runs a statement as a user's is run, without the check that it is a SELECT; for tests of what DuckDB itself refuses. */
    void runUnchecked(String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        if (duck != null) {
            try {
                duck.close();
            } catch (SQLException e) {
                // nothing is lost: it only reads
            }
            duck = null;
        }
    }
}
