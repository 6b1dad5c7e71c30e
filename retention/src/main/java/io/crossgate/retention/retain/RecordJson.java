package io.crossgate.retention.retain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** A whole record as JSON, field by field; a time and the nanoseconds beside it are one text. */
final class RecordJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String NANOS = "Nanos";

    private RecordJson() {}

    static String of(SpecificRecordBase event) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(out, event);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof SpecificRecordBase fields) {
            out.writeStartObject();
            for (Schema.Field field : fields.getSchema().getFields()) {
                if (fields.getSchema().getField(field.name().replaceAll(NANOS + "$", "")) == field) {
                    out.writeFieldName(field.name());
                    write(out, fields.get(field.pos()) instanceof Instant time ? TIME.format(time.plusNanos(nanos(fields, field.name()))) : fields.get(field.pos()));
                }
            }
            out.writeEndObject();
        } else if (value instanceof Collection<?> items) {
            out.writeStartArray();
            for (Object item : items) {
                write(out, item);
            }
            out.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                out.writeFieldName(entry.getKey().toString());
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else {
            out.writeObject(value instanceof CharSequence ? value.toString() : value);
        }
    }

    private static int nanos(SpecificRecordBase fields, String name) {
        Schema.Field beside = fields.getSchema().getField(name + NANOS);
        return beside == null ? 0 : (int) fields.get(beside.pos());
    }
}
