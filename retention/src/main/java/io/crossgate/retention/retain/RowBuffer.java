package io.crossgate.retention.retain;

import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.CommunityHash;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.wire.FlowReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Rows that are not in the lake yet: a table in memory for each of the lake's, with the hour beside each row. Filled by one thread. */
final class RowBuffer {
    /** Hours since the epoch, of the table's time column. */
    static final String HOUR = "hour_of_row";
    static final long HOUR_NS = 3_600_000_000_000L;

    private final DuckDBConnection connection;
    private final int number;
    private final Map<LakeTable, DuckDBAppender> appenders = new EnumMap<>(LakeTable.class);
    private long rows;

    RowBuffer(DuckDBConnection connection, int number) throws SQLException {
        this.connection = connection;
        this.number = number;
        clear();
    }

    /** Name of the table in memory. */
    String table(LakeTable table) {
        return table.folder() + "_" + number;
    }

    long rows() {
        return rows;
    }

    /** Removes all rows. */
    void clear() throws SQLException {
        rows = 0;
        for (LakeTable table : LakeTable.values()) {
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

    void flow(FlowReader flow) throws SQLException {
        DuckDBAppender row = begin(LakeTable.FLOWS);
        text(row, flow.id);
        row.append(flow.revision).append(flow.last).append(flow.gateway);
        community(row, flow.communityId);
        row.append((short) flow.protocol).append(flow.start).append(flow.end).append(flow.endReason).append(flow.connState);
        text(row, flow.history);
        way(row, flow.origin);
        way(row, flow.response);
        optional(row, flow.synToSynAck);
        optional(row, flow.synAckToAck);
        row.append(flow.conntrackState);
        if (flow.invalid.isEmpty()) {
            row.appendNull();
        } else {
            row.append(flow.invalid);
        }
        end(row, flow.end);
    }

    private static void way(DuckDBAppender row, FlowReader.Way way) throws SQLException {
        address(row, way.address, way.port);
        row.append(way.packets).append(way.bytes).append(way.payloadBytes).append((short) way.flags).append(way.retransmissions);
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

    private static void optional(DuckDBAppender row, long nanos) throws SQLException {
        if (nanos < 0) {
            row.appendNull();
        } else {
            row.append(nanos);
        }
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
}
