package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Keys and values of the schemas topic, laid out as Confluent's registry does.
 *
 * <pre>
 * {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}  {"subject":"s","version":1,"id":1,"schema":"...","deleted":false}
 * {"keytype":"CONFIG","subject":null,"magic":0}             {"compatibilityLevel":"BACKWARD"}
 * </pre>
 */
final class SchemaRecords {
    private SchemaRecords() {}

    static byte[] key(StoredSchema schema) {
        return bytes(Json.object().put("keytype", "SCHEMA").put("subject", schema.subject()).put("version", schema.version()).put("magic", 1));
    }

    static byte[] value(StoredSchema schema) {
        return bytes(Json.object().put("subject", schema.subject()).put("version", schema.version()).put("id", schema.id())
                .put("schema", schema.avro().text()).put("deleted", schema.deleted()));
    }

    /** @param subject null for the level of all subjects that have none of their own */
    static byte[] levelKey(String subject) {
        return bytes(Json.object().put("keytype", "CONFIG").put("subject", subject).put("magic", 0));
    }

    static byte[] levelValue(Compatibility level) {
        return bytes(Json.object().put("compatibilityLevel", level.name()));
    }

    /**
     * Applies one record to {@code state}. Kinds of record that this registry does not write are passed over, but their ids are never given again.
     *
     * @throws IOException if it is not such a record at all
     */
    static void apply(byte[] key, byte[] value, SchemaState state) throws IOException {
        if (key == null) {
            return;
        }
        ObjectNode k = Json.readObject(key);
        ObjectNode v = value == null ? null : Json.readObject(value);
        switch (k.path("keytype").asText()) {
            case "SCHEMA" -> applySchema(k, v, state);
            case "CONFIG" -> applyLevel(k, v, state);
            default -> { }
        }
    }

    private static void applySchema(ObjectNode key, ObjectNode value, SchemaState state) throws IOException {
        String subject = key.path("subject").asText();
        int version = key.path("version").asInt();
        if (value == null) {
            state.remove(subject, version);
            return;
        }
        int id = value.path("id").asInt();
        state.useUp(id);
        if (!value.path("schemaType").asText("AVRO").equals("AVRO")) {
            return;
        }
        try {
            AvroText avro = AvroText.parse(value.path("schema").asText());
            state.put(new StoredSchema(subject, version, id, avro, value.path("deleted").asBoolean()));
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void applyLevel(ObjectNode key, ObjectNode value, SchemaState state) throws IOException {
        String subject = key.path("subject").isTextual() ? key.path("subject").textValue() : null;
        try {
            state.setLevel(subject, value == null ? null : Compatibility.named(value.path("compatibilityLevel").asText()));
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
