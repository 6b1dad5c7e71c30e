package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** What goes back: an HTTP status and a JSON text in UTF-8. */
record Answer(int status, byte[] body) {
    static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    static Answer of(JsonNode json) {
        return text(json.toString());
    }

    /** A text that is JSON already: a schema. */
    static Answer text(String json) {
        return new Answer(200, json.getBytes(StandardCharsets.UTF_8));
    }

    static Answer of(Refusal refusal) {
        ObjectNode json = Json.object().put("error_code", refusal.code()).put("message", refusal.getMessage());
        return new Answer(refusal.status(), json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
