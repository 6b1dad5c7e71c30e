package io.crossgate.feeds.ocsf;

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

/**
 * OCSF, version {@value #VERSION}: events and flows as Network Activity (4001) with the profiles host and security_control, incidents as Detection Finding (2004). Source and
 * destination are those of the packet. A later revision has the same {@code metadata.uid} and a higher {@code metadata.sequence}; of a finding the same
 * {@code finding_info.uid}, and its activity is Create, then Update, at last Close.
 */
public final class Ocsf implements Format {
    /** Of the schema, in {@code metadata.version}. */
    public static final String VERSION = "1.5.0";

    private static final int NETWORK = 4;
    private static final int NETWORK_ACTIVITY = 4001;
    private static final int CLOSED = 2;
    private static final int RESET = 3;
    private static final int FAIL = 4;
    private static final int REFUSE = 5;
    private static final int TRAFFIC = 6;
    private static final int FINDINGS = 2;
    private static final int DETECTION_FINDING = 2004;
    private static final int CREATE = 1;
    private static final int UPDATE = 2;
    private static final int CLOSE = 3;
    private static final int DENIED = 2;
    private static final int BLOCKED = 2;
    private static final int FIREWALL = 9;
    private static final int NEW = 1;
    private static final long MILLI = 1_000_000L;

    private final String productVersion;

    /** @param productVersion Crossgate's own */
    public Ocsf(String productVersion) {
        this.productVersion = productVersion;
    }

    @Override
    public String name() {
        return "ocsf";
    }

    @Override
    public boolean json() {
        return true;
    }

    @Override
    public String line(OrphanedSynAckRecord e) {
        return JsonLine.of(json -> {
            head(json, NETWORK, NETWORK_ACTIVITY, e.getDropped() ? REFUSE : TRAFFIC, Words.time(e), Words.severity(e), Words.message(e));
            metadata(json, e.getId(), e.getRevision(), e.getDropped() ? Words.ASA_CODE : "", "orphaned-syn-ack", Words.tags(e));
            json.put("count", 1L + e.getRetransmissions());
            if (e.getDropped()) {
                blocked(json, Words.FIRST_PACKET);
            }
            packet(json, 6, e.getFlags(), e.getCommunityId(), e.getSource(), e.getDestination());
            device(json, e.getGateway(), e.getInterface$());
            json.object("unmapped", own -> {
                OrphanFields.verdict(own, e);
                own.put("last", e.getLast());
                OrphanFields.synSeenAt(own, e);
                own.put("tcp_seq", e.getSeq()).put("tcp_ack", e.getAck());
            });
        });
    }

    @Override
    public String line(InvalidDropRecord e) {
        return JsonLine.of(json -> {
            head(json, NETWORK, NETWORK_ACTIVITY, REFUSE, Words.time(e), Words.severity(e), Words.message(e));
            metadata(json, e.getId(), 0, Words.noConnection(e) ? Words.ASA_CODE : "", "invalid-drop", Words.tags(e));
            blocked(json, Words.rule(e));
            packet(json, e.getProtocol(), e.getFlags(), e.getCommunityId(), e.getSource(), e.getDestination());
            device(json, e.getGateway(), e.getInterface$());
            json.object("unmapped", own -> {
                own.put("reason", e.getReason()).put("state", e.getState()).put("evidence", e.getEvidence());
                if (e.getProtocol() == 6) {
                    own.put("tcp_seq", e.getSeq()).put("tcp_ack", e.getAck());
                } else {
                    own.put("icmp_type", e.getIcmpType()).put("icmp_code", e.getIcmpCode());
                }
            });
        });
    }

    @Override
    public String line(IncidentRecord e) {
        int activity = e.getLast() ? CLOSE : e.getRevision() == 0 ? CREATE : UPDATE;
        return JsonLine.of(json -> {
            head(json, FINDINGS, DETECTION_FINDING, activity, Words.lastSeen(e), Words.severity(e), Words.message(e));
            metadata(json, e.getId(), e.getRevision(), "", "incident", List.of(Words.SPLIT_ROUTING));
            json.put("start_time", Words.time(e) / MILLI).put("end_time", Words.lastSeen(e) / MILLI).put("status_id", NEW);
            json.put("confidence_id", e.getEvidence() == null || e.getEvidence().equals("PREDICTED") ? 2 : 3).put("is_alert", !e.getLast());
            if (e.getDrops() > 0) {
                blocked(json, "");
            }
            json.object("finding_info", info -> {
                info.put("uid", e.getId()).put("title", "Asymmetric routing: " + e.getCause()).put("desc", Words.message(e));
                info.put("types", List.of(Words.SPLIT_ROUTING, e.getCause()));
                info.put("first_seen_time", Words.time(e) / MILLI).put("last_seen_time", Words.lastSeen(e) / MILLI).put("related_events_count", e.getDrops());
                info.object("analytic", analytic -> analytic.put("name", "Crossgate incident detection").put("type_id", 1).put("uid", e.getCause()));
            });
            json.objects("evidences", List.of(e), (evidence, of) -> {
                end(evidence, "dst_endpoint", of.getServer());
                evidence.object("data", data -> {
                    data.put("clients", of.getClients()).put("client_count", of.getClientCount()).put("client_count_at_least", of.getClientCountAtLeast());
                    data.put("syn_gateway", of.getSynGateway()).put("syn_ack_gateway", of.getSynAckGateway()).put("drop_gateway", of.getDropGateway());
                    data.put("handshakes", of.getHandshakes()).put("failed", of.getFailed()).put("drops", of.getDrops());
                    data.put("evidence", of.getEvidence()).put("reason", of.getReason()).put("state", of.getState());
                    data.put("ping_requests", of.getPingRequests()).put("ping_replies", of.getPingReplies());
                });
            });
            if (!e.getRemedy().isEmpty()) {
                json.object("remediation", remedy -> remedy.put("desc", String.join(" ", e.getRemedy())));
            }
            device(json, Words.gateway(e), "");
        });
    }

