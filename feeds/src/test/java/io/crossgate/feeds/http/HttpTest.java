package io.crossgate.feeds.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crossgate.feeds.Samples;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Tls;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an HTTP server of this machine, which answers as each test says. */
@Timeout(60)
class HttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final SSLContext TRUST = Tls.trusting(null);
    private static final String SECRET = "s3cr3t-token";

    /** What the server answers to a body. */
    private interface Manner {
        void answer(HttpExchange exchange, String body) throws IOException;
    }

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(Manner manner) {
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            bodies.add(exchange.getRequestURI() + "\n" + body);
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            manner.answer(exchange, body);
        });
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Http generic(Duration timeout) {
        return Http.generic(address.resolve("/in?key=" + SECRET), true, SECRET, TRUST, timeout);
    }

    @Test
    void bulkTellsApartWhatIsTakenWhatIsRefusedAndWhatIsToBeTriedAgain() throws Exception {
        answers((exchange, body) -> {
            List<String> items = new ArrayList<>();
            body.lines().filter(line -> line.contains("\"_id\"")).forEach(line -> items.add(switch (line.replaceAll(".*\"_id\":\"id-(\\d+)\".*", "$1")) {
                case "1" -> "{\"index\":{\"status\":400,\"error\":{\"type\":\"document_parsing_exception\",\"reason\":\"failed to parse field [n]\"}}}";
                case "2" -> "{\"index\":{\"status\":429,\"error\":{\"type\":\"es_rejected_execution_exception\",\"reason\":\"queue is full\"}}}";
                case "3" -> "{\"index\":{\"status\":409,\"error\":{\"type\":\"version_conflict_engine_exception\",\"reason\":\"is higher\"}}}";
                case "4" -> "{\"index\":{\"status\":403,\"error\":{\"type\":\"cluster_block_exception\",\"reason\":\"disk is full\"}}}";
                default -> "{\"index\":{\"status\":201}}";
            }));
            send(exchange, 200, "{\"took\":3,\"errors\":true,\"items\":[" + String.join(",", items) + "]}");
        });
        Http index = Http.elasticsearch(address.resolve("/crossgate"), SECRET, TRUST, LONG);
        Delivery delivery = index.deliver(Samples.items(6));
        assertThat(delivery.refused()).isEqualTo(Map.of(1, "400 document_parsing_exception: failed to parse field [n]"));
        assertThat(delivery.again()).containsExactly(2, 4);
        assertThat(delivery.why()).contains("disk is full");
        assertThat(authorizations).containsExactly("ApiKey " + SECRET);
        assertThat(bodies.get(0)).startsWith("/crossgate/_bulk\n");
    }

    @Test
    void bulkGivesEachDocumentItsIdAndItsRevisionAsVersion() throws Exception {
        answers((exchange, body) -> send(exchange, 200, "{\"items\":[{\"index\":{\"status\":200}}]}"));
        Item item = Samples.item(7, 2);
        Http.elasticsearch(address.resolve("/i"), null, TRUST, LONG).deliver(List.of(item));
        assertThat(bodies.get(0).lines().skip(1)).containsExactly("{\"index\":{\"_id\":\"id-7\",\"version\":3,\"version_type\":\"external_gte\"}}", item.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>hello</html>", "{\"items\":[]}", "{}"})
    void whatIsNoBulkAnswerIsNoDelivery(String answer) {
        answers((exchange, body) -> send(exchange, 200, answer));
        assertThatThrownBy(() -> Http.elasticsearch(address.resolve("/i"), null, TRUST, LONG).deliver(Samples.items(2))).isInstanceOf(IOException.class)
                .hasMessageContaining("is it Elasticsearch?");
    }

    @Test
    void aBatchThatIsRefusedIsHalvedDownToTheItemsThatAreRefusedAndTheOthersAreTakenOnce() throws Exception {
        Map<Integer, Integer> taken = new TreeMap<>();
        answers((exchange, body) -> {
            List<Integer> numbers = body.lines().map(line -> Integer.parseInt(line.replaceAll("\\D*(\\d+).*", "$1"))).toList();
            if (numbers.contains(13) || numbers.contains(14)) {
                send(exchange, 422, "13 and 14 are not wanted");
            } else {
                numbers.forEach(n -> taken.merge(n, 1, Integer::sum));
                send(exchange, 200, "");
            }
        });
        Delivery delivery = generic(LONG).deliver(Samples.items(40));
        assertThat(delivery.refused()).containsOnlyKeys(13, 14).containsEntry(13, "422 13 and 14 are not wanted");
        assertThat(delivery.again()).isEmpty();
        assertThat(taken).hasSize(38).doesNotContainKeys(13, 14);
        assertThat(taken.values()).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 404, 408, 429, 500, 503})
    void answersThatAreNoItemsFaultMeanAgain(int status) {
        answers((exchange, body) -> send(exchange, status, "no " + exchange.getRequestHeaders().getFirst("Authorization")));
        Http http = generic(LONG);
        assertThatThrownBy(() -> http.deliver(Samples.items(3))).isInstanceOf(IOException.class).hasMessageStartingWith("answers " + status)
                .hasMessageNotContaining(SECRET);
        assertThat(http.name()).doesNotContain(SECRET);
        assertThat(bodies).hasSize(1);
    }

    @Test
    void anAnswerThatNeverComesEndsWithTheTimeout() {
        answers((exchange, body) -> sleep());
        assertThatThrownBy(() -> generic(Duration.ofMillis(300)).deliver(Samples.items(1))).isInstanceOf(IOException.class).hasMessage("no answer within 300 ms");
    }

    @Test
    void anAnswerThatBeginsAndNeverEndsDoesSoToo() {
        answers((exchange, body) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            sleep();
        });
        assertThatThrownBy(() -> generic(Duration.ofMillis(300)).deliver(Samples.items(1))).isInstanceOf(IOException.class).hasMessage("no answer within 300 ms");
    }

    @Test
    void aServerThatEndsTheConnectionHasTakenNothing() {
        answers((exchange, body) -> exchange.close());
        assertThatThrownBy(() -> generic(LONG).deliver(Samples.items(1))).isInstanceOf(IOException.class);
    }

    @Test
    void splunkGetsOneObjectForEachEventWithItsTimeAndItsGateway() throws Exception {
        answers((exchange, body) -> send(exchange, 200, "{\"text\":\"Success\",\"code\":0}"));
        Http.splunk(address, false, "cef", SECRET, TRUST, LONG).deliver(Samples.items(2));
        assertThat(authorizations).containsExactly("Splunk " + SECRET);
        assertThat(bodies.get(0)).startsWith("/services/collector/event\n");
        try (MappingIterator<JsonNode> events = JSON.readerFor(JsonNode.class).readValues(bodies.get(0).substring(bodies.get(0).indexOf('\n')))) {
            List<JsonNode> all = events.readAll();
            assertThat(all).hasSize(2);
            assertThat(all.get(0).path("host").asText()).isEqualTo("gwa");
            assertThat(bodies.get(0)).contains("\"time\":1795400047.000,");
            assertThat(all.get(0).path("sourcetype").asText()).isEqualTo("crossgate:cef");
            assertThat(all.get(0).path("event").asText()).isEqualTo(Samples.items(1).get(0).text());
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
