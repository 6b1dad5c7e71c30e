package io.crossgate.streams.records;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Cause;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import io.crossgate.detect.flowrecord.ConnState;
import io.crossgate.detect.flowrecord.EndReason;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.record.SightingRecord;
import io.crossgate.schemas.record.UnaffectedRecord;
import io.crossgate.schemas.wire.WireException;
import java.time.Instant;

/** Each event to its Avro record and back, with nothing lost. Reading a record that names what this version does not know throws {@link WireException}. */
public final class EventRecords {
    private static final long MICROS = 1_000_000;

    private EventRecords() {}

    public static OrphanedSynAckRecord toRecord(OrphanedSynAck e) {
        return new OrphanedSynAckRecord(e.id(), e.revision(), e.last(), instant(e.time()), nanos(e.time()), e.gateway(), e.iface(), e.communityId(),
                endpoint(e.source()), endpoint(e.destination()), Integer.toUnsignedLong(e.seq()), Integer.toUnsignedLong(e.ack()), e.flags(),
                e.verdict().name(), e.blindReason().name(), e.blindAt(), e.pairing().name(),
                e.synSeenAt().stream().map(s -> new SightingRecord(s.gateway(), s.iface(), instant(s.time()), nanos(s.time()))).toList(),
                e.retransmissions(), e.dropped());
    }

    public static OrphanedSynAck fromRecord(OrphanedSynAckRecord r) {
        return new OrphanedSynAck(r.getId(), r.getRevision(), r.getLast(), time(r.getTime(), r.getTimeNanos()), r.getGateway(), r.getInterface$(),
                r.getCommunityId(), endpoint(r.getSource()), endpoint(r.getDestination()), (int) r.getSeq(), (int) r.getAck(), r.getFlags(),
                constant(Verdict.class, r.getVerdict()), constant(BlindReason.class, r.getBlindReason()), r.getBlindAt(),
                constant(Pairing.class, r.getPairing()),
                r.getSynSeenAt().stream().map(s -> new Sighting(s.getGateway(), s.getInterface$(), time(s.getTime(), s.getTimeNanos()))).toList(),
                r.getRetransmissions(), r.getDropped());
    }

    public static InvalidDropRecord toRecord(InvalidDrop e) {
        return new InvalidDropRecord(e.id(), instant(e.time()), nanos(e.time()), instant(e.packetTime()), nanos(e.packetTime()), e.gateway(), e.iface(),
                e.communityId(), e.protocol(), endpoint(e.source()), endpoint(e.destination()), Integer.toUnsignedLong(e.seq()),
                Integer.toUnsignedLong(e.ack()), e.flags(), e.icmpType(), e.icmpCode(), e.reason(), e.state(), e.evidence().name());
    }

    public static InvalidDrop fromRecord(InvalidDropRecord r) {
        return new InvalidDrop(r.getId(), time(r.getTime(), r.getTimeNanos()), time(r.getPacketTime(), r.getPacketTimeNanos()), r.getGateway(),
                r.getInterface$(), r.getCommunityId(), r.getProtocol(), endpoint(r.getSource()), endpoint(r.getDestination()), (int) r.getSeq(),
                (int) r.getAck(), r.getFlags(), r.getIcmpType(), r.getIcmpCode(), r.getReason(), r.getState(), constant(Evidence.class, r.getEvidence()));
    }

    public static FlowRecord toRecord(FlowSummary e) {
        return new FlowRecord(e.id(), e.revision(), e.last(), e.gateway(), e.communityId(), e.protocol(), instant(e.start()), nanos(e.start()), instant(e.end()),
                nanos(e.end()), e.endReason().name(), e.connState().name(), e.history(), way(e.origin()), way(e.response()), known(e.synToSynAck()),
                known(e.synAckToAck()), e.conntrackState(), e.invalid());
    }

