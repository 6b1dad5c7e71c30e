package io.crossgate.retention.retain;

import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.CommunityHash;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.wire.FlowReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Rows that are not in the lake yet: flows, of which there are by far the most, in arrays, and for each other table of the lake one in DuckDB's memory, with the hour
 * beside each row. Filled by one thread, and cleared by another when it is read; each buffer has a connection of its own, because DuckDB loses rows, and says nothing,
 * where they are appended on a connection on which another thread makes a table.
 */
final class RowBuffer implements AutoCloseable {
    /** Hours since the epoch, of the table's time column. */
    private static final String HOUR = "hour_of_row";
    static final long HOUR_NS = 3_600_000_000_000L;

    private static final Set<LakeTable> OTHERS = EnumSet.complementOf(EnumSet.of(LakeTable.FLOWS));

    private final DuckDBConnection connection;
    private final int number;
    private final Map<LakeTable, DuckDBAppender> appenders = new EnumMap<>(LakeTable.class);
    private final FlowColumns flows;
    private long rows;

    /** Rows whose tables are in this connection's database, and have names that end in the number. */
    RowBuffer(DuckDBConnection database, int number) throws SQLException {
        this.connection = database.duplicate().unwrap(DuckDBConnection.class);
        this.number = number;
        this.flows = new FlowColumns(connection, table(LakeTable.FLOWS));
        clear();
    }

    private String table(LakeTable table) {
        return table.folder() + "_" + number;
    }

    /** The hours since the epoch that a table has rows of. */
    Collection<Long> hours(LakeTable table, Connection reader) throws SQLException {
        if (table == LakeTable.FLOWS) {
            return flows.hours();
        }
        List<Long> hours = new ArrayList<>();
        try (Statement statement = reader.createStatement();
                ResultSet found = statement.executeQuery("SELECT DISTINCT " + HOUR + " FROM " + table(table) + " ORDER BY ALL")) {
            while (found.next()) {
                hours.add(found.getLong(1));
            }
        }
        return hours;
    }

    /** A SELECT of the table's columns, of the rows of one hour. */
    String select(LakeTable table, long hour) {
        return table == LakeTable.FLOWS ? flows.select(hour) : "SELECT " + table.names() + " FROM " + table(table) + " WHERE " + HOUR + " = " + hour;
    }

    long rows() {
        return rows;
    }

    /** Removes all rows. */
    void clear() throws SQLException {
        rows = 0;
        flows.clear();
        for (LakeTable table : OTHERS) {
            String columns = table.columns().stream().map(RowBuffer::definition).collect(Collectors.joining(", "));
            DuckDb.run(connection, "CREATE OR REPLACE TABLE " + table(table) + " (" + columns + ", " + HOUR + " BIGINT)");
        }
    }

    private static String definition(Column column) {
        return column.name() + " " + column.type();
    }

    /** Makes what was added visible to others. */
    void flush() throws SQLException {
        for (DuckDBAppender appender : appenders.values()) {
            appender.close();
        }
        appenders.clear();
    }

    /** The appender of a table, at the start of a row; {@link #end} ends the row. */
    DuckDBAppender begin(LakeTable table) throws SQLException {
        DuckDBAppender appender = appenders.get(table);
        if (appender == null) {
            appender = connection.createAppender("main", table(table));
            appenders.put(table, appender);
        }
        return appender.beginRow();
    }

    /** Ends a row of that time. */
    void end(DuckDBAppender row, long timeNs) throws SQLException {
        row.append(Math.floorDiv(timeNs, HOUR_NS));
        row.endRow();
        rows++;
    }

    void flow(FlowReader flow) {
        flows.add(flow);
        rows++;
    }

    /** An address's three columns and its port's. An IPv6 address that maps an IPv4 one is that one. */
    static void address(DuckDBAppender row, IpNumbers address, int port) throws SQLException {
        if (IpText.isMapped(address.high, address.low)) {
            row.append((int) address.low).appendNull().appendNull();
        } else {
            row.appendNull().append(address.high).append(address.low);
        }
        row.append((short) port);
    }

    /** A text in UTF-8; DuckDB takes bytes on trust. */
    private static void text(DuckDBAppender row, byte[] text) throws SQLException {
        for (byte letter : text) {
            if (letter < 0) {
                row.append(new String(text, StandardCharsets.UTF_8));
                return;
            }
        }
        row.append(text);
    }

    /** The Community ID's two columns. */
    static void community(DuckDBAppender row, byte[] id) throws SQLException {
        text(row, id);
        long hash = CommunityHash.of(id);
        if (hash == CommunityHash.NONE) {
            row.appendNull();
        } else {
            row.append(hash);
        }
    }

    /** Lets go of the connection, and of what was not flushed. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
