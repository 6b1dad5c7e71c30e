package io.crossgate.feeds;

import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.Severity;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.record.SightingRecord;
import io.crossgate.schemas.record.UnaffectedRecord;
import io.crossgate.schemas.wire.RecordCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Records as detection writes them, about clients in 10.20.30.0/24 and the service 203.0.113.50:443. */
public final class Samples {
    private static final Instant START = Instant.parse("2026-11-23T02:14:07.123456Z");
    private static final EndpointRecord SERVER = new EndpointRecord("203.0.113.50", 443);
    private static final EndpointRecord CLIENT = new EndpointRecord("10.20.30.11", 40_001);
    private static final String FLOW = "1:wCb3OG7yAFWelaUydu0D+125CLM=";
    private static final int SYN_ACK = 18;

    static {
        new RecordCodec<>(new InvalidDropRecord(), -1, id -> null); // tells Avro which classes to trust
    }

    private Samples() {}

    /** Told at once. */
    public static OrphanedSynAckRecord orphan() {
        return OrphanedSynAckRecord.newBuilder().setId("812f50b4cc5c8b0fe9a561afe7ae608c").setRevision(0).setLast(false).setTime(START).setTimeNanos(789)
                .setGateway("gwa").setInterface$("wan").setCommunityId(FLOW).setSource(SERVER).setDestination(CLIENT).setSeq(4_277_009_102L).setAck(1001L)
                .setFlags(SYN_ACK).setVerdict("ASYMMETRIC").setBlindReason("NONE").setBlindAt("").setPairing("CERTIFIED")
                .setSynSeenAt(List.of(new SightingRecord("gwb", "lan", START.minusMillis(20), 1))).setRetransmissions(0).setDropped(false).build();
    }

    /** The same, when nothing more is expected. */
    public static OrphanedSynAckRecord orphanAtLast() {
        return OrphanedSynAckRecord.newBuilder(orphan()).setRevision(2).setLast(true).setRetransmissions(4).setDropped(true).build();
    }

    public static OrphanedSynAckRecord undetermined() {
        return OrphanedSynAckRecord.newBuilder(orphan()).setId("912f50b4cc5c8b0fe9a561afe7ae608c").setVerdict("UNDETERMINED").setBlindReason("CAPTURE_LOST_PACKETS")
                .setBlindAt("gwb").setPairing("NONE").setSynSeenAt(List.of()).setSource(new EndpointRecord("2001:db8::50", 443))
                .setDestination(new EndpointRecord("2001:db8:1::11", 40_001)).build();
    }

    public static InvalidDropRecord drop() {
        return InvalidDropRecord.newBuilder().setId("27f4d825545d00340e566d95b0559770").setTime(START).setTimeNanos(789).setPacketTime(START).setPacketTimeNanos(789)
                .setGateway("gwa").setInterface$("wan").setCommunityId(FLOW).setProtocol(6).setSource(SERVER).setDestination(CLIENT).setSeq(4_277_009_102L).setAck(1001L)
                .setFlags(SYN_ACK).setIcmpType(-1).setIcmpCode(-1).setReason("INVALID_NEW_SYN_ACK").setState("NONE").setEvidence("LOGGED").build();
    }

    public static InvalidDropRecord dropInState() {
        return InvalidDropRecord.newBuilder(drop()).setId("37f4d825545d00340e566d95b0559770").setSource(CLIENT).setDestination(SERVER).setFlags(16)
                .setReason("INVALID_STATE").setState("SYN_SENT").setEvidence("NOT_FORWARDED").build();
    }

    public static InvalidDropRecord echoReplyDrop() {
        return InvalidDropRecord.newBuilder(drop()).setId("47f4d825545d00340e566d95b0559770").setProtocol(1).setSource(new EndpointRecord("203.0.113.50", 0))
                .setDestination(new EndpointRecord("10.20.30.11", 0)).setSeq(0L).setAck(0L).setFlags(0).setIcmpType(0).setIcmpCode(0).setReason("INVALID_NEW_ICMP")
                .setEvidence("PREDICTED").build();
    }

    public static IncidentRecord incident() {
        return IncidentRecord.newBuilder().setId("ecc49b5657ae5acfef51fab7d58a7543").setRevision(0).setLast(false).setCause("EQUAL_COST_ROUTES").setSynGateway("gwb")
                .setSynAckGateway("gwa").setDropGateway("gwa").setClients("10.20.30.0/24").setClientCount(10).setClientCountAtLeast(false).setServer(SERVER)
                .setHandshakes(150).setFailed(68).setHandshakesBefore(150).setFailedBefore(0).setFirstSeen(START).setFirstSeenNanos(789)
                .setLastSeen(START.plusSeconds(252)).setLastSeenNanos(0).setDrops(340).setEvidence("LOGGED").setReason("INVALID_NEW_SYN_ACK").setState("NONE")
                .setPingRequests(10).setPingReplies(10).setUnaffected(List.of(new UnaffectedRecord("10.20.40.0/24", 100L)))
                .setRemedy(List.of("Pin these clients to gwa: `ip rule add from 10.20.30.0/24 to 203.0.113.50/32 lookup 100`.", "Do not accept INVALID packets on gwa."))
                .build();
    }

