package io.crossgate.retention.retain;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.query.LakeQuery;
import io.crossgate.retention.query.TimeRange;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.RecordCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.duckdb.DuckDBConnection;

/** A lake that topics' records come into as they do in {@link Retain}, but from a test instead of a broker. */
final class RecordLake implements AutoCloseable {
    private static final String CLUSTER = "cluster";
    private static final String COMMUNITY_ID = "1:ryAWYDZMMJE2sFNJXHyoCUYHLQQ=";
    private static final int TCP = 6;

    final Path folder;
    final LakeWriter writer;
    final RetainCounters counters = new RetainCounters();
    private final DuckDBConnection connection;
    private final RowBuffer rows;
    private final RecordRows reader = new RecordRows(RecordLake::schema);
    private final BatchWriter batches;

    RecordLake(Path folder) throws IOException, SQLException {
        this.folder = folder;
        this.writer = LakeWriter.open(Lake.openOrMake(folder));
        this.connection = DuckDb.open("500MB", 1, folder.resolve("staging").resolve("spill"));
        this.rows = new RowBuffer(connection, 0);
        this.batches = new BatchWriter(writer, connection, counters, line -> {
            throw new IllegalStateException(line);
        }, () -> false);
    }

    /** By the topic's place in the list. */
    private static Schema schema(int id) {
        return RecordRows.TOPICS.get(id).value();
    }

    private <T extends SpecificRecordBase> void add(Topics.Topic topic, T sample, T record) throws SQLException {
        byte[] value = new RecordCodec<>(sample, RecordRows.TOPICS.indexOf(topic), RecordLake::schema).encode(record);
        String reason = reader.add(new ConsumerRecord<>(topic.name(), 0, 0, new byte[0], value), rows);
        if (reason != null) {
            throw new IllegalArgumentException(reason);
        }
    }

    void add(FlowRecord flow) throws SQLException {
        add(Topics.FLOWS, new FlowRecord(), flow);
    }

    void add(OrphanedSynAckRecord orphan) throws SQLException {
        add(Topics.ORPHANED_SYN_ACKS, new OrphanedSynAckRecord(), orphan);
    }

    void add(InvalidDropRecord drop) throws SQLException {
        add(Topics.INVALID_DROPS, new InvalidDropRecord(), drop);
    }

    void add(IncidentRecord incident) throws SQLException {
        add(Topics.INCIDENTS, new IncidentRecord(), incident);
    }

    /** Makes what was added part of the lake. */
    void commit() throws SQLException, IOException, InterruptedException {
        rows.flush();
        batches.write(rows, CLUSTER, Map.of());
        rows.clear();
    }

    /** The first column of the answer to SQL; fails if a file can't be read. */
    static List<String> ask(Path folder, String sql) throws IOException {
        List<String> answers = new ArrayList<>();
        try (LakeQuery query = LakeQuery.open(folder, TimeRange.ALL, null, warning -> {
            throw new IllegalStateException(warning);
        })) {
            query.ask(sql, new LakeQuery.Rows() {
                @Override
                public void columns(List<String> names, List<String> types) {
                    answers.clear(); // where it begins again
                }

                @Override
                public void row(String[] values) {
                    answers.add(values[0]);
                }
            });
        }
        return answers;
    }

    /** Copies a lake that nobody writes: many tests begin with the same one. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }

    static FlowRecord flow(String id, String origin, String response, Instant end) {
        return FlowRecord.newBuilder().setId(id).setRevision(0).setLast(true).setGateway("gwa").setCommunityId(COMMUNITY_ID).setProtocol(TCP).setStart(end.minusMillis(40))
                .setStartNanos(0).setEnd(end).setEndNanos(0).setEndReason("END_OF_FLOW").setConnState("SF").setHistory("ShADadFf")
                .setOrigin(new FlowWayRecord(origin, 40_000, 5L, 500L, 200L, 27, 0L)).setResponse(new FlowWayRecord(response, 443, 4L, 400L, 100L, 27, 0L))
                .setSynToSynAck(1_000L).setSynAckToAck(null).setConntrackState("TIME_WAIT").setInvalid(Map.of()).build();
    }

    static InvalidDropRecord drop(String id, String source, String destination, Instant time) {
        return InvalidDropRecord.newBuilder().setId(id).setTime(time).setTimeNanos(0).setPacketTime(time).setPacketTimeNanos(0).setGateway("gwa").setInterface$("wan")
                .setCommunityId(COMMUNITY_ID).setProtocol(TCP).setSource(new EndpointRecord(source, 443)).setDestination(new EndpointRecord(destination, 40_000)).setSeq(1L)
                .setAck(2L).setFlags(18).setIcmpType(-1).setIcmpCode(-1).setReason("INVALID_NEW_SYN_ACK").setState("NONE").setEvidence("LOGGED").build();
    }

    static OrphanedSynAckRecord orphan(String id, String source, String destination, Instant time) {
        return OrphanedSynAckRecord.newBuilder().setId(id).setRevision(0).setLast(true).setTime(time).setTimeNanos(0).setGateway("gwa").setInterface$("wan")
                .setCommunityId(COMMUNITY_ID).setSource(new EndpointRecord(source, 443)).setDestination(new EndpointRecord(destination, 40_000)).setSeq(1L).setAck(2L)
                .setFlags(18).setVerdict("ASYMMETRIC").setBlindReason("NONE").setBlindAt("").setPairing("CERTIFIED").setSynSeenAt(List.of()).setRetransmissions(0)
                .setDropped(true).build();
    }

    static IncidentRecord incident(String id, String server, String clients, String remedy, Instant first) {
        return IncidentRecord.newBuilder().setId(id).setRevision(0).setLast(true).setCause("RETURN_ROUTE").setSynGateway("gwb").setSynAckGateway("gwa").setDropGateway("gwa")
                .setClients(clients).setClientCount(3).setClientCountAtLeast(false).setServer(new EndpointRecord(server, 443)).setHandshakes(9L).setFailed(9L)
                .setHandshakesBefore(0L).setFailedBefore(0L).setFirstSeen(first).setFirstSeenNanos(0).setLastSeen(first.plusSeconds(60)).setLastSeenNanos(0).setDrops(9L)
                .setEvidence("LOGGED").setReason("INVALID_NEW_SYN_ACK").setState("NONE").setPingRequests(0L).setPingReplies(0L).setUnaffected(List.of())
                .setRemedy(List.of(remedy)).build();
    }

    @Override
    public void close() throws IOException, SQLException {
        rows.close();
        connection.close();
        writer.close();
    }
}
