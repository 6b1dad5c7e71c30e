package io.crossgate.retention.retain;

import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.FlowReader;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.duckdb.DuckDBAppender;

/** Makes each record a row: the one place that knows which topic's records belong into which table, and how. Not thread-safe. */
final class RecordRows {
    /** The topics that a lake is filled from. */
    static final List<Topics.Topic> TOPICS = List.of(Topics.FLOWS, Topics.ORPHANED_SYN_ACKS, Topics.INVALID_DROPS, Topics.INCIDENTS);

    /** No record carries it: every schema is asked for by its id. */
    private static final int NONE = -1;
    private static final int TCP = 6;
    private static final int LONGEST_REASON = 300;

    private final FlowReader flow;
    private final RecordCodec<OrphanedSynAckRecord> orphans;
    private final RecordCodec<InvalidDropRecord> drops;
    private final RecordCodec<IncidentRecord> incidents;
    private final IpNumbers address = new IpNumbers();

    RecordRows(IntFunction<Schema> schemas) {
        flow = new FlowReader(schemas);
        orphans = new RecordCodec<>(new OrphanedSynAckRecord(), NONE, schemas);
        drops = new RecordCodec<>(new InvalidDropRecord(), NONE, schemas);
        incidents = new RecordCodec<>(new IncidentRecord(), NONE, schemas);
    }

    /**
     * Adds the record's row: one of its own table, or of {@link LakeTable#UNREADABLE}.
     *
     * @return why it can't be read; null if it can
     * @throws io.crossgate.schemas.wire.RegistryException if the registry can't be asked for its schema
     */
    String add(ConsumerRecord<byte[], byte[]> record, RowBuffer rows) throws SQLException {
        try {
            if (record.topic().equals(Topics.FLOWS.name())) {
                flow.read(record.value());
                rows.flow(flow);
            } else if (record.topic().equals(Topics.ORPHANED_SYN_ACKS.name())) {
                orphan(orphans.decode(record.value()), rows);
            } else if (record.topic().equals(Topics.INVALID_DROPS.name())) {
                drop(drops.decode(record.value()), rows);
            } else {
                incident(incidents.decode(record.value()), rows);
            }
            return null;
        } catch (WireException e) {
            String reason = e.getMessage().length() > LONGEST_REASON ? e.getMessage().substring(0, LONGEST_REASON) : e.getMessage();
            unreadable(record, reason, rows);
            return reason;
        }
    }

    private static void unreadable(ConsumerRecord<byte[], byte[]> record, String reason, RowBuffer rows) throws SQLException {
        long time = Math.max(0, record.timestamp()) * 1_000_000;
        DuckDBAppender row = rows.begin(LakeTable.UNREADABLE);
        row.append(record.topic()).append(record.partition()).append(record.offset()).append(time).append(record.value() == null ? 0 : record.value().length)
                .append(reason);
        rows.end(row, time);
    }

    private void orphan(OrphanedSynAckRecord e, RowBuffer rows) throws SQLException {
        check(e.getSource());
        check(e.getDestination());
        long time = nanos(e.getTime(), e.getTimeNanos());
        DuckDBAppender row = rows.begin(LakeTable.EVENTS);
        row.append(e.getId()).append(e.getRevision()).append(e.getLast()).append("orphaned-syn-ack").append(time).append(e.getGateway()).append(e.getInterface$());
        RowBuffer.community(row, e.getCommunityId().getBytes(StandardCharsets.UTF_8));
        row.append((short) TCP);
        endpoint(row, e.getSource());
        endpoint(row, e.getDestination());
        row.append((short) e.getFlags()).append(e.getVerdict()).append(e.getBlindReason()).append(e.getBlindAt()).append(e.getPairing());
        row.append(e.getSynSeenAt().isEmpty() ? null : e.getSynSeenAt().get(0).getGateway());
        row.append(e.getDropped()).append(e.getRetransmissions()).appendNull().appendNull().appendNull().append(RecordJson.of(e));
        rows.end(row, time);
    }

    private void drop(InvalidDropRecord e, RowBuffer rows) throws SQLException {
        check(e.getSource());
        check(e.getDestination());
        long time = nanos(e.getTime(), e.getTimeNanos());
        DuckDBAppender row = rows.begin(LakeTable.EVENTS);
        row.append(e.getId()).append(0).append(true).append("invalid-drop").append(time).append(e.getGateway()).append(e.getInterface$());
        RowBuffer.community(row, e.getCommunityId().getBytes(StandardCharsets.UTF_8));
        row.append((short) e.getProtocol());
        endpoint(row, e.getSource());
        endpoint(row, e.getDestination());
        row.append((short) e.getFlags());
        for (int i = 0; i < 7; i++) { // what only an orphan has, from verdict to retransmissions
            row.appendNull();
        }
        row.append(e.getReason()).append(e.getState()).append(e.getEvidence()).append(RecordJson.of(e));
        rows.end(row, time);
    }

    private void incident(IncidentRecord e, RowBuffer rows) throws SQLException {
        check(e.getServer());
        long first = nanos(e.getFirstSeen(), e.getFirstSeenNanos());
        long last = nanos(e.getLastSeen(), e.getLastSeenNanos());
        DuckDBAppender row = rows.begin(LakeTable.INCIDENTS);
        row.append(e.getId()).append(e.getRevision()).append(e.getLast()).append(first).append(last).append(e.getCause())
                .append(e.getSynGateway()).append(e.getSynAckGateway()).append(e.getDropGateway()).append(e.getClients()).append(e.getClientCount())
                .append(e.getClientCountAtLeast());
        endpoint(row, e.getServer());
        row.append(e.getHandshakes()).append(e.getFailed()).append(e.getHandshakesBefore()).append(e.getFailedBefore()).append(e.getDrops())
                .append(e.getEvidence()).append(e.getReason()).append(e.getState()).append(e.getPingRequests()).append(e.getPingReplies())
                .append(RecordJson.of(e));
        rows.end(row, first);
    }

    /** Before a row is begun: what is in it can't be taken back. */
    private void check(EndpointRecord endpoint) {
        if (!address.parse(endpoint.getIp()) || endpoint.getPort() < 0 || endpoint.getPort() > 65_535) {
            throw new WireException("an endpoint is no address and port");
        }
    }

    private void endpoint(DuckDBAppender row, EndpointRecord endpoint) throws SQLException {
        address.parse(endpoint.getIp());
        RowBuffer.address(row, address, endpoint.getPort());
    }

    private static long nanos(Instant time, int nanos) {
        try {
            return Math.addExact(Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()), nanos);
        } catch (ArithmeticException e) {
            throw new WireException("a time is out of range", e);
        }
    }
}
