package io.crossgate.app.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.crossgate.app.explain.Explained;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.io.OutputStream;

/** The connection tracker's view of a capture for machines: one JSON object a line, UTF-8. The names are a contract. */
public final class ExplainNdjson {
    private final JsonGenerator json;

    /** Lines to {@code out}, which stays open. */
    public ExplainNdjson(OutputStream out) throws IOException {
        json = new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    /** One packet. */
    public void packet(Explained e) throws IOException {
        PacketHeader h = e.header;
        json.writeStartObject();
        json.writeNumberField("frame", e.frame);
        json.writeStringField("time", Times.iso(e.time));
        json.writeStringField("verdict", PacketText.verdict(e));
        json.writeStringField("state", e.before.name());
        json.writeStringField("nextState", e.after.name());
        json.writeStringField("reason", PacketText.reason(e));
        json.writeStringField("words", PacketText.words(e));
        if (PacketText.hasFigures(e)) {
            json.writeNumberField("bound", e.bound);
            json.writeNumberField("value", e.value);
        }
        if (e.reach.tracked()) {
            json.writeNumberField("protocol", h.protocol);
            end("source", h.sourceHigh, h.sourceLow, h.sourcePort);
            end("destination", h.destinationHigh, h.destinationLow, h.destinationPort);
            if (h.protocol == PacketHeader.TCP) {
                json.writeStringField("flags", Flags.letters(h.flags));
            } else if (h.protocol == PacketHeader.ICMP || h.protocol == PacketHeader.ICMPV6) {
                json.writeNumberField("icmpType", h.icmpType);
                json.writeNumberField("icmpCode", h.icmpCode);
            }
        }
        json.writeEndObject();
    }

    private void end(String name, long high, long low, int port) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("ip", IpText.address(high, low));
        json.writeNumberField("port", port);
        json.writeEndObject();
    }

    /** Ends the last line, and flushes. */
    public void finish(boolean any) throws IOException {
        if (any) {
            json.writeRaw('\n');
        }
        json.flush();
    }
}
