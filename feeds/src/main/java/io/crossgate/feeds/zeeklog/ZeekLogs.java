package io.crossgate.feeds.zeeklog;

import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.JsonLine;
import io.crossgate.feeds.event.Words;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Zeek's {@code notice.log} for events and incidents, its {@code conn.log} for flow records, as Zeek writes them with JSON switched on; {@code _path} says which of the
 * two a line belongs to. The originator is the client: of a SYN-ACK, its receiver. {@code identifier} and {@code revision} tell which line a later one replaces.
 *
 * <p>In a notice {@code msg} begins with the name of Zeek's weird where there is one, and {@code peer_descr} is the gateway. Of a connection {@code _system_name} is the
 * gateway; {@code community_id} is where Zeek's own policy script has it. What is not known here is left out, as Zeek leaves out what is unset: service,
 * missed_bytes, local_orig and local_resp, and of ICMP type, code and sizes.
 */
public final class ZeekLogs implements Format {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int UID_BYTES = 12;

    @Override
    public String name() {
        return "zeek";
    }

    @Override
    public boolean json() {
        return true;
    }

    @Override
    public String line(OrphanedSynAckRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.time(e));
            connection(json, e.getDestination(), e.getSource());
            json.put("proto", "tcp").put("note", "Crossgate::Orphaned_SYN_ACK");
            text(json, Words.UNSOLICITED_RESPONSE, Words.message(e), "verdict=" + e.getVerdict() + " pairing=" + e.getPairing() + " dropped=" + e.getDropped() + (e.getDropped() ? " as " + Words.ASA_TAG : ""));
            json.put("src", e.getSource().getIp()).put("dst", e.getDestination().getIp()).put("p", e.getSource().getPort());
            tail(json, 1L + e.getRetransmissions(), e.getGateway(), e.getDropped() ? List.of("Notice::ACTION_LOG", "Notice::ACTION_DROP") : List.of("Notice::ACTION_LOG"));
            json.put("community_id", e.getCommunityId()).put("identifier", e.getId()).put("revision", e.getRevision());
        });
    }

    @Override
    public String line(InvalidDropRecord e) {
        boolean answer = Words.synAck(e.getFlags());
        EndpointRecord originator = answer ? e.getDestination() : e.getSource();
        EndpointRecord responder = answer ? e.getSource() : e.getDestination();
        return JsonLine.of(json -> {
            head(json, Words.time(e));
            if (e.getProtocol() == 6) {
                connection(json, originator, responder);
            } else { // Zeek keeps type and code of ICMP where ports are
                connection(json, new EndpointRecord(originator.getIp(), e.getIcmpType()), new EndpointRecord(responder.getIp(), e.getIcmpCode()));
            }
            json.put("proto", e.getProtocol() == 6 ? "tcp" : "icmp").put("note", "Crossgate::Invalid_Drop");
            text(json, Words.weird(e), Words.message(e), "reason=" + e.getReason() + " state=" + e.getState() + " evidence=" + e.getEvidence() + (Words.noConnection(e) ? " as " + Words.ASA_TAG : ""));
            json.put("src", e.getSource().getIp()).put("dst", e.getDestination().getIp()).put("p", responder.getPort());
            tail(json, 1, e.getGateway(), List.of("Notice::ACTION_LOG", "Notice::ACTION_DROP"));
            json.put("community_id", e.getCommunityId()).put("identifier", e.getId()).put("revision", 0);
        });
    }

    @Override
    public String line(IncidentRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.lastSeen(e));
            json.put("proto", "tcp").put("note", "Crossgate::Asymmetric_Routing");
            text(json, Words.SPLIT_ROUTING, Words.message(e), "cause=" + e.getCause() + " clients=" + e.getClients() + (e.getLast() ? " last" : ""));
            json.put("dst", e.getServer().getIp()).put("p", e.getServer().getPort());
            tail(json, e.getDrops(), Words.gateway(e), List.of("Notice::ACTION_LOG"));
            json.put("identifier", e.getId()).put("revision", e.getRevision());
        });
    }

    @Override
    public String line(FlowRecord e) {
        FlowWayRecord origin = e.getOrigin();
        FlowWayRecord response = e.getResponse();
        long duration = Words.end(e) - Words.start(e);
        return JsonLine.of(json -> {
            json.put("_path", "conn").put("_system_name", e.getGateway()).number("ts", seconds(Words.start(e))).put("uid", uid(e.getId()));
            connection(json, new EndpointRecord(origin.getIp(), origin.getPort()), new EndpointRecord(response.getIp(), response.getPort()));
            json.put("proto", e.getProtocol() == 6 ? "tcp" : "icmp");
            if (duration > 0) { // Zeek leaves both unset for a connection of one packet
                json.number("duration", seconds(duration));
                if (e.getProtocol() == 6) {
                    json.put("orig_bytes", origin.getPayloadBytes()).put("resp_bytes", response.getPayloadBytes());
                }
            }
            json.put("conn_state", e.getConnState()).put("history", e.getHistory());
            json.put("orig_pkts", origin.getPackets()).put("orig_ip_bytes", origin.getBytes());
            json.put("resp_pkts", response.getPackets()).put("resp_ip_bytes", response.getBytes());
            json.put("ip_proto", e.getProtocol()).put("community_id", e.getCommunityId());
            json.put("identifier", e.getId()).put("revision", e.getRevision()).put("last", e.getLast());
            json.put("end_reason", e.getEndReason()).put("conntrack_state", e.getConntrackState());
            json.put("invalid", Words.invalid(e)).put("invalid_reasons", List.copyOf(new TreeSet<>(e.getInvalid().keySet())));
        });
    }

    private static void head(JsonLine json, long time) {
        json.put("_path", "notice").number("ts", seconds(time));
    }

    private static void connection(JsonLine json, EndpointRecord originator, EndpointRecord responder) {
        json.put("id.orig_h", originator.getIp()).put("id.orig_p", originator.getPort()).put("id.resp_h", responder.getIp()).put("id.resp_p", responder.getPort());
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(Math.floorDiv(nanos, 1_000L), 6).toPlainString();
    }

    /** As Zeek's: a C and then 96 bits in 62 digits. The same for all revisions of a flow at a gateway. */
    private static String uid(String id) {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        BigInteger left = new BigInteger(1, hash, 0, UID_BYTES);
        StringBuilder uid = new StringBuilder("C");
        while (left.signum() > 0) {
            BigInteger[] parts = left.divideAndRemainder(BigInteger.valueOf(DIGITS.length()));
            uid.append(DIGITS.charAt(parts[1].intValue()));
            left = parts[0];
        }
        return uid.toString();
    }

    private static void text(JsonLine json, String weird, String message, String sub) {
        json.put("msg", weird == null ? message : weird + ": " + message).put("sub", sub);
    }

    private static void tail(JsonLine json, long count, String gateway, List<String> actions) {
        json.put("n", count).put("peer_descr", gateway).put("actions", actions).number("suppress_for", String.format(Locale.ROOT, "%.1f", 0.0));
    }
}
