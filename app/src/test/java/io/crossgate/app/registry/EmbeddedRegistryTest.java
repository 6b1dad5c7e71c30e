package io.crossgate.app.registry;

import static io.crossgate.app.registry.RestCalls.bodyWith;
import static io.crossgate.app.registry.RestCalls.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.app.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test starts its registry on an empty topic; the broker is the same for all. */
class EmbeddedRegistryTest {
    private static final String A = "{'type':'record','name':'R','fields':[{'name':'a','type':'long'}]}".replace('\'', '"');
    private static final String A_SPACED = "{ 'name' : 'R', 'type' : 'record',\n 'fields' : [ {'type':'long', 'name':'a'} ] }".replace('\'', '"');
    private static final String AB = "{'type':'record','name':'R','fields':[{'name':'a','type':'long'},{'name':'b','type':'int'}]}".replace('\'', '"');
    private static final String AB_DEFAULT =
            "{'type':'record','name':'R','fields':[{'name':'a','type':'long'},{'name':'b','type':'int','default':0}]}".replace('\'', '"');
    private static final String NOTHING = "{'type':'record','name':'R','fields':[]}".replace('\'', '"');

    private static EmbeddedBroker broker;
    private EmbeddedRegistry registry;
    private RestCalls rest;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(null);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() {
        registry = EmbeddedRegistry.start(kafka(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        rest = new RestCalls(registry.uri());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        try (Admin admin = Admin.create(kafka())) {
            admin.deleteTopics(List.of(SchemaTopic.NAME)).all().get();
            await(() -> !admin.listTopics().names().get().contains(SchemaTopic.NAME));
        }
    }

    @Test
    void anEmptyRegistryAnswersWhatConfluentsDoes() throws Exception {
        answers("GET", "/", null, "{}");
        answers("GET", "/subjects", null, "[]");
        answers("GET", "/subjects/", null, "[]");
        answers("GET", "/schemas/types", null, "['AVRO']");
        answers("GET", "/config", null, "{'compatibilityLevel':'BACKWARD'}");
        answers("GET", "/mode", null, "{'mode':'READWRITE'}");
        refuses("GET", "/subjects/s/versions", null, 404, 40401);
        refuses("GET", "/subjects/s/versions/1", null, 404, 40401);
        refuses("GET", "/subjects/s/versions/latest", null, 404, 40401);
        refuses("POST", "/subjects/s", bodyWith(A), 404, 40401);
        refuses("GET", "/schemas/ids/1", null, 404, 40403);
        refuses("GET", "/schemas/ids/1/schema", null, 404, 40403);
        refuses("GET", "/schemas/ids/1/versions", null, 404, 40403);
        refuses("GET", "/config/s", null, 404, 40408);
        answers("GET", "/config/s?defaultToGlobal=true", null, "{'compatibilityLevel':'BACKWARD'}");
        answers("POST", "/compatibility/subjects/s/versions/latest", bodyWith(A), "{'is_compatible':true}");
        refuses("POST", "/compatibility/subjects/s/versions/1", bodyWith(A), 404, 40401);
    }

    @Test
    void aRegisteredSchemaIsFoundByEveryWay() throws Exception {
        answers("POST", "/subjects/s/versions", bodyWith(A), "{'id':1}");
        answers("GET", "/subjects", null, "['s']");
        answers("GET", "/subjects/s/versions", null, "[1]");
        String whole = json("{\"subject\":\"s\",\"version\":1,\"id\":1}").toString();
        for (String version : List.of("1", "latest", "-1")) {
            HttpResponse<String> found = rest.send("GET", "/subjects/s/versions/" + version, null);
            assertThat(json(found.body()).get("schema").asText()).isEqualTo(schemaText(A));
            assertThat(((ObjectNode) json(found.body())).without("schema").toString()).isEqualTo(whole);
        }
        answers("GET", "/subjects/s/versions/1/schema", null, A);
        assertThat(rest.ok("GET", "/schemas/ids/1", null)).isEqualTo(json(bodyWith(schemaText(A))));
        answers("GET", "/schemas/ids/1/schema", null, A);
        answers("GET", "/schemas/ids/1/versions", null, "[{'subject':'s','version':1}]");
        answers("GET", "/schemas/ids/1/subjects", null, "['s']");
        assertThat(rest.ok("POST", "/subjects/s", bodyWith(A_SPACED)).get("version").asInt()).isEqualTo(1);
        refuses("POST", "/subjects/s", bodyWith(AB), 404, 40403);
        refuses("GET", "/subjects/s/versions/2", null, 404, 40402);
        refuses("POST", "/compatibility/subjects/s/versions/2", bodyWith(A), 404, 40402);
    }

    @Test
    void theSameSchemaHasTheSameIdHoweverOftenAndWhereverItIsRegistered() throws Exception {
        assertThat(rest.register("s", A)).isEqualTo(1);
        assertThat(rest.register("s", A)).isEqualTo(1);
        assertThat(rest.register("s", A_SPACED)).isEqualTo(1);
        assertThat(rest.register("t", A)).isEqualTo(1);
        assertThat(rest.register("s", AB_DEFAULT)).isEqualTo(2);
        assertThat(rest.register("u", "\"string\"")).isEqualTo(3);
        answers("GET", "/subjects/s/versions", null, "[1,2]");
        answers("GET", "/subjects/t/versions", null, "[1]");
        answers("GET", "/schemas/ids/1/versions", null, "[{'subject':'s','version':1},{'subject':'t','version':1}]");
    }

    @Test
    void aReaderThatCouldNotReadTheLatestVersionIsRefused() throws Exception {
        rest.register("s", A);
        HttpResponse<String> refusal = rest.send("POST", "/subjects/s/versions", bodyWith(AB));
        assertThat(refusal.statusCode()).isEqualTo(409);
        assertThat(json(refusal.body()).get("error_code").asInt()).isEqualTo(409);
        assertThat(json(refusal.body()).get("message").asText()).contains("\"s\"", "READER_FIELD_MISSING_DEFAULT_VALUE", "/fields/1");
        answers("GET", "/subjects/s/versions", null, "[1]");
        answers("POST", "/compatibility/subjects/s/versions/latest", bodyWith(AB), "{'is_compatible':false}");
        answers("POST", "/compatibility/subjects/s/versions/1", bodyWith(AB_DEFAULT), "{'is_compatible':true}");
        assertThat(rest.ok("POST", "/compatibility/subjects/s/versions/1?verbose=true", bodyWith(AB)).get("messages").get(0).asText())
                .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
        assertThat(rest.register("s", AB_DEFAULT)).isEqualTo(2);
    }

    @Test
    void theLevelOfASubjectGoesBeforeTheLevelOfAll() throws Exception {
        rest.register("s", A);
        rest.register("t", A);
        answers("PUT", "/config/s", "{'compatibility':'none'}", "{'compatibility':'NONE'}");
        answers("GET", "/config/s", null, "{'compatibilityLevel':'NONE'}");
        rest.register("s", AB);
        refuses("POST", "/subjects/t/versions", bodyWith(AB), 409, 409);
        answers("PUT", "/config", "{'compatibility':'FORWARD'}", "{'compatibility':'FORWARD'}");
        answers("GET", "/config", null, "{'compatibilityLevel':'FORWARD'}");
        rest.register("t", AB);
        refuses("POST", "/subjects/t/versions", bodyWith(NOTHING), 409, 409);
        answers("PUT", "/config/t", "{'compatibility':'FULL_TRANSITIVE'}", "{'compatibility':'FULL_TRANSITIVE'}");
        refuses("POST", "/subjects/t/versions", bodyWith(NOTHING), 409, 409);
        refuses("PUT", "/config", "{'compatibility':'SIDEWAYS'}", 422, 42203);
        refuses("PUT", "/config", "{}", 422, 42203);
    }

    @Test
    void idsVersionsAndLevelsSurviveARestart() throws Exception {
        rest.register("s", A);
        rest.register("s", AB_DEFAULT);
        rest.register("t", "\"string\"");
        rest.ok("PUT", "/config/s", "{\"compatibility\":\"NONE\"}");
        registry.close();
        start();
        assertThat(rest.register("s", A)).isEqualTo(1);
        assertThat(rest.register("t", "\"string\"")).isEqualTo(3);
        answers("GET", "/subjects/s/versions", null, "[1,2]");
        answers("GET", "/config/s", null, "{'compatibilityLevel':'NONE'}");
        assertThat(rest.register("s", "\"long\"")).isEqualTo(4);
        answers("GET", "/subjects/s/versions", null, "[1,2,3]");
    }

    @Test
    void whatAnotherRegistryWroteIsReadAndItsIdsAreNotGivenAgain() throws Exception {
        registry.close();
        write("{'keytype':'NOOP','magic':0}", null);
        write("{'keytype':'SCHEMA','subject':'s','version':1,'magic':1}", "{'subject':'s','version':1,'id':1,'schema':'\\'string\\'','deleted':false}");
        write("{'keytype':'SCHEMA','subject':'s','version':2,'magic':1}", "{'subject':'s','version':2,'id':2,'schema':'\\'bytes\\'','deleted':true}");
        write("{'keytype':'SCHEMA','subject':'p','version':1,'magic':1}",
                "{'subject':'p','version':1,'id':9,'schemaType':'PROTOBUF','schema':'syntax = proto3;','deleted':false}");
        write("{'keytype':'SCHEMA','subject':'gone','version':1,'magic':1}", null);
        write("{'keytype':'CONFIG','subject':null,'magic':0}", "{'compatibilityLevel':'NONE'}");
        write("garbage", "more of it");
        write("[]", "[]");
        start();
        answers("GET", "/subjects", null, "['s']");
        answers("GET", "/subjects/s/versions", null, "[1]");
        answers("GET", "/schemas/ids/2/schema", null, "'bytes'");
        answers("GET", "/config", null, "{'compatibilityLevel':'NONE'}");
        assertThat(rest.register("s", A)).isEqualTo(10);
        answers("GET", "/subjects/s/versions", null, "[1,3]");
    }

    @Test
    void subjectsMayHaveAnyPrintableName() throws Exception {
        assertThat(rest.register("a%2Fb%20c+d%C3%A9", A)).isEqualTo(1);
        answers("GET", "/subjects", null, "['a/b c+d\u00e9']");
        answers("GET", "/subjects/a%2Fb%20c%2Bd%C3%A9/versions", null, "[1]");
        refuses("POST", "/subjects/a%00b/versions", bodyWith(A), 422, 42208);
        refuses("POST", "/subjects/%20/versions", bodyWith(A), 422, 42208);
        refuses("POST", "/subjects//versions", bodyWith(A), 422, 42208);
    }

    @Test
    void schemasThatAreNoneAreRefused() throws Exception {
        for (String schema : List.of("", " ", "null", "nonsense", "{", "{}", "[]x", "42", "\"nonesuch\"", "{\"type\":\"record\"}", "{\"type\":\"record\",\"name\":1}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[1]}", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", "[\"int\",\"int\"]", A + A,
                "{\"type\":\"record\",\"name\":\"a b\",\"fields\":[]}", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":\"x\"}]}",
                "[".repeat(100_000), "{\"type\":\"array\",\"items\":".repeat(20_000))) {
            refuses("POST", "/subjects/s/versions", bodyWith(schema), 422, 42201);
            refuses("POST", "/compatibility/subjects/s/versions/latest", bodyWith(schema), 422, 42201);
        }
        refuses("POST", "/subjects/s/versions", "{}", 422, 42201);
        refuses("POST", "/subjects/s/versions", "{'schemaType':'JSON','schema':'{}'}", 422, 42201);
        refuses("POST", "/subjects/s/versions", "{'schema':'\\'int\\'','references':[{'name':'a','subject':'b','version':1}]}", 422, 42201);
        refuses("POST", "/subjects/s/versions", "{'schema':'\\'int\\'','id':7}", 422, 42205);
        answers("GET", "/subjects", null, "[]");
    }

    @Test
    void requestsThatAreNoneAreRefused() throws Exception {
        for (String body : List.of("", "null", "[]", "nonsense", "{'schema':", "{'schema':7}", "{'schema':{}}", "{} {}", "\u0000", "[".repeat(100_000))) {
            refuses("POST", "/subjects/s/versions", body, 400, 400);
            refuses("PUT", "/config", body.replace("schema", "compatibility"), 400, 400);
        }
        for (String version : List.of("0", "-2", "x", "2147483648", "1.0", "%00")) {
            rest.register("s", A);
            refuses("GET", "/subjects/s/versions/" + version, null, 422, 42202);
        }
        for (String path : List.of("/nothing", "/subjects/s/nothing", "/subjects/s/versions/1/nothing", "/subjects/s/versions/1/schema/nothing", "/schemas", "/schemas/ids",
                "/schemas/ids/x", "/schemas/ids/1/nothing", "/config/s/t", "/mode/s", "/compatibility", "/..", "/%2e%2e/subjects")) {
            refuses("GET", path, null, 404, 404);
        }
        refuses("DELETE", "/subjects/s", null, 405, 405);
        refuses("DELETE", "/subjects/s/versions/1", null, 405, 405);
        refuses("DELETE", "/config/s", null, 405, 405);
        refuses("PUT", "/subjects", "{}", 405, 405);
        refuses("GET", "/subjects/s", null, 405, 405);
        refuses("TRACE", "/config", null, 405, 405);
        assertThat(rest.send("POST", "/subjects/s/versions", bodyWith(A), "text/plain").statusCode()).isEqualTo(415);
        assertThat(rest.send("POST", "/subjects/s/versions", bodyWith(A), "application/json; charset=utf-8").statusCode()).isEqualTo(200);
        assertThat(rest.send("HEAD", "/subjects", null).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyOfMoreThanAMebibyteIsRefused() throws Exception {
        refuses("POST", "/subjects/s/versions", bodyWith("\"" + "x".repeat(1 << 20)), 413, 413);
        refuses("POST", "/subjects/s/versions", " ".repeat(5 << 20), 413, 413);
        answers("GET", "/subjects", null, "[]");
    }

    @Test
    void bytesThatAreNoHttpNeverHurtTheNextCall() throws Exception {
        for (String bytes : List.of("\r\n\r\n", "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n", "GET // HTTP/1.1\r\n\r\n", "GET http: HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\n\r\n", "GET subjects HTTP/1.1\r\n\r\n", "GET mailto:a HTTP/1.1\r\n\r\n", "GET /subjects HTTP/9.9\r\n\r\n", "GET /subjects HTTP/1.1\r\n: x\r\n\r\n",
                "POST /subjects/s HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST /subjects/s HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "POST /subjects/s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "POST /subjects/s HTTP/1.1\r\nContent-Length: 10\r\n\r\n{",
                "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(10_000) + "\r\n")) {
            String answer = sendRaw(bytes);
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 4") || answer.startsWith("HTTP/1.1 200")).as("%.60s: %.200s", bytes, answer).isTrue();
            assertThat(answer).doesNotContain("\tat ");
            answers("GET", "/subjects", null, "[]");
        }
    }

    /** What comes back until the connection is closed, by us if need be. */
    private String sendRaw(String bytes) throws Exception {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(registry.uri().getHost(), registry.uri().getPort())) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
                answer.append((char) b);
            }
        } catch (IOException e) {
            // A connection that is reset is an answer too.
        }
        return answer.toString();
    }

    @Test
    void anAddressInUseIsRefusedInOneLine() {
        InetSocketAddress taken = new InetSocketAddress(registry.uri().getHost(), registry.uri().getPort());
        assertThatThrownBy(() -> EmbeddedRegistry.start(kafka(), taken)).isInstanceOf(RegistryException.class)
                .hasMessageStartingWith("The schema registry cannot listen on ").hasMessageNotContaining("\n");
    }

    @Test
    void aTopicThatWouldLoseSchemasIsRefused() throws Exception {
        stop();
        try (Admin admin = Admin.create(kafka())) {
            admin.createTopics(List.of(new NewTopic(SchemaTopic.NAME, 1, (short) 1))).all().get();
            await(() -> admin.listTopics().names().get().contains(SchemaTopic.NAME));
        }
        assertThatThrownBy(this::start).isInstanceOf(RegistryException.class).hasMessageContaining("cleanup.policy=compact");
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; !condition.call(); i++) {
            assertThat(i).as("tries").isLessThan(200);
            Thread.sleep(50);
        }
    }

    private static Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private void answers(String method, String path, String body, String expected) throws Exception {
        HttpResponse<String> response = rest.send(method, path, body == null ? null : body.startsWith("{'") ? quoted(body) : body);
        assertThat(response.statusCode()).as("%s %s: %s", method, path, response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(RestCalls.REGISTRY_JSON);
        assertThat(json(response.body())).as("%s %s", method, path).isEqualTo(json(quoted(expected)));
    }

    private void refuses(String method, String path, String body, int status, int code) throws Exception {
        HttpResponse<String> response = rest.send(method, path, body == null ? null : body.startsWith("{'") ? quoted(body) : body);
        String what = method + " " + path + " " + (body == null ? "" : body.substring(0, Math.min(80, body.length()))) + ": " + response.body();
        assertThat(response.statusCode()).as(what).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains(RestCalls.REGISTRY_JSON);
        assertThat(json(response.body()).get("error_code").asInt()).as(what).isEqualTo(code);
        assertThat(json(response.body()).get("message").asText()).as(what).isNotBlank().doesNotContain("\tat ").hasSizeLessThan(1100);
    }

    /** JSON with its quotes written as apostrophes; a backslash before one makes it a quote within a string. */
    private static String quoted(String json) {
        return json.replace("\\'", "\\\"").replace('\'', '"');
    }

    private static String schemaText(String schema) throws Exception {
        return new Schema.Parser().parse(schema).toString();
    }

    private static void write(String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(SchemaTopic.NAME, 0, quoted(key), value == null ? null : quoted(value))).get();
        }
    }
}
