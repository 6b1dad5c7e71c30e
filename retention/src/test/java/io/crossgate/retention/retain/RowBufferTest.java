package io.crossgate.retention.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.wire.FlowReader;
import io.crossgate.schemas.wire.RecordCodec;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows that wait for the lake are what their records say, however many they are and however often they are read. */
class RowBufferTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final long HOUR = NOON.getEpochSecond() / 3_600;

    @TempDir
    Path folder;
    private final RecordCodec<FlowRecord> codec = new RecordCodec<>(new FlowRecord(), 1, id -> FlowRecord.getClassSchema());
    private final FlowReader reader = new FlowReader(id -> FlowRecord.getClassSchema());
    private DuckDBConnection reading;
    private RowBuffer rows;

    @BeforeEach
    void open() throws SQLException {
        reading = DuckDb.open("500MB", 2, folder);
        rows = new RowBuffer(reading, 0);
    }

    @AfterEach
    void close() throws SQLException {
        rows.close();
        reading.close();
    }

    private static FlowRecord.Builder flow(int number) {
        return FlowRecord.newBuilder().setId("flow-" + number).setRevision(2).setLast(false).setGateway("gwa").setCommunityId("1:/7Cuqc3+bVJTEqXKSNtyT5x1Oo8=")
                .setProtocol(PacketHeader.TCP).setStart(NOON).setStartNanos(7).setEnd(NOON).setEndNanos(9).setEndReason("END_OF_FLOW").setConnState("SF").setHistory("ShADFf")
                .setOrigin(new FlowWayRecord("203.0.113.9", 65_535, 1L, 2L, 3L, 511, 4L))
                .setResponse(new FlowWayRecord("2001:db8::1", 0, 5L, 6L, 7L, 0, 8L)).setSynToSynAck(10L).setSynAckToAck(null).setConntrackState("").setInvalid(Map.of());
    }

    private void add(FlowRecord.Builder flow) {
        reader.read(codec.encode(flow.build()));
        rows.flow(reader);
    }

    private List<String> ask(String what, long hour) throws SQLException {
        return ask(what, hour, "");
    }

    private List<String> ask(String what, long hour, String group) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = reading.createStatement(); ResultSet found = statement.executeQuery("SELECT " + what + " FROM (" + rows.select(LakeTable.FLOWS, hour) + ")" + group)) {
            while (found.next()) {
                List<String> line = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    line.add(found.getString(i));
                }
                lines.add(line.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            }
        }
        return lines;
    }

    @Test
    void everyColumnHoldsItsField() throws SQLException {
        add(flow(1));
        assertThat(ask("id, revision, last, gateway, community_id, protocol, start_ns, end_ns, end_reason, conn_state, history", HOUR))
                .containsExactly("flow-1 2 false gwa 1:/7Cuqc3+bVJTEqXKSNtyT5x1Oo8= 6 1795435200000000007 1795435200000000009 END_OF_FLOW SF ShADFf");
        assertThat(ask("hex(community_hash)", HOUR)).as("has its highest bit set: is unsigned").containsExactly("FFB0AEA9CDFE6D52");
        assertThat(ask("COLUMNS('origin_.*')", HOUR)).containsExactly("3405803785 null null 65535 1 2 3 511 4");
        assertThat(ask("COLUMNS('response_.*')", HOUR)).containsExactly("null 2306139568115548160 1 0 5 6 7 0 8");
        assertThat(ask("syn_to_syn_ack, syn_ack_to_ack, length(conntrack_state), invalid", HOUR)).containsExactly("10 null 0 null");
    }

    @Test
    void columnsHaveTheTypesOfTheLake() throws SQLException {
        List<String> types = new ArrayList<>();
        try (Statement statement = reading.createStatement(); ResultSet found = statement.executeQuery("DESCRIBE " + rows.select(LakeTable.FLOWS, HOUR))) {
            while (found.next()) {
                types.add(found.getString(1) + " " + found.getString(2));
            }
        }
        assertThat(types).isEqualTo(LakeTable.FLOWS.columns().stream().map(RowBufferTest::definition).toList());
    }

    private static String definition(Column column) {
        return column.name() + " " + column.type();
    }

    @Test
    void reasonsOfInvalidPacketsAreKeysWhateverIsInThem() throws SQLException {
        String odd = "\"it's\", {a=1} \\ \n é";
        add(flow(1).setInvalid(Map.of(odd, Long.MAX_VALUE)));
        add(flow(2).setInvalid(Map.of("SEQ", 1L, "ACK", 2L)));
        assertThat(ask("map_keys(invalid)[1] || '|' || map_values(invalid)[1]", HOUR)).contains(odd + "|" + Long.MAX_VALUE);
        assertThat(ask("invalid['SEQ'], invalid['ACK'], cardinality(invalid)", HOUR)).contains("1 2 2");
    }

    @Test
    void textIsAnyUnicodeOrNone() throws SQLException {
        String text = "é漢😀 and much that fits no short string";
        add(flow(1).setId(text).setCommunityId("").setHistory("").setGateway(text));
        assertThat(ask("id, gateway, '<' || community_id || history || '>', community_hash", HOUR)).containsExactly(text + " " + text + " <> null");
    }

    @Test
    void eachHourHasItsFlowsAndNoOther() throws SQLException {
        int flows = 50_000;
        for (int i = 0; i < flows; i++) {
            add(flow(i).setEnd(NOON.plusSeconds(i % 5 == 0 ? 3_600 : 0)));
        }
        for (int turn = 0; turn < 2; turn++) { // as a write is tried again where the disk was full
            assertThat(rows.hours(LakeTable.FLOWS, reading)).containsExactly(HOUR, HOUR + 1);
            assertThat(ask("count(*), count(DISTINCT id), count(*) FILTER (substr(id, 6)::INT % 5 = 0)", HOUR)).containsExactly("40000 40000 0");
            assertThat(ask("count(*), count(DISTINCT id), count(*) FILTER (substr(id, 6)::INT % 5 = 0)", HOUR + 1)).containsExactly("10000 10000 10000");
        }
    }

    @Test
    void nothingIsLeftOfTheBatchBefore() throws SQLException {
        for (int i = 0; i < 10_000; i++) {
            add(flow(i));
        }
        rows.clear();
        assertThat(rows.hours(LakeTable.FLOWS, reading)).isEmpty();
        add(flow(10_000).setEnd(NOON.minusSeconds(1)));
        assertThat(ask("id", HOUR - 1)).containsExactly("flow-10000");
        assertThat(ask("id", HOUR)).isEmpty();
    }

    @Test
    void longTextsTakeTheRoomTheyNeed() throws SQLException {
        for (int i = 0; i < 20; i++) {
            add(flow(1).setId("x".repeat(60_000)));
            add(flow(2).setId("y".repeat(40)));
        }
        assertThat(ask("length(id), left(id, 1), count(*)", HOUR, " GROUP BY ALL")).containsExactlyInAnyOrder("60000 x 20", "40 y 20");
    }

    /** As one batch is read from the topics while the one before it, which is in the lake by then, is cleared. */
    @Test
    void whileOneBufferIsClearedTheOtherLosesNoRow() throws Exception {
        int batches = 200;
        int events = 20;
        try (RowBuffer other = new RowBuffer(reading, 1)) {
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Integer> clears = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                for (; !done.get(); count++) {
                    clear(other);
                }
                return count;
            });
            for (int batch = 0; batch < batches; batch++) {
                for (int i = 0; i < events; i++) {
                    unreadable(batch * events + i);
                }
                rows.flush();
            }
            done.set(true);
            assertThat(clears.get()).isPositive();
        }
        assertThat(rows.rows()).isEqualTo(batches * events);
        assertThat(count(LakeTable.UNREADABLE)).isEqualTo(batches * events);
    }

    private static void clear(RowBuffer buffer) {
        try {
            buffer.clear();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void unreadable(long offset) throws SQLException {
        long time = NOON.getEpochSecond() * 1_000_000_000;
        rows.end(rows.begin(LakeTable.UNREADABLE).append("topic").append(0).append(offset).append(time).append(7).append("no framed Avro"), time);
    }

    private long count(LakeTable table) throws SQLException {
        try (Statement statement = reading.createStatement(); ResultSet found = statement.executeQuery("SELECT count(*) FROM (" + rows.select(table, HOUR) + ")")) {
            found.next();
            return found.getLong(1);
        }
    }
}
