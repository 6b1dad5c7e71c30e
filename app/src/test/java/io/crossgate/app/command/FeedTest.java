package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.RecordCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The feed command on a real broker: whatever the destination does, it gets every event, and none that it has taken comes again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class FeedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARTITIONS = 3;
    private static final int DROPS = 300;
    private static final int ORPHANS = 40;
    private static final int FLOWS = 60;
    private static final String REFUSED = "drop-13";

    @TempDir
    Path folder;
    private OwnCluster cluster;
    private Map<String, Object> client;

    @BeforeAll
    void events() {
        cluster = new OwnCluster(PARTITIONS);
        client = cluster.client();
        RecordCodec<InvalidDropRecord> drops = cluster.codecs().drops();
        RecordCodec<FlowRecord> flows = cluster.codecs().flows();
        RecordCodec<OrphanedSynAckRecord> orphans = cluster.codecs().orphans();
        for (int i = 0; i < DROPS; i++) {
            cluster.send(Topics.INVALID_DROPS, i, drops.encode(drop(i)));
        }
        cluster.send(Topics.INVALID_DROPS, 5, "no Avro".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < FLOWS; i++) {
            cluster.send(Topics.FLOWS, i, flows.encode(flow(i)));
        }
        for (int revision = 0; revision < 3; revision++) {
            for (int i = 0; i < ORPHANS; i++) {
                cluster.send(Topics.ORPHANED_SYN_ACKS, i, orphans.encode(orphan(i, revision)));
            }
        }
        cluster.flush();
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    private static InvalidDropRecord drop(int i) {
        return InvalidDropRecord.newBuilder().setId("drop-" + i).setTime(Instant.ofEpochSecond(i)).setTimeNanos(0).setPacketTime(Instant.ofEpochSecond(i))
                .setPacketTimeNanos(0).setGateway("gwa").setInterface$("wan").setCommunityId("flow-" + i).setProtocol(6).setSource(new EndpointRecord("203.0.113.50", 443))
                .setDestination(new EndpointRecord("10.20.30.11", 40_000 + i)).setSeq(1L).setAck(2L).setFlags(18).setIcmpType(-1).setIcmpCode(-1)
                .setReason("INVALID_NEW_SYN_ACK").setState("NONE").setEvidence("LOGGED").build();
    }

    private static OrphanedSynAckRecord orphan(int i, int revision) {
        return OrphanedSynAckRecord.newBuilder().setId("orphan-" + i).setRevision(revision).setLast(revision == 2).setTime(Instant.ofEpochSecond(i)).setTimeNanos(0)
                .setGateway("gwa").setInterface$("wan").setCommunityId("flow-" + i).setSource(new EndpointRecord("203.0.113.50", 443))
                .setDestination(new EndpointRecord("10.20.30.11", 40_000 + i)).setSeq(1L).setAck(2L).setFlags(18).setVerdict("ASYMMETRIC").setBlindReason("NONE")
                .setBlindAt("").setPairing("CERTIFIED").setSynSeenAt(List.of()).setRetransmissions(revision).setDropped(revision > 0).build();
    }

    private static FlowRecord flow(int i) {
        return FlowRecord.newBuilder().setId("flow-record-" + i).setRevision(0).setLast(true).setGateway("gwa").setCommunityId("flow-" + i).setProtocol(6)
                .setStart(Instant.ofEpochSecond(i)).setStartNanos(0).setEnd(Instant.ofEpochSecond(i + 2)).setEndNanos(0).setEndReason("END_OF_FLOW").setConnState("SF")
                .setHistory("ShADadFf").setOrigin(new FlowWayRecord("10.20.30.11", 40_000 + i, 9L, 494L, 18L, 27, 0L))
                .setResponse(new FlowWayRecord("203.0.113.50", 443, 7L, 5_372L, 5_000L, 27, 0L)).setSynToSynAck(42L).setSynAckToAck(19L)
                .setConntrackState("TIME_WAIT").setInvalid(Map.of()).build();
    }

    private int feed(String group, String... more) {
        List<String> line = cluster.line("feed", List.of("--group", group, "--timeout", "1s", "--longest-pause", "300ms", "--batch", "80", "--end"));
        line.addAll(List.of(more));
        return Crossgate.run(line.toArray(String[]::new));
    }

    /** An index with the bulk call's rules, which in turn refuses, hangs, dies with half of the work done, takes a part, and works. */
    private static final class BadIndex {
        private final Map<String, Long> documents = new TreeMap<>();
        private final HttpServer server;
        private int requests;

        BadIndex() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/events/_bulk", this::bulk);
            server.start();
        }

        String address() {
            return "elasticsearch+http://127.0.0.1:" + server.getAddress().getPort() + "/events";
        }

        private void bulk(HttpExchange exchange) throws IOException {
            List<String> lines = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            switch (next()) {
                case 1 -> answer(exchange, 503, "{}");
                case 2 -> sleep();
                case 3 -> {
                    index(lines.subList(0, lines.size() / 4 * 2), false);
                    exchange.close();
                }
                case 4 -> answer(exchange, 200, index(lines, true));
                default -> answer(exchange, 200, index(lines, false));
            }
        }

        private synchronized int next() {
            return ++requests % 6;
        }

        private static void answer(HttpExchange exchange, int status, String body) throws IOException {
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        }

        private synchronized String index(List<String> lines, boolean busy) throws IOException {
            List<String> items = new ArrayList<>();
            for (int i = 0; i < lines.size(); i += 2) {
                JsonNode action = JSON.readTree(lines.get(i)).path("index");
                String id = action.path("_id").asText();
                long version = action.path("version").asLong();
                assertThat(JSON.readTree(lines.get(i + 1)).at("/event/id").asText()).isEqualTo(id);
                int status = id.equals(REFUSED) ? 400 : busy && i % 4 == 0 ? 429 : documents.getOrDefault(id, 0L) > version ? 409 : 200;
                if (status == 200) {
                    documents.put(id, version);
                }
                items.add("{\"index\":{\"status\":" + status + ",\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}");
            }
            return "{\"items\":[" + String.join(",", items) + "]}";
        }

        private static void sleep() {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void anIndexThatRefusesHangsAndDiesInTurnHoldsEveryEventOnceInItsLastRevision() throws Exception {
        BadIndex index = new BadIndex();
        assertThat(feed("bad-index", "--to", index.address())).isEqualTo(Exit.DONE);
        index.server.stop(0);
        Map<String, Long> expected = new TreeMap<>();
        for (int i = 0; i < DROPS; i++) {
            expected.put("drop-" + i, 1L);
        }
        for (int i = 0; i < ORPHANS; i++) {
            expected.put("orphan-" + i, 3L);
        }
        expected.remove(REFUSED);
        assertThat(index.documents).isEqualTo(expected);
        assertThat(committed("bad-index")).isEqualTo(DROPS + 1 + 3 * ORPHANS);
    }

    @Test
    void whatIsRefusedAndWhatDoesNotDecodeAreDeadLettersWithTheReason() throws Exception {
        BadIndex index = new BadIndex();
        assertThat(feed("letters", "--to", index.address())).isEqualTo(Exit.DONE);
        index.server.stop(0);
        Map<String, String> reasons = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : read(Topics.DEAD_LETTERS.name())) {
            if (header(letter, "feed").equals("letters")) {
                reasons.put(header(letter, "topic") + " " + new String(letter.key(), StandardCharsets.UTF_8), header(letter, "reason"));
            }
        }
        assertThat(reasons).hasSize(2);
        assertThat(reasons.get(Topics.INVALID_DROPS + " flow-5")).contains("no framed Avro");
        assertThat(reasons.get(Topics.INVALID_DROPS + " flow-13")).contains("/events: 400 t: r");
    }

    @Test
    void anEndpointThatAcknowledgesGetsNothingASecondTime() throws Exception {
        Map<String, Integer> acknowledged = new HashMap<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        int[] requests = {0};
        server.createContext("/", exchange -> {
            List<String> lines = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            switch (requests[0]++ % 4) {
                case 0 -> BadIndex.answer(exchange, 503, "");
                case 1 -> BadIndex.sleep();
                case 2 -> exchange.close();
                default -> {
                    for (String line : lines) {
                        JsonNode event = JSON.readTree(line);
                        acknowledged.merge(event.at("/metadata/uid").asText() + "/" + event.at("/metadata/sequence").asText(), 1, Integer::sum);
                    }
                    BadIndex.answer(exchange, 200, "");
                }
            }
        });
        server.start();
        assertThat(feed("endpoint", "--format", "ocsf", "--to", "http://127.0.0.1:" + server.getAddress().getPort() + "/in")).isEqualTo(Exit.DONE);
        assertThat(feed("endpoint", "--format", "ocsf", "--to", "http://127.0.0.1:" + server.getAddress().getPort() + "/in")).as("once more").isEqualTo(Exit.DONE);
        server.stop(0);
        assertThat(acknowledged).hasSize(DROPS + 3 * ORPHANS);
        assertThat(acknowledged.values()).containsOnly(1);
    }

    @Test
    void aTopicGetsEveryEventUnderItsId() throws Exception {
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic("siem", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        assertThat(feed("topic", "--format", "cef", "--events", "orphaned-syn-ack", "--to", "kafka:siem")).isEqualTo(Exit.DONE);
        List<ConsumerRecord<byte[], byte[]>> records = read("siem");
        assertThat(records).hasSize(3 * ORPHANS);
        assertThat(records).allSatisfy(record -> assertThat(new String(record.value(), StandardCharsets.UTF_8)).startsWith("CEF:0|")
                .contains("externalId=" + new String(record.key(), StandardCharsets.UTF_8) + " "));
    }

    @Test
    void flowRecordsAreHandedOnWhereTheyAreAskedForAndOnlyThere() throws Exception {
        Path all = folder.resolve("all.log");
        assertThat(feed("flows-too", "--format", "zeek", "--flows", "--to", "file:" + all)).isEqualTo(Exit.DONE);
        Map<String, Integer> paths = new TreeMap<>();
        for (String line : Files.readAllLines(all)) {
            paths.merge(JSON.readTree(line).path("_path").asText(), 1, Integer::sum);
        }
        assertThat(paths).isEqualTo(Map.of("conn", FLOWS, "notice", DROPS + 3 * ORPHANS));
        Path alone = folder.resolve("alone.log");
        assertThat(feed("flows-alone", "--format", "eve", "--events", "flow", "--to", "file:" + alone)).isEqualTo(Exit.DONE);
        List<String> ids = new ArrayList<>();
        for (String line : Files.readAllLines(alone)) {
            JsonNode event = JSON.readTree(line);
            assertThat(event.path("event_type").asText()).isEqualTo("flow");
            assertThat(event.at("/flow/pkts_toserver").asInt()).isEqualTo(9);
            ids.add(event.at("/crossgate/id").asText());
        }
        assertThat(ids).hasSize(FLOWS).doesNotHaveDuplicates();
    }

    /** An endpoint that kills the feed with SIGKILL: once when it has the lines and has not answered, once when it has just answered. */
    private static final class Killer {
        private static final int BEFORE_THE_ANSWER = 3;
        private static final int AFTER_THE_ANSWER = 6;
        /** How often each line came, by event and revision. */
        private final Map<String, Map<String, Integer>> received = new TreeMap<>();
        private final List<String> unanswered = new ArrayList<>();
        private final HttpServer server;
        private Process feed;
        private int requests;

        Killer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::take);
            server.start();
        }

        synchronized Process start(ProcessBuilder builder) throws IOException {
            feed = builder.start();
            return feed;
        }

        private synchronized void take(HttpExchange exchange) throws IOException {
            List<String> events = new ArrayList<>();
            for (String line : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                JsonNode event = JSON.readTree(line);
                events.add(event.at("/metadata/uid").asText() + "/" + event.at("/metadata/sequence").asText());
                received.computeIfAbsent(events.get(events.size() - 1), e -> new TreeMap<>()).merge(line, 1, Integer::sum);
            }
            requests++;
            if (requests == BEFORE_THE_ANSWER) {
                unanswered.addAll(events);
                feed.destroyForcibly();
                exchange.close();
                return;
            }
            BadIndex.answer(exchange, 200, "");
            if (requests == AFTER_THE_ANSWER) {
                feed.destroyForcibly();
            }
        }
    }

    @Test
    void aFeedThatIsKilledDeliversEveryEventAndWhatComesTwiceIsTheSameLine() throws Exception {
        Killer endpoint = new Killer();
        Path properties = folder.resolve("member.properties");
        Files.writeString(properties, "group.instance.id=siem-1\n"); // the next process is the same member: it need not wait until the group misses the last one
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), "io.crossgate.app.Main"));
        command.addAll(cluster.line("feed", List.of("--command-config", properties.toString(), "--group", "killed", "--format", "ocsf", "--batch", "40", "--to",
                "http://127.0.0.1:" + endpoint.server.getAddress().getPort() + "/in", "--end")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("killed.log").toFile()));
        List<Integer> codes = new ArrayList<>();
        try {
            for (int run = 0; run < 3; run++) {
                codes.add(endpoint.start(builder).waitFor());
            }
        } finally {
            endpoint.feed.destroyForcibly();
            endpoint.server.stop(0);
        }
        assertThat(codes).as("killed, killed, done: %s", Files.readString(folder.resolve("killed.log"))).containsExactly(137, 137, Exit.DONE);
        assertThat(endpoint.received).as("events and revisions").hasSize(DROPS + 3 * ORPHANS);
        assertThat(endpoint.received.values()).as("lines under one id and revision").allSatisfy(lines -> assertThat(lines).hasSize(1));
        Map<String, Integer> times = new TreeMap<>();
        endpoint.received.forEach((event, lines) -> times.put(event, lines.values().iterator().next()));
        assertThat(endpoint.unanswered).as("taken, never answered, so sent again").isNotEmpty().allSatisfy(event -> assertThat(times.get(event)).isGreaterThan(1));
        assertThat(times.values().stream().filter(n -> n > 1).count()).as("what two kills may send again is two batches").isLessThanOrEqualTo(80);
        assertThat(committed("killed")).isEqualTo(DROPS + 1 + 3 * ORPHANS);
    }

    @Test
    void whileTheDestinationIsDownTheFeedStaysInItsGroupAndCommitsNothing() throws Exception {
        Path properties = folder.resolve("client.properties");
        Files.writeString(properties, "max.poll.interval.ms=3000\nsession.timeout.ms=6000\nheartbeat.interval.ms=1000\n");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> feed("down", "--command-config", properties.toString(), "--to", "http://127.0.0.1:" + port));
        String member = onlyMember("down");
        Thread.sleep(8_000); // well beyond the longest time that a consumer may go without a poll
        assertThat(onlyMember("down")).isEqualTo(member);
        assertThat(committed("down")).isZero();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        int[] lines = {0};
        server.createContext("/", exchange -> {
            lines[0] += (int) new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).lines().count();
            BadIndex.answer(exchange, 200, "");
        });
        server.start();
        assertThat(code.get(60, TimeUnit.SECONDS)).isEqualTo(Exit.DONE);
        server.stop(0);
        assertThat(lines[0]).isEqualTo(DROPS + 3 * ORPHANS);
    }

    private String onlyMember(String group) throws Exception {
        try (Admin admin = Admin.create(client)) {
            while (true) {
                Map<String, ConsumerGroupDescription> groups = new HashMap<>();
                try {
                    groups.putAll(admin.describeConsumerGroups(List.of(group)).all().get(10, TimeUnit.SECONDS));
                } catch (java.util.concurrent.ExecutionException e) {
                    // not there yet
                }
                if (groups.containsKey(group) && groups.get(group).members().size() == 1 && !groups.get(group).members().iterator().next().assignment().topicPartitions()
                        .isEmpty()) {
                    return groups.get(group).members().iterator().next().consumerId();
                }
                Thread.sleep(200);
            }
        }
    }

    private long committed(String group) throws Exception {
        try (Admin admin = Admin.create(client)) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get(10, TimeUnit.SECONDS).values().stream().mapToLong(o -> o.offset()).sum();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
