package io.crossgate.feeds.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** A JSON object in one line, written in the order in which it is told. What is empty is left out, as every one of these formats wants it. */
public final class JsonLine {
    private static final JsonFactory JSON = new JsonFactory();

    /** Fields of an object. */
    public interface Fields {
        void of(JsonLine json);
    }

    private interface Step {
        void write(JsonGenerator json) throws IOException;
    }

    private final JsonGenerator json;

    private JsonLine(JsonGenerator json) {
        this.json = json;
    }

    /** The object with these fields. */
    public static String of(Fields fields) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.of(new JsonLine(json));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter never fails
        }
        return text.toString();
    }

    /** A text; left out if it is null or empty. */
    public JsonLine put(String name, String value) {
        return value == null || value.isEmpty() ? this : step(j -> j.writeStringField(name, value));
    }

    public JsonLine put(String name, long value) {
        return step(j -> j.writeNumberField(name, value));
    }

    public JsonLine put(String name, boolean value) {
        return step(j -> j.writeBooleanField(name, value));
    }

    /** A number that is written already. */
    public JsonLine number(String name, String value) {
        return step(j -> {
            j.writeFieldName(name);
            j.writeNumber(value);
        });
    }

    /** A list of texts; left out if it is empty. */
    public JsonLine put(String name, List<String> values) {
        return values.isEmpty() ? this : step(j -> {
            j.writeArrayFieldStart(name);
            for (String value : values) {
                j.writeString(value);
            }
            j.writeEndArray();
        });
    }

    public JsonLine object(String name, Fields fields) {
        return step(j -> {
            j.writeObjectFieldStart(name);
            fields.of(this);
            j.writeEndObject();
        });
    }

    /** A list of objects, one for each value; left out if there is none. */
    public <T> JsonLine objects(String name, List<T> values, java.util.function.BiConsumer<JsonLine, T> fields) {
        return values.isEmpty() ? this : step(j -> {
            j.writeArrayFieldStart(name);
            for (T value : values) {
                j.writeStartObject();
                fields.accept(this, value);
                j.writeEndObject();
            }
            j.writeEndArray();
        });
    }

    private JsonLine step(Step step) {
        try {
            step.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter never fails
        }
        return this;
    }
}
