package io.crossgate.retention.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of the lake: a folder of Parquet files, {@code dt=YYYY-MM-DD/hour=HH} (UTC; {@code hour=00-23} for a day in one file), all with the same columns. Times are nanoseconds since the epoch. An IPv4
 * address is an unsigned number in {@code …_v4}, an IPv6 address two in {@code …_hi} and {@code …_lo}; the other family's columns are null.
 */
public enum LakeTable {
    /** Flow records, each revision, by the flow's end. */
    FLOWS("flows", "end_ns", "response_v4, response_hi, response_lo, origin_v4, origin_hi, origin_lo, end_ns", flows()),
    /** Orphaned SYN-ACKs and INVALID drops, each revision, by the event's time. */
    EVENTS("events", "time_ns", "kind, gateway, time_ns", events()),
    /** Incidents, each revision, by when they were first seen, so that all revisions of one share a folder. */
    INCIDENTS("incidents", "first_ns", "first_ns, id, revision", incidents()),
    /** Records of the topics that could not be read: where they are, and why. By the record's time in Kafka. */
    UNREADABLE("unreadable", "time_ns", "topic, partition, record_offset", List.of(
            new Column("topic", "VARCHAR"), new Column("partition", "INTEGER"), new Column("record_offset", "BIGINT"), new Column("time_ns", "BIGINT"),
            new Column("length", "INTEGER"), new Column("reason", "VARCHAR")));

    private final String folder;
    private final String timeColumn;
    private final String order;
    private final List<Column> columns;

    LakeTable(String folder, String timeColumn, String order, List<Column> columns) {
        this.folder = folder;
        this.timeColumn = timeColumn;
        this.order = order;
        this.columns = List.copyOf(columns);
    }

    /** Name of the table, and of its folder in the lake. */
    public String folder() {
        return folder;
    }

    /** The column whose day and hour are the row's folder. */
    public String timeColumn() {
        return timeColumn;
    }

    /** What compacted files are sorted by: a list for ORDER BY. */
    public String order() {
        return order;
    }

    /** All columns, in the order in which they are in the files. */
    public List<Column> columns() {
        return columns;
    }

    /** True if a record may come again in a later revision, which supersedes it. */
    public boolean revised() {
        return this != UNREADABLE;
    }

    /** The columns' names, separated by commas. */
    public String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /**
     * Options of COPY for files of this table, Parquet's format among them. DuckDB writes a bloom filter where a column is in a dictionary: the limits let hashes into
     * one, so that one Community ID is looked up without reading all hashes, and leave unique texts out. Measured in docs/decisions/0010.
     */
    public String parquetOptions() {
        return "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 49152, DICTIONARY_SIZE_LIMIT 49152, BLOOM_FILTER_FALSE_POSITIVE_RATIO 0.01,"
                + " STRING_DICTIONARY_PAGE_SIZE_LIMIT 100000";
    }

    /**
     * The same for files as rows come, which are soon compacted: what is quickest to write. Row groups that fit the processor's caches, and no dictionary that is given
     * up after thousands of values. Measured in docs/decisions/0010.
     */
    public String freshOptions() {
        return "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 30720, DICTIONARY_SIZE_LIMIT 256";
    }

    /** The table of a folder's name; null if there is none. */
    public static LakeTable named(String folder) {
        for (LakeTable table : values()) {
            if (table.folder.equals(folder)) {
                return table;
            }
        }
        return null;
    }

    private static List<Column> flows() {
        List<Column> columns = new ArrayList<>(List.of(new Column("id", "VARCHAR"), new Column("revision", "INTEGER"), new Column("last", "BOOLEAN"),
                new Column("gateway", "VARCHAR"), new Column("community_id", "VARCHAR"), new Column("community_hash", "UBIGINT"),
                new Column("protocol", "USMALLINT"), new Column("start_ns", "BIGINT"), new Column("end_ns", "BIGINT"), new Column("end_reason", "VARCHAR"),
                new Column("conn_state", "VARCHAR"), new Column("history", "VARCHAR")));
        for (String side : List.of("origin", "response")) {
            address(columns, side);
            columns.add(new Column(side + "_packets", "BIGINT"));
            columns.add(new Column(side + "_bytes", "BIGINT"));
            columns.add(new Column(side + "_payload_bytes", "BIGINT"));
            columns.add(new Column(side + "_flags", "USMALLINT"));
            columns.add(new Column(side + "_retransmissions", "BIGINT"));
        }
        columns.add(new Column("syn_to_syn_ack", "BIGINT"));
        columns.add(new Column("syn_ack_to_ack", "BIGINT"));
        columns.add(new Column("conntrack_state", "VARCHAR"));
        columns.add(new Column("invalid", "MAP(VARCHAR, BIGINT)"));
        return columns;
    }

    private static List<Column> events() {
        List<Column> columns = new ArrayList<>(List.of(new Column("id", "VARCHAR"), new Column("revision", "INTEGER"), new Column("last", "BOOLEAN"),
                new Column("kind", "VARCHAR"), new Column("time_ns", "BIGINT"), new Column("gateway", "VARCHAR"), new Column("interface", "VARCHAR"),
                new Column("community_id", "VARCHAR"), new Column("community_hash", "UBIGINT"), new Column("protocol", "USMALLINT")));
        address(columns, "source");
        address(columns, "destination");
        columns.addAll(List.of(new Column("flags", "USMALLINT"), new Column("verdict", "VARCHAR"), new Column("blind_reason", "VARCHAR"),
                new Column("blind_at", "VARCHAR"), new Column("pairing", "VARCHAR"), new Column("syn_gateway", "VARCHAR"),
                new Column("dropped", "BOOLEAN"), new Column("retransmissions", "INTEGER"), new Column("reason", "VARCHAR"), new Column("state", "VARCHAR"),
                new Column("evidence", "VARCHAR"), new Column("record", "VARCHAR")));
        return columns;
    }

    private static List<Column> incidents() {
        List<Column> columns = new ArrayList<>(List.of(new Column("id", "VARCHAR"), new Column("revision", "INTEGER"), new Column("last", "BOOLEAN"),
                new Column("first_ns", "BIGINT"), new Column("last_ns", "BIGINT"), new Column("cause", "VARCHAR"), new Column("syn_gateway", "VARCHAR"),
                new Column("syn_ack_gateway", "VARCHAR"), new Column("drop_gateway", "VARCHAR"), new Column("clients", "VARCHAR"),
                new Column("client_count", "INTEGER"), new Column("client_count_at_least", "BOOLEAN")));
        address(columns, "server");
        columns.addAll(List.of(new Column("handshakes", "BIGINT"), new Column("failed", "BIGINT"), new Column("handshakes_before", "BIGINT"),
                new Column("failed_before", "BIGINT"), new Column("drops", "BIGINT"), new Column("evidence", "VARCHAR"), new Column("reason", "VARCHAR"),
                new Column("state", "VARCHAR"), new Column("ping_requests", "BIGINT"), new Column("ping_replies", "BIGINT"), new Column("record", "VARCHAR")));
        return columns;
    }

    private static void address(List<Column> columns, String of) {
        columns.add(new Column(of + "_v4", "UINTEGER"));
        columns.add(new Column(of + "_hi", "UBIGINT"));
        columns.add(new Column(of + "_lo", "UBIGINT"));
        columns.add(new Column(of + "_port", "USMALLINT"));
    }
}
