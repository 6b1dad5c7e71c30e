package io.crossgate.app.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Sighting;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Events for machines: one JSON object a line, UTF-8. The names are a contract; readers pass over names that they do not know. */
public final class Ndjson {
    private static final JsonFactory JSON = new JsonFactory();

    private record Line(long time, String id, String text) {}

    /** Writes the names and values of one object. */
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private Ndjson() {}

    /** Writes all findings, by time, then id. Leaves the stream open. */
    public static void write(Findings findings, OutputStream out) throws IOException {
        List<Line> lines = new ArrayList<>();
        findings.orphans().forEach(e -> lines.add(new Line(e.time(), e.id(), line(e))));
        findings.drops().forEach(e -> lines.add(new Line(e.time(), e.id(), line(e))));
        findings.flows().forEach(e -> lines.add(new Line(e.start(), e.id(), line(e))));
        findings.incidents().forEach(e -> lines.add(new Line(e.firstSeen(), e.id(), line(e))));
        lines.sort(Comparator.comparingLong(Line::time).thenComparing(Line::id));
        for (Line line : lines) {
            out.write(line.text.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }
        out.flush();
    }

    /** The event as one line, without a line end. */
    public static String line(OrphanedSynAck e) {
        return object(json -> {
            head(json, "orphaned-syn-ack", e.id(), e.time(), e.gateway());
            packet(json, e.iface(), e.communityId(), e.source(), e.destination());
            tcp(json, e.seq(), e.ack(), e.flags());
            json.writeStringField("verdict", e.verdict().name());
            if (e.blindReason() != BlindReason.NONE) {
                json.writeStringField("blindReason", e.blindReason().name());
            }
            if (!e.blindAt().isEmpty()) {
                json.writeStringField("blindAt", e.blindAt());
            }
            json.writeStringField("pairing", e.pairing().name());
            json.writeArrayFieldStart("synSeenAt");
            for (Sighting sighting : e.synSeenAt()) {
                json.writeStartObject();
                json.writeStringField("gateway", sighting.gateway());
                json.writeStringField("interface", sighting.iface());
                json.writeStringField("time", Times.iso(sighting.time()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("retransmissions", e.retransmissions());
            json.writeBooleanField("dropped", e.dropped());
            json.writeNumberField("revision", e.revision());
        });
    }

    /** The event as one line, without a line end. */
    public static String line(InvalidDrop e) {
        return object(json -> {
            head(json, "invalid-drop", e.id(), e.time(), e.gateway());
            packet(json, e.iface(), e.communityId(), e.source(), e.destination());
            if (e.icmpType() < 0) {
                tcp(json, e.seq(), e.ack(), e.flags());
            } else {
                json.writeObjectFieldStart("icmp");
                json.writeNumberField("type", e.icmpType());
                json.writeNumberField("code", e.icmpCode());
                json.writeEndObject();
            }
            json.writeStringField("reason", e.reason());
            json.writeStringField("state", e.state());
            json.writeStringField("evidence", e.evidence().name());
            json.writeStringField("packetTime", Times.iso(e.packetTime()));
            json.writeNumberField("protocol", e.protocol());
        });
    }

    /** The flow as one line, without a line end. */
    public static String line(FlowSummary e) {
        return object(json -> {
            head(json, "flow", e.id(), e.start(), e.gateway());
            json.writeStringField("communityId", e.communityId());
            json.writeStringField("proto", switch (e.protocol()) {
                case PacketHeader.TCP -> "tcp";
                case PacketHeader.ICMP -> "icmp";
                case PacketHeader.ICMPV6 -> "ipv6-icmp";
                default -> String.valueOf(e.protocol());
            });
            way(json, "origin", e.origin());
            way(json, "response", e.response());
            json.writeStringField("connState", e.connState().name());
            json.writeStringField("history", e.history());
            json.writeStringField("start", Times.iso(e.start()));
            json.writeStringField("end", Times.iso(e.end()));
            json.writeStringField("endReason", e.endReason().name());
            if (e.synToSynAck() >= 0) {
                json.writeNumberField("synToSynAckNanos", e.synToSynAck());
            }
            if (e.synAckToAck() >= 0) {
                json.writeNumberField("synAckToAckNanos", e.synAckToAck());
            }
            json.writeStringField("conntrackState", e.conntrackState());
            json.writeObjectFieldStart("invalid");
            for (Map.Entry<String, Long> reason : e.invalid().entrySet()) {
                json.writeNumberField(reason.getKey(), reason.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("revision", e.revision());
            json.writeBooleanField("last", e.last());
        });
    }

    private static void way(JsonGenerator json, String name, FlowSummary.Way way) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("ip", way.sender().ip());
        json.writeNumberField("port", way.sender().port());
        json.writeNumberField("packets", way.packets());
        json.writeNumberField("bytes", way.bytes());
        json.writeNumberField("payloadBytes", way.payloadBytes());
        json.writeStringField("flags", Flags.letters(way.flags()));
        json.writeNumberField("retransmissions", way.retransmissions());
        json.writeEndObject();
    }

    /** The incident as one line, without a line end. */
    public static String line(Incident e) {
        return object(json -> {
            head(json, "incident", e.id(), e.firstSeen(), e.dropGateway().isEmpty() ? e.synAckGateway() : e.dropGateway());
            json.writeStringField("cause", e.cause().name());
            json.writeStringField("synGateway", e.synGateway());
            json.writeStringField("synAckGateway", e.synAckGateway());
            json.writeStringField("dropGateway", e.dropGateway());
            json.writeStringField("clients", e.clients());
            json.writeNumberField("clientCount", e.clientCount());
            json.writeBooleanField("clientCountAtLeast", e.clientCountAtLeast());
            endpoint(json, "server", e.server());
            json.writeNumberField("handshakes", e.handshakes());
            json.writeNumberField("failed", e.failed());
            json.writeNumberField("handshakesBefore", e.handshakesBefore());
            json.writeNumberField("failedBefore", e.failedBefore());
            json.writeStringField("firstSeen", Times.iso(e.firstSeen()));
            json.writeStringField("lastSeen", Times.iso(e.lastSeen()));
            json.writeNumberField("drops", e.drops());
            json.writeStringField("evidence", e.evidence() == null ? null : e.evidence().name());
            json.writeStringField("reason", e.reason());
            json.writeStringField("state", e.state());
            json.writeNumberField("pingRequests", e.pingRequests());
            json.writeNumberField("pingReplies", e.pingReplies());
            if (e.pingAnswered() == null) {
                json.writeNullField("pingAnswered");
            } else {
                json.writeBooleanField("pingAnswered", e.pingAnswered());
            }
            json.writeArrayFieldStart("unaffected");
            for (Incident.Unaffected other : e.unaffected()) {
                json.writeString(other.clients());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("unaffectedHandshakes");
            for (Incident.Unaffected other : e.unaffected()) {
                json.writeStartObject();
                json.writeStringField("clients", other.clients());
                json.writeNumberField("handshakes", other.handshakes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("remedy");
            for (String step : e.remedy()) {
                json.writeString(step);
            }
            json.writeEndArray();
            json.writeNumberField("revision", e.revision());
            json.writeBooleanField("last", e.last());
        });
    }

    private static void head(JsonGenerator json, String event, String id, long time, String gateway) throws IOException {
        json.writeStringField("event", event);
        json.writeStringField("id", id);
        json.writeStringField("time", Times.iso(time));
        json.writeStringField("gateway", gateway);
    }

    private static void packet(JsonGenerator json, String iface, String communityId, Endpoint source, Endpoint destination) throws IOException {
        json.writeStringField("interface", iface);
        json.writeStringField("communityId", communityId);
        endpoint(json, "source", source);
        endpoint(json, "destination", destination);
    }

    private static void endpoint(JsonGenerator json, String name, Endpoint endpoint) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("ip", endpoint.ip());
        json.writeNumberField("port", endpoint.port());
        json.writeEndObject();
    }

    private static void tcp(JsonGenerator json, int seq, int ack, int flags) throws IOException {
        json.writeObjectFieldStart("tcp");
        json.writeNumberField("seq", Integer.toUnsignedLong(seq));
        json.writeNumberField("ack", Integer.toUnsignedLong(ack));
        json.writeStringField("flags", Flags.letters(flags));
        json.writeEndObject();
    }

    private static String object(Body body) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter never fails
        }
        return text.toString();
    }
}
