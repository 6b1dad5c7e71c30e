package io.crossgate.feeds.ecs;

import io.crossgate.feeds.event.FlowFields;
import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.JsonLine;
import io.crossgate.feeds.event.OrphanFields;
import io.crossgate.feeds.event.Severity;
import io.crossgate.feeds.event.Words;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.util.List;
import java.util.Locale;

/**
 * The Elastic Common Schema, version {@value #VERSION}. A drop is of type denied, which is no outcome: {@code event.outcome} is never set. What ECS has no field for
 * is under {@code crossgate}. A later revision has the same {@code event.id} and a higher {@code event.sequence}.
 */
public final class Ecs implements Format {
    /** Of the schema, in {@code ecs.version}. */
    public static final String VERSION = "9.4.0";

    @Override
    public String name() {
        return "ecs";
    }

    @Override
    public boolean json() {
        return true;
    }

    @Override
    public String line(OrphanedSynAckRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.time(e), Words.message(e));
            json.object("event", event -> {
                event(event, "event", "orphaned-syn-ack", e.getId(), Words.severity(e), List.of("connection", "info"));
                event.put("code", e.getDropped() ? Words.ASA_CODE : "").put("reason", e.getVerdict()).put("sequence", e.getRevision());
            });
            packet(json, 6, e.getCommunityId(), e.getSource(), e.getDestination());
            observer(json, e.getGateway(), e.getInterface$());
            json.object("rule", rule -> rule.put("name", e.getDropped() ? Words.FIRST_PACKET : Words.UNSOLICITED_RESPONSE));
            json.put("tags", Words.tags(e));
            json.object("crossgate", own -> {
                OrphanFields.verdict(own, e);
                own.put("revision", e.getRevision()).put("last", e.getLast());
                OrphanFields.synSeenAt(own, e);
                tcp(own, e.getSeq(), e.getAck(), e.getFlags());
            });
        });
    }

    @Override
    public String line(InvalidDropRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.time(e), Words.message(e));
            json.object("event", event -> {
                event(event, "event", "invalid-drop", e.getId(), Words.severity(e), List.of("connection", "denied"));
                event.put("code", Words.noConnection(e) ? Words.ASA_CODE : "").put("reason", e.getReason());
            });
            packet(json, e.getProtocol(), e.getCommunityId(), e.getSource(), e.getDestination());
            observer(json, e.getGateway(), e.getInterface$());
            json.object("rule", rule -> rule.put("name", Words.rule(e)));
            json.put("tags", Words.tags(e));
            json.object("crossgate", own -> {
                own.put("reason", e.getReason()).put("state", e.getState()).put("evidence", e.getEvidence());
                if (e.getProtocol() == 6) {
                    tcp(own, e.getSeq(), e.getAck(), e.getFlags());
                } else {
                    own.object("icmp", icmp -> icmp.put("type", e.getIcmpType()).put("code", e.getIcmpCode()));
                }
            });
        });
    }

    @Override
    public String line(IncidentRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.time(e), Words.message(e));
            json.object("event", event -> {
                event(event, "alert", "incident", e.getId(), Words.severity(e), List.of("connection", "info"));
                event.put("reason", e.getCause()).put("sequence", e.getRevision());
                event.put("start", Words.iso(Words.time(e))).put("end", Words.iso(Words.lastSeen(e)));
            });
            json.object("network", network -> network.put("transport", "tcp").put("type", Words.v6(e.getServer().getIp()) ? "ipv6" : "ipv4"));
            end(json, "destination", e.getServer());
            json.object("related", related -> related.put("ip", List.of(e.getServer().getIp())));
            observer(json, Words.gateway(e), "");
            json.object("rule", rule -> rule.put("name", e.getCause()));
            json.put("tags", List.of(Words.SPLIT_ROUTING));
            json.object("crossgate", own -> {
                own.put("cause", e.getCause()).put("syn_gateway", e.getSynGateway()).put("syn_ack_gateway", e.getSynAckGateway());
                own.put("drop_gateway", e.getDropGateway()).put("clients", e.getClients()).put("client_count", e.getClientCount());
                own.put("client_count_at_least", e.getClientCountAtLeast()).put("handshakes", e.getHandshakes()).put("failed", e.getFailed());
                own.put("handshakes_before", e.getHandshakesBefore()).put("failed_before", e.getFailedBefore()).put("drops", e.getDrops());
                own.put("evidence", e.getEvidence()).put("reason", e.getReason()).put("state", e.getState());
                own.put("ping_requests", e.getPingRequests()).put("ping_replies", e.getPingReplies());
                own.objects("unaffected", e.getUnaffected(), (well, of) -> well.put("clients", of.getClients()).put("handshakes", of.getHandshakes()));
                own.put("remedy", e.getRemedy()).put("revision", e.getRevision()).put("last", e.getLast());
            });
        });
    }

    @Override
    public String line(FlowRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.end(e), Words.message(e));
            json.object("event", event -> {
                event(event, "event", "flow", e.getId(), Words.severity(e), List.of("connection", Words.ended(e) ? "end" : "info"));
                event.put("reason", e.getEndReason()).put("sequence", e.getRevision());
                event.put("start", Words.iso(Words.start(e))).put("end", Words.iso(Words.end(e))).put("duration", Words.end(e) - Words.start(e));
            });
            FlowWayRecord origin = e.getOrigin();
            FlowWayRecord response = e.getResponse();
            json.object("network", network -> {
                network(network, e.getProtocol(), e.getCommunityId(), origin.getIp());
                network.put("packets", origin.getPackets() + response.getPackets()).put("bytes", origin.getBytes() + response.getBytes());
            });
            way(json, "source", origin);
            way(json, "destination", response);
            json.object("related", related -> related.put("ip", List.of(origin.getIp(), response.getIp())));
            observer(json, e.getGateway(), "");
            json.object("crossgate", own -> {
                FlowFields.state(own, e);
                if (e.getProtocol() == 6) {
                    own.put("source_tcp_flags", Words.flagWords(origin.getFlags())).put("destination_tcp_flags", Words.flagWords(response.getFlags()));
                    FlowFields.transport(own, e);
                }
                own.put("revision", e.getRevision()).put("last", e.getLast());
            });
        });
    }

    private static void head(JsonLine json, long time, String message) {
        json.put("@timestamp", Words.iso(time)).object("ecs", ecs -> ecs.put("version", VERSION)).put("message", message);
    }

    private static void event(JsonLine event, String kind, String action, String id, Severity severity, List<String> type) {
        event.put("kind", kind).put("category", List.of("network")).put("type", type).put("action", action).put("id", id);
        event.put("provider", "crossgate").put("module", "crossgate").put("dataset", "crossgate." + action.replace('-', '_')).put("severity", severity.cef);
    }

    private static void packet(JsonLine json, int protocol, String communityId, EndpointRecord source, EndpointRecord destination) {
        json.object("network", network -> network(network, protocol, communityId, source.getIp()));
        end(json, "source", source);
        end(json, "destination", destination);
        json.object("related", related -> related.put("ip", List.of(source.getIp(), destination.getIp())));
    }

    private static void network(JsonLine network, int protocol, String communityId, String ip) {
        network.put("transport", Words.protocol(protocol).toLowerCase(Locale.ROOT)).put("iana_number", Integer.toString(protocol));
        network.put("type", Words.v6(ip) ? "ipv6" : "ipv4").put("community_id", communityId);
    }

    private static void end(JsonLine json, String name, EndpointRecord end) {
        json.object(name, fields -> address(fields, end.getIp(), end.getPort()));
    }

    private static void way(JsonLine json, String name, FlowWayRecord way) {
        json.object(name, fields -> {
            address(fields, way.getIp(), way.getPort());
            fields.put("packets", way.getPackets()).put("bytes", way.getBytes());
        });
    }

    private static void address(JsonLine fields, String ip, int port) {
        fields.put("ip", ip).put("address", ip);
        if (port != 0) { // ICMP has none
            fields.put("port", port);
        }
    }

    private static void observer(JsonLine json, String gateway, String iface) {
        json.object("observer", observer -> {
            observer.put("name", gateway).put("vendor", "Crossgate").put("product", "Crossgate");
            if (!iface.isEmpty()) {
                observer.object("ingress", ingress -> ingress.object("interface", of -> of.put("name", iface)));
            }
        });
    }

    private static void tcp(JsonLine json, long seq, long ack, int flags) {
        json.object("tcp", tcp -> tcp.put("seq", seq).put("ack", ack).put("flags", Words.flagWords(flags)));
    }
}