    public static IncidentRecord incidentAtLast() {
        return IncidentRecord.newBuilder(incident()).setRevision(6).setLast(true).build();
    }

    public static IncidentRecord incidentWithoutDrops() {
        return IncidentRecord.newBuilder(incident()).setId("fcc49b5657ae5acfef51fab7d58a7543").setDropGateway("").setDrops(0).setEvidence(null).setReason("").setState("")
                .setUnaffected(List.of()).setRemedy(List.of()).build();
    }

    /** A connection that both sides have ended. */
    public static FlowRecord flow() {
        return FlowRecord.newBuilder().setId("38ea79accf0c3f836626924917b9beae").setRevision(0).setLast(true).setGateway("gwa").setCommunityId(FLOW).setProtocol(6)
                .setStart(START).setStartNanos(789).setEnd(START.plusMillis(1_250)).setEndNanos(789).setEndReason("END_OF_FLOW").setConnState("SF")
                .setHistory("ShADadFf").setOrigin(new FlowWayRecord("10.20.30.11", 40_001, 9L, 494L, 18L, 27, 0L))
                .setResponse(new FlowWayRecord("203.0.113.50", 443, 7L, 5_372L, 5_000L, 27, 1L)).setSynToSynAck(42_173L).setSynAckToAck(19_669L)
                .setConntrackState("TIME_WAIT").setInvalid(Map.of()).build();
    }

    /** The half of a connection that a firewall sees, in the middle of it: its answers alone, and all of them INVALID. */
    public static FlowRecord flowOfOneWay() {
        return FlowRecord.newBuilder(flow()).setId("48ea79accf0c3f836626924917b9beae").setRevision(1).setLast(false).setEndReason("ACTIVE_TIMEOUT").setConnState("OTH")
                .setHistory("^h").setOrigin(new FlowWayRecord("2001:db8:1::11", 40_001, 0L, 0L, 0L, 0, 0L))
                .setResponse(new FlowWayRecord("2001:db8::50", 443, 5L, 360L, 0L, SYN_ACK, 4L)).setSynToSynAck(null).setSynAckToAck(null).setConntrackState("NONE")
                .setInvalid(Map.of("INVALID_NEW_SYN_ACK", 4L, "BAD_CHECKSUM", 1L)).build();
    }

    public static FlowRecord flowThatWasReset() {
        return FlowRecord.newBuilder(flow()).setId("58ea79accf0c3f836626924917b9beae").setConnState("RSTR").setHistory("ShADadr").build();
    }

    /** One packet, and no answer. */
    public static FlowRecord flowWithoutAnswer() {
        return FlowRecord.newBuilder(flow()).setId("68ea79accf0c3f836626924917b9beae").setEnd(START).setEndReason("UNANSWERED").setConnState("S0").setHistory("S")
                .setOrigin(new FlowWayRecord("10.20.30.11", 40_001, 1L, 60L, 0L, 2, 0L)).setResponse(new FlowWayRecord("203.0.113.50", 443, 0L, 0L, 0L, 0, 0L))
                .setSynToSynAck(null).setSynAckToAck(null).setConntrackState("SYN_SENT").build();
    }

    public static FlowRecord pingFlow() {
        return FlowRecord.newBuilder(flow()).setId("78ea79accf0c3f836626924917b9beae").setProtocol(1).setEndReason("END_OF_CAPTURE").setConnState("OTH").setHistory("")
                .setOrigin(new FlowWayRecord("10.20.30.11", 0, 3L, 252L, 0L, 0, 0L)).setResponse(new FlowWayRecord("203.0.113.50", 0, 3L, 252L, 0L, 0, 0L))
                .setSynToSynAck(null).setSynAckToAck(null).setConntrackState("NONE").build();
    }

    /** Flow records of every kind. */
    public static List<FlowRecord> flows() {
        return List.of(flow(), flowOfOneWay(), flowThatWasReset(), flowWithoutAnswer(), pingFlow());
    }

    /** Every kind and revision above, in one format. */
    public static List<String> lines(Format format) {
        List<String> lines = new ArrayList<>();
        List.of(orphan(), orphanAtLast(), undetermined()).forEach(e -> lines.add(format.line(e)));
        List.of(drop(), dropInState(), echoReplyDrop()).forEach(e -> lines.add(format.line(e)));
        List.of(incident(), incidentAtLast(), incidentWithoutDrops()).forEach(e -> lines.add(format.line(e)));
        flows().forEach(e -> lines.add(format.line(e)));
        return lines;
    }

    /** Items that differ in id and in text, 0 to {@code n}. */
    public static List<Item> items(int n) {
        return IntStream.range(0, n).mapToObj(i -> item(i, 0)).toList();
    }

    public static Item item(int i, int revision) {
        return new Item("invalid-drop", "id-" + i, revision, START.getEpochSecond() * 1_000_000_000L + i, "gwa", Severity.LOW, "{\"n\":" + i + ",\"revision\":" + revision
                + "}");
    }
}