    public static FlowSummary fromRecord(FlowRecord r) {
        return new FlowSummary(r.getId(), r.getRevision(), r.getLast(), r.getGateway(), r.getCommunityId(), r.getProtocol(), time(r.getStart(), r.getStartNanos()),
                time(r.getEnd(), r.getEndNanos()), constant(EndReason.class, r.getEndReason()), constant(ConnState.class, r.getConnState()), r.getHistory(),
                way(r.getOrigin()), way(r.getResponse()), r.getSynToSynAck() == null ? -1 : r.getSynToSynAck(),
                r.getSynAckToAck() == null ? -1 : r.getSynAckToAck(), r.getConntrackState(), r.getInvalid());
    }

    private static Long known(long nanos) {
        return nanos < 0 ? null : (Long) nanos;
    }

    private static FlowWayRecord way(FlowSummary.Way w) {
        return new FlowWayRecord(w.sender().ip(), w.sender().port(), w.packets(), w.bytes(), w.payloadBytes(), w.flags(), w.retransmissions());
    }

    private static FlowSummary.Way way(FlowWayRecord w) {
        return new FlowSummary.Way(endpoint(w.getIp(), w.getPort()), w.getPackets(), w.getBytes(), w.getPayloadBytes(), w.getFlags(), w.getRetransmissions());
    }

    public static IncidentRecord toRecord(Incident e) {
        return new IncidentRecord(e.id(), e.revision(), e.last(), e.cause().name(), e.synGateway(), e.synAckGateway(), e.dropGateway(), e.clients(),
                e.clientCount(), e.clientCountAtLeast(), endpoint(e.server()), e.handshakes(), e.failed(), e.handshakesBefore(), e.failedBefore(),
                instant(e.firstSeen()), nanos(e.firstSeen()), instant(e.lastSeen()), nanos(e.lastSeen()), e.drops(),
                e.evidence() == null ? null : e.evidence().name(), e.reason(), e.state(), e.pingRequests(), e.pingReplies(),
                e.unaffected().stream().map(u -> new UnaffectedRecord(u.clients(), u.handshakes())).toList(), e.remedy());
    }

    public static Incident fromRecord(IncidentRecord r) {
        return new Incident(r.getId(), r.getRevision(), r.getLast(), constant(Cause.class, r.getCause()), r.getSynGateway(), r.getSynAckGateway(),
                r.getDropGateway(), r.getClients(), r.getClientCount(), r.getClientCountAtLeast(), endpoint(r.getServer()), r.getHandshakes(), r.getFailed(),
                r.getHandshakesBefore(), r.getFailedBefore(), time(r.getFirstSeen(), r.getFirstSeenNanos()), time(r.getLastSeen(), r.getLastSeenNanos()),
                r.getDrops(), r.getEvidence() == null ? null : constant(Evidence.class, r.getEvidence()), r.getReason(), r.getState(), r.getPingRequests(),
                r.getPingReplies(), r.getUnaffected().stream().map(u -> new Incident.Unaffected(u.getClients(), u.getHandshakes())).toList(), r.getRemedy());
    }

    private static Instant instant(long nanos) {
        long micros = Math.floorDiv(nanos, 1000L);
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    private static int nanos(long nanos) {
        return Math.floorMod(nanos, 1000);
    }

    private static long time(Instant micros, int nanos) {
        return micros.getEpochSecond() * 1_000_000_000L + micros.getNano() + nanos;
    }

    private static EndpointRecord endpoint(Endpoint e) {
        return new EndpointRecord(e.ip(), e.port());
    }

    private static Endpoint endpoint(EndpointRecord r) {
        return endpoint(r.getIp(), r.getPort());
    }

    private static Endpoint endpoint(String ip, int port) {
        IpNumbers address = new IpNumbers();
        if (!address.parse(ip)) {
            throw new WireException("no address: " + ip);
        }
        return new Endpoint(address.high, address.low, port);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new WireException(type.getSimpleName() + " " + name + " is not known to this version", e);
        }
    }
}
