package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Plain HTTP to a registry, as any client would speak it. */
final class RestCalls {
    static final String REGISTRY_JSON = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    RestCalls(URI base) {
        this.base = base;
    }

    /** @param body null for none */
    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(method, path, body, REGISTRY_JSON);
    }

    HttpResponse<String> send(String method, String path, String body, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30)).header("Content-Type", type)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** The answer to a call that must succeed. */
    JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        if (response.statusCode() != 200) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return json(response.body());
    }

    int register(String subject, String schema) throws Exception {
        return ok("POST", "/subjects/" + subject + "/versions", bodyWith(schema)).get("id").asInt();
    }

    static String bodyWith(String schema) {
        return MAPPER.createObjectNode().put("schema", schema).toString();
    }

    static JsonNode json(String text) throws Exception {
        return MAPPER.readTree(text);
    }
}
