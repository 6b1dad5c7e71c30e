package io.crossgate.feeds.cef;

import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.event.Severity;
import io.crossgate.feeds.event.Words;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * ArcSight's Common Event Format, version 0. The name is Check Point's where it has one, {@code cs5} an ASA's message, {@code cs6} Zeek's weird. A later revision has
 * the same {@code externalId} and a higher {@code cn1}.
 */
public final class Cef implements Format {
    private static final long MILLI = 1_000_000L;

    private final String productVersion;

    /** @param productVersion Crossgate's own */
    public Cef(String productVersion) {
        this.productVersion = productVersion;
    }

    @Override
    public String name() {
        return "cef";
    }

    @Override
    public boolean json() {
        return false;
    }

    @Override
    public String line(OrphanedSynAckRecord e) {
        StringBuilder line = head("orphaned-syn-ack", e.getDropped() ? Words.FIRST_PACKET : "SYN-ACK without SYN", Words.severity(e));
        common(line, Words.time(e), e.getId(), e.getGateway(), e.getInterface$());
        put(line, "act", e.getDropped() ? "blocked" : "observed");
        packet(line, 6, e.getSource(), e.getDestination());
        put(line, "reason", e.getVerdict());
        put(line, "cnt", 1L + e.getRetransmissions());
        label(line, "cs1", "communityId", e.getCommunityId());
        label(line, "cs2", "pairing", e.getPairing());
        label(line, "cs3", "tcpFlags", Words.flagWords(e.getFlags()));
        label(line, "cs4", "synGateway", e.getSynSeenAt().isEmpty() ? "" : e.getSynSeenAt().get(0).getGateway());
        label(line, "cs5", "ciscoAsa", e.getDropped() ? Words.ASA_TAG : "");
        label(line, "cs6", "zeekWeird", Words.UNSOLICITED_RESPONSE);
        label(line, "cn1", "revision", Integer.toString(e.getRevision()));
        put(line, "msg", Words.message(e));
        return line.toString();
    }

    @Override
    public String line(InvalidDropRecord e) {
        StringBuilder line = head("invalid-drop", Words.rule(e), Words.severity(e));
        common(line, Words.time(e), e.getId(), e.getGateway(), e.getInterface$());
        put(line, "act", "blocked");
        packet(line, e.getProtocol(), e.getSource(), e.getDestination());
        put(line, "reason", e.getReason());
        label(line, "cs1", "communityId", e.getCommunityId());
        label(line, "cs2", "evidence", e.getEvidence());
        label(line, "cs3", "tcpFlags", e.getProtocol() == 6 ? Words.flagWords(e.getFlags()) : "");
        label(line, "cs4", "state", e.getState());
        label(line, "cs5", "ciscoAsa", Words.noConnection(e) ? Words.ASA_TAG : "");
        label(line, "cs6", "zeekWeird", Words.weird(e));
        put(line, "msg", Words.message(e));
        return line.toString();
    }

    @Override
    public String line(IncidentRecord e) {
        StringBuilder line = head("incident", "Asymmetric routing: " + e.getCause(), Words.severity(e));
        common(line, Words.time(e), e.getId(), Words.gateway(e), "");
        put(line, "start", Words.time(e) / MILLI);
        put(line, "end", Words.lastSeen(e) / MILLI);
        put(line, "act", e.getDrops() > 0 ? "blocked" : "observed");
        put(line, "proto", "TCP");
        address(line, "dst", "c6a3", "Destination IPv6 Address", e.getServer().getIp());
        put(line, "dpt", e.getServer().getPort());
        put(line, "reason", e.getCause());
        put(line, "cnt", e.getDrops());
        label(line, "cs1", "clients", e.getClients());
        label(line, "cs2", "evidence", e.getEvidence());
        label(line, "cs3", "remedy", String.join(" ", e.getRemedy()));
        label(line, "cs4", "synGateway", e.getSynGateway());
        label(line, "cs5", "synAckGateway", e.getSynAckGateway());
        label(line, "cs6", "zeekWeird", Words.SPLIT_ROUTING);
        label(line, "cn1", "revision", Integer.toString(e.getRevision()));
        label(line, "cn2", "failedHandshakes", Long.toString(e.getFailed()));
        label(line, "cn3", "handshakes", Long.toString(e.getHandshakes()));
        put(line, "msg", Words.message(e));
        return line.toString();
    }

