package io.crossgate.feeds.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;

/**
 * Splunk's HTTP event collector: one object an event, with its time, the gateway as host, and the line as it is.
 *
 * @param json true if lines are JSON objects
 * @param format the second half of {@code sourcetype}
 */
record Collector(boolean json, String format) implements Endpoint {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String path() {
        return "/services/collector/event";
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public String scheme() {
        return "Splunk";
    }

    @Override
    public String body(List<Item> items) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.setRootValueSeparator(null);
            for (Item item : items) {
                out.writeStartObject();
                out.writeFieldName("time");
                out.writeNumber(BigDecimal.valueOf(Math.floorDiv(item.time(), 1_000_000L), 3).toPlainString());
                out.writeStringField("host", item.gateway());
                out.writeStringField("source", "crossgate");
                out.writeStringField("sourcetype", "crossgate:" + format);
                out.writeFieldName("event");
                if (json) {
                    out.writeRawValue(item.text());
                } else {
                    out.writeString(item.text());
                }
                out.writeEndObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter never fails
        }
        return text.toString();
    }

    @Override
    public Delivery answer(List<Item> items, String body) {
        return Delivery.TAKEN;
    }
}
