package io.crossgate.retention.retain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Prefix;
import io.crossgate.schemas.flow.IpText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;

/**
 * Deletes the records of an address: files that hold any are written anew without them, and the old ones are removed from the disk at once, without the grace that
 * readers have otherwise. The lake's log tells of it, and holds no address unless it is asked for.
 */
public final class Forgetting {
    /**
     * What was deleted.
     *
     * @param rows by table; tables that had none are left out
     * @param files rewritten or removed
     */
    public record Result(Map<LakeTable, Long> rows, int files) {
        @Override
        public String toString() {
            if (rows.isEmpty()) {
                return "no record of it";
            }
            StringBuilder text = new StringBuilder("deleted");
            rows.forEach((table, count) -> text.append(text.length() > 7 ? "," : "").append(' ').append(count).append(" of ").append(table.folder()));
            return text.append("; ").append(files).append(files == 1 ? " file" : " files").append(" written anew").toString();
        }
    }

    private Forgetting() {}

    /**
     * Deletes the records of {@code address}.
     *
     * @param address an address or prefix
     * @param reference what the log calls the request, a ticket's number for example; null for nothing
     * @param logAddress true to write the address itself into the log
     * @throws IllegalArgumentException if it is no address; the message says why
     * @throws LakeException if there is no such lake, or another process writes it
     * @throws IOException if the disk fails or is full: nothing is deleted then
     */
    public static Result run(Path folder, String address, String reference, boolean logAddress, String memory) throws IOException, SQLException {
        Prefix prefix = Prefix.parseExact(address);
        try (LakeWriter lake = LakeWriter.open(Lake.open(folder));
                DuckDBConnection connection = DuckDb.open(memory, Runtime.getRuntime().availableProcessors(), lake.staging().resolve("spill"))) {
            Removals log = new Removals(lake.lake());
            ObjectNode line = Removals.line("forget");
            if (reference != null) {
                line.put("reference", reference);
            }
            line.put("family", prefix.isIpv4() ? "IPv4" : "IPv6").put("prefixLength", prefix.length());
            if (logAddress) {
                line.put("address", prefix.toString());
            }
            log.write(line.deepCopy().put("state", "begun"));
            Result result = rewrite(lake, connection, prefix);
            // All that count no longer, from earlier compactions too: they hold the same rows.
            List<String> purged = lake.purge(Long.MAX_VALUE);
            if (!purged.isEmpty()) {
                lake.commit(new Change(null, Map.of(), List.of(), List.of(), purged, System.currentTimeMillis()), Map.of());
            }
            ObjectNode rows = line.put("files", result.files()).putObject("rows");
            result.rows().forEach((table, count) -> rows.put(table.folder(), count));
            log.write(line.put("commit", lake.state().version()).put("state", "done"));
            return result;
        }
    }

    private static Result rewrite(LakeWriter lake, DuckDBConnection connection, Prefix prefix) throws SQLException, IOException {
        Staging staging = new Staging(lake, connection, "forget");
        Map<LakeTable, Long> deleted = new EnumMap<>(LakeTable.class);
        List<String> remove = new ArrayList<>();
        for (LakeFile file : lake.state().files()) {
            String condition = condition(lake, connection, file, prefix);
            long rows = condition == null ? 0 : count(connection, source(lake, file), condition);
            if (rows > 0) {
                deleted.merge(file.table(), rows, Long::sum);
                remove.add(file.path());
                staging.write(file.partition(), "SELECT " + file.table().names() + " FROM " + source(lake, file) + " WHERE NOT "
                        + condition + " ORDER BY " + file.table().order(), file.compacted());
            }
        }
        if (!remove.isEmpty()) {
            staging.commit(null, Map.of(), remove);
        }
        return new Result(deleted, remove.size());
    }

    private static String source(LakeWriter lake, LakeFile file) {
        if (!Files.exists(lake.lake().path(file))) {
            throw new LakeException("the file " + file.path() + " is missing: what it held can't be looked through");
        }
        return DuckDb.parquet(List.of(lake.lake().path(file)));
    }

    /** What is true of a row to delete; null if the table holds no addresses. */
    private static String condition(LakeWriter lake, DuckDBConnection connection, LakeFile file, Prefix prefix) throws SQLException {
        return switch (file.table()) {
            case FLOWS -> prefix.condition(List.of("origin", "response"));
            case EVENTS -> prefix.condition(List.of("source", "destination"));
            case INCIDENTS -> "(" + prefix.condition(List.of("server")) + clients(connection, source(lake, file), prefix) + mention(prefix) + ")";
            case UNREADABLE -> null;
        };
    }

    /** Incidents all of whose clients are among the addresses. */
    private static String clients(DuckDBConnection connection, String source, Prefix prefix) throws SQLException {
        StringBuilder names = new StringBuilder();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT DISTINCT clients FROM " + source)) {
            while (rows.next()) {
                if (isWithin(rows.getString(1), prefix)) {
                    names.append(names.isEmpty() ? "" : ", ").append(DuckDb.quoted(rows.getString(1)));
                }
            }
        }
        return names.isEmpty() ? "" : " OR clients IN (" + names + ")";
    }

    private static boolean isWithin(String clients, Prefix prefix) {
        try {
            return prefix.contains(Prefix.parseExact(clients));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A remedy or a list may name one address within its text. */
    private static String mention(Prefix prefix) {
        if (!prefix.isOneAddress()) {
            return "";
        }
        String text = IpText.address(prefix.high(), prefix.low()).replace(".", "\\.");
        return " OR regexp_matches(record, " + DuckDb.quoted("(^|[^0-9a-fA-F.:])" + text + "($|[^0-9a-fA-F.:]|[.:]($|[^0-9a-fA-F.:]))") + ")";
    }

    private static long count(DuckDBConnection connection, String source, String condition) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + source + " WHERE " + condition)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
