package io.crossgate.feeds.zeeklog;

import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.JsonLine;
import io.crossgate.feeds.event.Words;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/**
 * Zeek's {@code notice.log}, as Zeek writes it with JSON switched on. {@code msg} begins with the name of Zeek's weird where there is one; {@code peer_descr} is the
 * gateway. The originator is the client: of a SYN-ACK, its receiver. {@code identifier} and {@code revision} tell which line a later one replaces.
 */
public final class ZeekNotice implements Format {
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

    private static void head(JsonLine json, long time) {
        json.put("_path", "notice").number("ts", BigDecimal.valueOf(Math.floorDiv(time, 1_000L), 6).toPlainString());
    }

    private static void connection(JsonLine json, EndpointRecord originator, EndpointRecord responder) {
        json.put("id.orig_h", originator.getIp()).put("id.orig_p", originator.getPort()).put("id.resp_h", responder.getIp()).put("id.resp_p", responder.getPort());
    }

    private static void text(JsonLine json, String weird, String message, String sub) {
        json.put("msg", weird == null ? message : weird + ": " + message).put("sub", sub);
    }

    private static void tail(JsonLine json, long count, String gateway, List<String> actions) {
        json.put("n", count).put("peer_descr", gateway).put("actions", actions).number("suppress_for", String.format(Locale.ROOT, "%.1f", 0.0));
    }
}
