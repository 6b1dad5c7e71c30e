package io.crossgate.schemas.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Asks a schema registry by Confluent's REST calls: {@code POST /subjects/{subject}/versions} and {@code GET /schemas/ids/{id}}. Answers are kept: an id never
 * changes its meaning. A user and password in the address are sent as basic authentication. Thread-safe.
 */
public final class RegistryClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MS = 200;
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final String address;
    private final String authorization;
    private final Duration patience;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    /**
     * A client.
     *
     * @param registry the registry's address, for example {@code http://127.0.0.1:8081}
     * @param patience how long to try again while the registry can't be reached
     */
    public RegistryClient(URI registry, Duration patience) {
        String user = registry.getUserInfo();
        this.authorization = user == null ? null : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String shown = registry.getScheme() + "://" + registry.getHost() + (registry.getPort() < 0 ? "" : ":" + registry.getPort()) + registry.getPath();
        this.address = shown.endsWith("/") ? shown.substring(0, shown.length() - 1) : shown;
        this.patience = patience;
    }

    /**
     * Registers the schema of the topic's values, if it is not there yet, and gives its id.
     *
     * @throws RegistryException if the registry can't be reached within the patience, or refuses
     */
    public int register(Topics.Topic topic) {
        String body = JSON.createObjectNode().put("schema", topic.value().toString()).toString();
        HttpRequest.Builder request = request("/subjects/" + URLEncoder.encode(topic.subject(), StandardCharsets.UTF_8) + "/versions")
                .header("Content-Type", TYPE).POST(HttpRequest.BodyPublishers.ofString(body));
        JsonNode id = call(request, "register the schema of " + topic).path("id");
        if (!id.isInt()) {
            throw new RegistryException("schema registry " + address + " gave no id for the schema of " + topic + ": is it a Confluent-style registry?");
        }
        return id.intValue();
    }

    /**
     * The schema of an id.
     *
     * @throws WireException if the registry knows no such id: the record was not written with this registry
     * @throws RegistryException if the registry can't be reached within the patience
     */
    public Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        JsonNode answer;
        try {
            answer = call(request("/schemas/ids/" + id).GET(), "look up schema " + id);
        } catch (UnknownException e) {
            throw new WireException("schema id " + id + " is not known to the registry " + address, e);
        }
        try {
            Schema schema = new Schema.Parser().parse(answer.path("schema").asText());
            schemas.put(id, schema);
            return schema;
        } catch (AvroRuntimeException e) {
            throw new WireException("schema id " + id + " is no Avro schema", e);
        }
    }

    private static final class UnknownException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER).header("Accept", TYPE);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private JsonNode call(HttpRequest.Builder request, String purpose) {
        long until = System.nanoTime() + patience.toNanos();
        HttpRequest built = request.build();
        for (long pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, 5_000)) {
            String trouble;
            IOException cause = null;
            try {
                HttpResponse<String> response = http.send(built, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status == 200) {
                    return JSON.readTree(response.body());
                }
                if (status == 404) {
                    throw new UnknownException();
                }
                if (status < 500 && status != 429) {
                    throw new RegistryException("schema registry " + address + " refuses to " + purpose + ": " + status + " " + message(response.body()));
                }
                trouble = "answers " + status;
            } catch (JsonProcessingException e) {
                throw new RegistryException("schema registry " + address + " does not answer in JSON: is the address right?", e);
            } catch (IOException e) {
                trouble = "can't be reached";
                cause = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("interrupted while asking the schema registry " + address, e);
            }
            if (System.nanoTime() + pause * 1_000_000 > until) {
                throw new RegistryException("schema registry " + address + " " + trouble + " (tried for " + patience.toSeconds() + " s to " + purpose
                        + "): start one with `crossgate registry`, or name another with --registry", cause);
            }
            sleep(pause);
        }
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while waiting for the schema registry", e);
        }
    }

    private static String message(String body) {
        try {
            return JSON.readTree(body).path("message").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
