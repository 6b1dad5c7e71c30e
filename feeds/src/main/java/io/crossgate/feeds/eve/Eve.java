package io.crossgate.feeds.eve;

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
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Suricata's EVE JSON: a drop is a {@code drop}, an orphan an {@code anomaly} of the stream, an incident an {@code alert}, a flow record a {@code flow}. {@code flow_id} is made from the Community
 * ID; {@code host} is the gateway. What EVE has no field for is under {@code crossgate}: also {@code id} and {@code revision}, by which a later line replaces an
 * earlier one.
 */
public final class Eve implements Format {
    /** Signature ids from 1,000,000 to 1,999,999 are for local use. */
    private static final int SIGNATURE = 1_106_015;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxx", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final List<String> FLAGS = List.of("fin", "syn", "rst", "psh", "ack", "urg");

    @Override
    public String name() {
        return "eve";
    }

    @Override
    public boolean json() {
        return true;
    }

    @Override
    public String line(OrphanedSynAckRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.time(e), "anomaly", e.getGateway(), e.getInterface$(), e.getCommunityId());
            packet(json, 6, e.getSource(), e.getDestination());
            json.object("anomaly", anomaly -> anomaly.put("type", "stream").put("event", "stream.orphaned_syn_ack"));
            json.object("crossgate", own -> {
                own(own, "orphaned-syn-ack", e.getId(), Words.severity(e), Words.message(e), Words.tags(e));
                OrphanFields.verdict(own, e);
                own.put("revision", e.getRevision()).put("last", e.getLast());
                OrphanFields.synSeenAt(own, e);
            });
        });
    }

    @Override
    public String line(InvalidDropRecord e) {
        boolean tcp = e.getProtocol() == 6;
        return JsonLine.of(json -> {
            head(json, Words.time(e), "drop", e.getGateway(), e.getInterface$(), e.getCommunityId());
            packet(json, e.getProtocol(), e.getSource(), e.getDestination());
            if (!tcp) {
                json.put("icmp_type", e.getIcmpType()).put("icmp_code", e.getIcmpCode());
            }
            json.object("drop", drop -> {
                if (tcp) {
                    drop.put("tcpseq", e.getSeq()).put("tcpack", e.getAck());
                    for (int bit = 0; bit < FLAGS.size(); bit++) {
                        drop.put(FLAGS.get(bit), (e.getFlags() & 1 << bit) != 0);
                    }
                }
                drop.put("reason", Words.rule(e));
            });
            json.object("crossgate", own -> {
                own(own, "invalid-drop", e.getId(), Words.severity(e), Words.message(e), Words.tags(e));
                own.put("reason", e.getReason()).put("state", e.getState()).put("evidence", e.getEvidence());
            });
        });
    }

    @Override
    public String line(IncidentRecord e) {
        return JsonLine.of(json -> {
            head(json, Words.lastSeen(e), "alert", Words.gateway(e), "", "");
            json.put("dest_ip", e.getServer().getIp()).put("dest_port", e.getServer().getPort()).put("proto", "TCP");
            json.object("alert", alert -> {
                alert.put("action", e.getDrops() > 0 ? "blocked" : "allowed").put("gid", 1).put("signature_id", SIGNATURE).put("rev", 1);
                alert.put("signature", "CROSSGATE Asymmetric routing " + e.getCause()).put("category", "Network misconfiguration").put("severity", Words.severity(e).eve);
            });
            json.object("crossgate", own -> {
                own(own, "incident", e.getId(), Words.severity(e), Words.message(e), List.of(Words.SPLIT_ROUTING));
                own.put("cause", e.getCause()).put("syn_gateway", e.getSynGateway()).put("syn_ack_gateway", e.getSynAckGateway());
                own.put("drop_gateway", e.getDropGateway()).put("clients", e.getClients()).put("client_count", e.getClientCount());
                own.put("handshakes", e.getHandshakes()).put("failed", e.getFailed()).put("drops", e.getDrops());
                own.put("evidence", e.getEvidence()).put("reason", e.getReason()).put("state", e.getState());
                own.put("first_seen", Words.iso(Words.time(e))).put("last_seen", Words.iso(Words.lastSeen(e)));
                own.put("remedy", e.getRemedy()).put("revision", e.getRevision()).put("last", e.getLast());
            });
        });
    }

    @Override
    public String line(FlowRecord e) {
        FlowWayRecord origin = e.getOrigin();
        FlowWayRecord response = e.getResponse();
        boolean tcp = e.getProtocol() == 6;
        return JsonLine.of(json -> {
            head(json, Words.end(e), "flow", e.getGateway(), "", e.getCommunityId());
            packet(json, e.getProtocol(), new EndpointRecord(origin.getIp(), origin.getPort()), new EndpointRecord(response.getIp(), response.getPort()));
            json.object("flow", flow -> {
                flow.put("pkts_toserver", origin.getPackets()).put("pkts_toclient", response.getPackets());
                flow.put("bytes_toserver", origin.getBytes()).put("bytes_toclient", response.getBytes());
                flow.put("start", time(Words.start(e))).put("end", time(Words.end(e)));
                flow.put("age", Math.floorDiv(Words.end(e), 1_000_000_000L) - Math.floorDiv(Words.start(e), 1_000_000_000L)); // whole seconds of each, as Suricata's
                flow.put("state", state(e)).put("reason", reason(e)).put("alerted", false);
            });
            if (tcp) {
                int flags = origin.getFlags() | response.getFlags();
                json.object("tcp", of -> {
                    of.put("tcp_flags", hex(flags)).put("tcp_flags_ts", hex(origin.getFlags())).put("tcp_flags_tc", hex(response.getFlags()));
                    for (int bit = 0; bit < FLAGS.size(); bit++) {
                        if ((flags & 1 << bit) != 0) {
                            of.put(FLAGS.get(bit), true);
                        }
                    }
                });
            }
            json.object("crossgate", own -> {
                own(own, "flow", e.getId(), Words.severity(e), Words.message(e), List.of());
                FlowFields.state(own, e);
                if (tcp) {
                    FlowFields.transport(own, e);
                }
                own.put("revision", e.getRevision()).put("last", e.getLast());
            });
        });
    }

    /** A flow of Suricata is new until the other side has answered, then established, and closed after FIN of both sides or a RST. */
    private static String state(FlowRecord e) {
        return switch (e.getConnState()) {
            case "SF", "REJ", "RSTO", "RSTR", "RSTOS0", "RSTRH" -> "closed";
            default -> e.getOrigin().getPackets() > 0 && e.getResponse().getPackets() > 0 ? "established" : "new";
        };
    }

    /** Suricata tells flows when they time out, when a connection takes their ports, when it ends, or when it must forget them. */
    private static String reason(FlowRecord e) {
        return switch (e.getEndReason()) {
            case "REUSED" -> "tcp_reuse";
            case "END_OF_CAPTURE" -> "shutdown";
            case "EVICTED", "ACTIVE_TIMEOUT" -> "forced";
            default -> "timeout";
        };
    }

    /** The eight flags that are in one byte. */
    private static String hex(int flags) {
        return String.format(Locale.ROOT, "%02x", flags & 0xff);
    }

    private static String time(long nanos) {
        return TIME.format(Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
    }

    private static void head(JsonLine json, long time, String type, String gateway, String iface, String communityId) {
        json.put("timestamp", time(time));
        if (!communityId.isEmpty()) {
            json.put("flow_id", flowId(communityId));
        }
        json.put("in_iface", iface).put("event_type", type).put("host", gateway).put("community_id", communityId);
    }

    private static void packet(JsonLine json, int protocol, EndpointRecord source, EndpointRecord destination) {
        boolean tcp = protocol == 6;
        json.put("src_ip", source.getIp());
        if (tcp) {
            json.put("src_port", source.getPort());
        }
        json.put("dest_ip", destination.getIp());
        if (tcp) {
            json.put("dest_port", destination.getPort());
        }
        json.put("proto", protocol == 58 ? "IPv6-ICMP" : Words.protocol(protocol).toUpperCase(Locale.ROOT)); // as Suricata writes it
    }

    private static void own(JsonLine own, String kind, String id, Severity severity, String message, List<String> tags) {
        own.put("kind", kind).put("id", id).put("severity", severity.cef).put("message", message).put("tags", tags);
    }

    /** The same for both directions and at every gateway; 51 bits, as Suricata's own, so that JavaScript reads it without loss. */
    private static long flowId(String communityId) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(communityId.getBytes(StandardCharsets.UTF_8))).getLong() >>> 13;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