    @Override
    public String line(FlowRecord e) {
        StringBuilder line = head("flow", "Flow", Words.severity(e));
        common(line, Words.end(e), e.getId(), e.getGateway(), "");
        put(line, "start", Words.start(e) / MILLI);
        put(line, "end", Words.end(e) / MILLI);
        put(line, "act", "observed");
        packet(line, e.getProtocol(), new EndpointRecord(e.getOrigin().getIp(), e.getOrigin().getPort()),
                new EndpointRecord(e.getResponse().getIp(), e.getResponse().getPort()));
        put(line, "in", e.getOrigin().getBytes()); // the dictionary's "in" is from source to destination
        put(line, "out", e.getResponse().getBytes());
        put(line, "reason", e.getEndReason());
        label(line, "cs1", "communityId", e.getCommunityId());
        label(line, "cs2", "connState", e.getConnState());
        label(line, "cs3", "history", e.getHistory());
        label(line, "cs4", "conntrackState", e.getConntrackState());
        label(line, "cs5", "invalid", new TreeMap<>(e.getInvalid()).entrySet().stream().map(of -> of.getKey() + " " + of.getValue()).collect(Collectors.joining(", ")));
        label(line, "cn1", "revision", Integer.toString(e.getRevision()));
        label(line, "cn2", "packetsIn", Long.toString(e.getOrigin().getPackets()));
        label(line, "cn3", "packetsOut", Long.toString(e.getResponse().getPackets()));
        put(line, "msg", Words.message(e));
        return line.toString();
    }

    private StringBuilder head(String signature, String name, Severity severity) {
        return new StringBuilder(512).append("CEF:0|Crossgate|Crossgate|").append(header(productVersion)).append('|').append(signature).append('|').append(header(name))
                .append('|').append(severity.cef).append('|');
    }

    private static void common(StringBuilder line, long time, String id, String gateway, String iface) {
        put(line, "rt", time / MILLI);
        put(line, "externalId", id);
        put(line, "dvchost", gateway);
        put(line, "deviceInboundInterface", iface);
    }

    private static void packet(StringBuilder line, int protocol, EndpointRecord source, EndpointRecord destination) {
        put(line, "proto", Words.protocol(protocol).toUpperCase(java.util.Locale.ROOT));
        address(line, "src", "c6a2", "Source IPv6 Address", source.getIp());
        address(line, "dst", "c6a3", "Destination IPv6 Address", destination.getIp());
        if (protocol == 6) {
            put(line, "spt", source.getPort());
            put(line, "dpt", destination.getPort());
        }
    }

    /** In version 0, {@code src} and {@code dst} are IPv4; IPv6 addresses have fields of their own. */
    private static void address(StringBuilder line, String v4, String v6, String label, String ip) {
        if (Words.v6(ip)) {
            label(line, v6, label, ip);
        } else {
            put(line, v4, ip);
        }
    }

    private static void label(StringBuilder line, String key, String label, String value) {
        if (value != null && !value.isEmpty()) {
            put(line, key + "Label", label);
            put(line, key, value);
        }
    }

    private static void put(StringBuilder line, String key, long value) {
        put(line, key, Long.toString(value));
    }

    private static void put(StringBuilder line, String key, String value) {
        if (value != null && !value.isEmpty()) {
            if (line.charAt(line.length() - 1) != '|') {
                line.append(' ');
            }
            line.append(key).append('=').append(extension(value));
        }
    }

    /** In the header a bar and a backslash are escaped, and there are no line ends. */
    private static String header(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("[\\r\\n]+", " ");
    }

    /** In an extension a backslash and an equals sign are escaped, and line ends are written as letters. */
    private static String extension(String text) {
        return text.replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n");
    }
}