    @Override
    public String line(FlowRecord e) {
        FlowWayRecord origin = e.getOrigin();
        FlowWayRecord response = e.getResponse();
        return JsonLine.of(json -> {
            head(json, NETWORK, NETWORK_ACTIVITY, activity(e), Words.end(e), Words.severity(e), Words.message(e));
            metadata(json, e.getId(), e.getRevision(), "", "flow", List.of());
            json.put("start_time", Words.start(e) / MILLI).put("end_time", Words.end(e) / MILLI).put("duration", (Words.end(e) - Words.start(e)) / MILLI);
            json.put("status_code", e.getConnState()).put("status_detail", e.getEndReason());
            // both directions: a flow has flags of each
            packet(json, e.getProtocol(), origin.getFlags() | response.getFlags(), e.getCommunityId(), new EndpointRecord(origin.getIp(), origin.getPort()),
                    new EndpointRecord(response.getIp(), response.getPort()));
            json.object("traffic", traffic -> {
                traffic.put("bytes", origin.getBytes() + response.getBytes()).put("bytes_out", origin.getBytes()).put("bytes_in", response.getBytes());
                traffic.put("packets", origin.getPackets() + response.getPackets()).put("packets_out", origin.getPackets()).put("packets_in", response.getPackets());
            });
            device(json, e.getGateway(), "");
            json.object("unmapped", own -> {
                FlowFields.state(own, e);
                if (e.getProtocol() == 6) {
                    FlowFields.transport(own, e);
                }
                own.put("last", e.getLast());
            });
        });
    }

    /** What became of the connection; where it may still go on, that there was traffic. */
    private static int activity(FlowRecord e) {
        return switch (e.getEndReason()) {
            case "UNANSWERED" -> FAIL;
            case "END_OF_FLOW", "REUSED" -> switch (e.getConnState()) {
                case "REJ" -> REFUSE;
                case "RSTO", "RSTR", "RSTOS0", "RSTRH" -> RESET;
                default -> CLOSED;
            };
            default -> TRAFFIC;
        };
    }

    private static void head(JsonLine json, int category, int type, int activity, long time, Severity severity, String message) {
        json.put("category_uid", category).put("class_uid", type).put("activity_id", activity).put("type_uid", type * 100L + activity);
        json.put("time", time / MILLI).put("severity_id", severity.ocsf).put("message", message);
    }

    private void metadata(JsonLine json, String id, int revision, String code, String log, List<String> labels) {
        json.object("metadata", meta -> {
            meta.put("version", VERSION).put("uid", id).put("sequence", revision).put("event_code", code).put("log_name", log);
            meta.put("profiles", List.of("host", "security_control")).put("labels", labels);
            meta.object("product", product -> product.put("name", "Crossgate").put("vendor_name", "Crossgate").put("version", productVersion));
        });
    }

    private static void blocked(JsonLine json, String rule) {
        json.put("action_id", DENIED).put("disposition_id", BLOCKED);
        if (!rule.isEmpty()) {
            json.object("firewall_rule", of -> of.put("name", rule));
        }
    }

    private static void packet(JsonLine json, int protocol, int flags, String communityId, EndpointRecord source, EndpointRecord destination) {
        end(json, "src_endpoint", source);
        end(json, "dst_endpoint", destination);
        json.object("connection_info", info -> {
            info.put("direction_id", 0).put("protocol_num", protocol).put("protocol_name", Words.protocol(protocol));
            info.put("protocol_ver_id", Words.v6(source.getIp()) ? 6 : 4).put("community_uid", communityId);
            if (protocol == 6) {
                info.put("tcp_flags", flags);
            }
        });
    }

    private static void end(JsonLine json, String name, EndpointRecord end) {
        json.object(name, fields -> {
            fields.put("ip", end.getIp());
            if (end.getPort() != 0) { // ICMP has none
                fields.put("port", end.getPort());
            }
        });
    }

    private static void device(JsonLine json, String gateway, String iface) {
        json.object("device", device -> device.put("name", gateway).put("hostname", gateway).put("type_id", FIREWALL).put("interface_name", iface));
    }
}
