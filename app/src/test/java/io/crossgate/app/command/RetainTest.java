package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.RegistryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The retain command on a real broker: the lake's rows are the topics' records, none missing and none doubled, whatever happens to the process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(900)
class RetainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 3;
    /** How often the process is killed; -Dcrossgate.kills=50 takes some minutes. */
    private static final int KILLS = Integer.getInteger("crossgate.kills", 6);
    private static final int FLOWS = 2_000 + 1_500 * KILLS;
    private static final int DROPS = 300;
    private static final Instant FROM = Instant.parse("2026-11-23T05:00:00Z");

    @TempDir
    static Path folder;
    private EmbeddedBroker broker;
    private EmbeddedRegistry registry;
    private Map<String, Object> client;

    @BeforeAll
    void records() throws Exception {
        broker = EmbeddedBroker.start(null);
        client = Map.of("bootstrap.servers", broker.bootstrapServers());
        registry = EmbeddedRegistry.start(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new Cluster(client, PATIENCE).prepareTopics(PARTITIONS);
        RegistryClient schemas = new RegistryClient(registry.uri(), PATIENCE);
        RecordCodec<InvalidDropRecord> drops = new RecordCodec<>(new InvalidDropRecord(), schemas.register(Topics.INVALID_DROPS), schemas::schema);
        RecordCodec<FlowRecord> flows = new RecordCodec<>(new FlowRecord(), schemas.register(Topics.FLOWS), schemas::schema);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < DROPS; i++) {
                send(producer, Topics.INVALID_DROPS, i, drops.encode(drop(i)));
            }
            send(producer, Topics.INVALID_DROPS, 5, "no Avro".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < FLOWS; i++) {
                send(producer, Topics.FLOWS, i, flows.encode(flow(i)));
            }
            byte[] cutShort = flows.encode(flow(0));
            send(producer, Topics.FLOWS, 0, Arrays.copyOf(cutShort, cutShort.length - 3));
        }
    }

    @AfterAll
    void end() {
        registry.close();
        broker.close();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Topics.Topic topic, int key, byte[] value) {
        producer.send(new ProducerRecord<>(topic.name(), ("flow-" + key).getBytes(StandardCharsets.UTF_8), value));
    }

    private static InvalidDropRecord drop(int i) {
        return InvalidDropRecord.newBuilder().setId("drop-" + i).setTime(FROM.plusSeconds(i)).setTimeNanos(7).setPacketTime(FROM.plusSeconds(i)).setPacketTimeNanos(0)
                .setGateway("gwa").setInterface$("wan").setCommunityId("1:ryAWYDZMMJE2sFNJXHyoCUYHLQQ=").setProtocol(6).setSource(new EndpointRecord("203.0.113.50", 443))
                .setDestination(new EndpointRecord("2001:db8::" + Integer.toHexString(1 + i % 7), 40_000 + i)).setSeq(1L).setAck(2L).setFlags(18).setIcmpType(-1)
                .setIcmpCode(-1).setReason("INVALID_NEW_SYN_ACK").setState("NONE").setEvidence("LOGGED").build();
    }

    private static FlowRecord flow(int i) {
        Instant time = FROM.plusMillis(i * 900L);
        return FlowRecord.newBuilder().setId("flow-" + i).setRevision(0).setLast(true).setGateway("gwa").setCommunityId("1:ryAWYDZMMJE2sFNJXHyoCUYHLQQ=").setProtocol(6)
                .setStart(time).setStartNanos(0).setEnd(time.plusMillis(40)).setEndNanos(9).setEndReason("END_OF_FLOW").setConnState("SF").setHistory("ShAdDaFf")
                .setOrigin(new FlowWayRecord("10.20.30." + i % 250, 40_000, 5L, 500L, 200L, 27, 0L)).setResponse(new FlowWayRecord("203.0.113.50", 443, 4L, 400L, 100L,
                        27, 0L)).setSynToSynAck(1_000L).setSynAckToAck(null).setConntrackState("TIME_WAIT")
                .setInvalid(i % 100 == 0 ? Map.of("INVALID_WINDOW", 2L) : Map.of()).build();
    }

    private List<String> line(Path lake, String... more) {
        List<String> line = new ArrayList<>(List.of("retain", "--bootstrap-servers", broker.bootstrapServers(), "--registry", registry.uri().toString()));
        line.addAll(List.of(more));
        line.add(lake.toString());
        return line;
    }

    private int retain(Path lake, String... more) {
        return Crossgate.run(line(lake, more).toArray(String[]::new));
    }

    /** The first column of a question about the lake's files of one table, which it calls {@code t}, as texts. */
    private List<String> ask(Path lake, LakeTable table, String question) throws IOException, SQLException {
        Lake open = Lake.open(lake);
        String files = open.state().files(table).stream().map(file -> DuckDb.quoted(open.path(file))).collect(Collectors.joining(", "));
        List<String> answers = new ArrayList<>();
        try (DuckDBConnection connection = DuckDb.open("1GiB", 1, folder.resolve("spill")); Statement statement = connection.createStatement()) {
            if (files.isEmpty()) {
                return answers;
            }
            try (ResultSet rows = statement.executeQuery("WITH t AS (FROM read_parquet([" + files + "], hive_partitioning = false)) " + question)) {
                while (rows.next()) {
                    answers.add(rows.getString(1));
                }
            }
        }
        return answers;
    }

    private static List<String> ids(String kind, int count) {
        return Stream.iterate(0, i -> i + 1).limit(count).map(i -> kind + "-" + i).sorted().toList();
    }

    private void assertWhole(Path lake) throws IOException, SQLException {
        assertThat(ask(lake, LakeTable.FLOWS, "SELECT id FROM t").stream().sorted().toList()).isEqualTo(ids("flow", FLOWS));
        assertThat(ask(lake, LakeTable.EVENTS, "SELECT id FROM t").stream().sorted().toList()).isEqualTo(ids("drop", DROPS));
        assertThat(ask(lake, LakeTable.UNREADABLE, "SELECT topic FROM t ORDER BY topic")).containsExactly(Topics.INVALID_DROPS.name(), Topics.FLOWS.name());
    }

    @Test
    @Order(1)
    void theLakesRowsAreTheTopicsRecordsAndASecondRunAddsNone() throws Exception {
        Path lake = folder.resolve("whole");
        assertThat(retain(lake, "--end")).isEqualTo(Exit.DONE);
        assertWhole(lake);
        long version = Lake.open(lake).state().version();
        assertThat(retain(lake, "--end")).isEqualTo(Exit.DONE);
        assertThat(Lake.open(lake).state().version()).isEqualTo(version);
        assertThat(ask(lake, LakeTable.FLOWS, "SELECT concat_ws(' ', start_ns, end_ns, origin_v4, response_port, history, invalid, community_hash) FROM t WHERE id = 'flow-100'"))
                .containsExactly("1795410090000000000 1795410090040000009 169090660 443 ShAdDaFf {INVALID_WINDOW=2} 12619110758375764113");
        assertThat(ask(lake, LakeTable.EVENTS, "SELECT concat_ws(' ', kind, destination_hi, destination_lo, record->>'time') FROM t WHERE id = 'drop-3'"))
                .containsExactly("invalid-drop 2306139568115548160 4 2026-11-23T05:00:03.000000007Z");
    }

    @Test
    @Order(2)
    void aFileIsInTheFolderOfItsHour() throws Exception {
        for (LakeFile file : Lake.open(folder.resolve("whole")).state().files()) {
            Instant first = Instant.ofEpochSecond(0, file.minTime());
            Instant last = Instant.ofEpochSecond(0, file.maxTime());
            String hour = first.toString().substring(0, 13);
            assertThat(last.toString()).startsWith(hour);
            if (file.table() != LakeTable.UNREADABLE) {
                assertThat(file.partition().folder()).endsWith("/dt=" + hour.substring(0, 10) + "/hour=" + hour.substring(11));
            }
        }
    }

    @Test
    @Order(3)
    void compactionLeavesTheSameRowsInOneSortedFileOfEachHour() throws Exception {
        Path lake = folder.resolve("compacted");
        assertThat(retain(lake, "--end", "--commit-rows", "1", "--command-config", smallPolls(500))).isEqualTo(Exit.DONE);
        assertThat(Crossgate.run("retain", "compact", "--settle", "0s", "--grace", "0s", lake.toString())).isEqualTo(Exit.DONE);
        assertWhole(lake);
        List<LakeFile> flows = Lake.open(lake).state().files(LakeTable.FLOWS);
        assertThat(flows).allMatch(LakeFile::compacted);
        assertThat(flows.stream().map(LakeFile::partition)).doesNotHaveDuplicates();
    }

    @Test
    @Order(4)
    void theRecordsOfAnAddressAreDeletedAndTheLogTellsHowManyButNotWhose() throws Exception {
        Path lake = folder.resolve("compacted");
        int of = (int) Stream.iterate(0, i -> i + 1).limit(FLOWS).filter(i -> i % 250 == 7).count();
        assertThat(Crossgate.run("retain", "forget", "--address", "10.20.30.7", "--reference", "TICKET-77", lake.toString())).isEqualTo(Exit.DONE);
        assertThat(ask(lake, LakeTable.FLOWS, "SELECT count(*) FROM t")).containsExactly(String.valueOf(FLOWS - of));
        assertThat(ask(lake, LakeTable.FLOWS, "SELECT count(*) FROM t WHERE origin_v4 = 169090567")).containsExactly("0");
        String log = Files.readString(lake.resolve("log").resolve("removals.ndjson"));
        assertThat(log).contains("TICKET-77", "\"flows\":" + of, "\"prefixLength\":32").doesNotContain("10.20.30.7");
        List<Path> onDisk;
        try (Stream<Path> all = Files.walk(lake)) {
            onDisk = all.filter(path -> path.toString().endsWith(".parquet")).toList();
        }
        assertThat(onDisk).hasSameSizeAs(Lake.open(lake).state().files());
    }

    @Test
    @Order(5)
    void whatIsOlderThanItMayBeIsRemoved() throws Exception {
        Path lake = folder.resolve("compacted");
        assertThat(Crossgate.run("retain", "compact", "--keep", "1h", "--grace", "0s", lake.toString())).isEqualTo(Exit.DONE);
        assertThat(Lake.open(lake).state().files(LakeTable.FLOWS).stream().filter(file -> file.maxTime() < (System.currentTimeMillis() - 7_200_000) * 1_000_000)).isEmpty();
        assertThat(Files.readString(lake.resolve("log").resolve("removals.ndjson"))).contains("\"what\":\"expiry\",\"reason\":\"age\"");
    }

    @Test
    @Order(6)
    void aLakeThatAnotherProcessWritesIsRefused() throws Exception {
        Path lake = folder.resolve("whole");
        try (LakeWriter other = LakeWriter.open(Lake.open(lake))) {
            assertThat(other.state().version()).isPositive();
            assertThat(retain(lake, "--end")).isEqualTo(Exit.FAILED);
            assertThat(Crossgate.run("retain", "forget", "--address", "10.1.2.3", lake.toString())).isEqualTo(Exit.FAILED);
        }
    }

    @Test
    @Order(7)
    void badInputIsOneLineAndAnExitCode() throws Exception {
        Path lake = folder.resolve("none");
        assertThat(Crossgate.run("retain", lake.toString())).isEqualTo(Exit.USAGE);
        assertThat(Crossgate.run("retain", "--bootstrap-servers", broker.bootstrapServers())).isEqualTo(Exit.USAGE);
        assertThat(retain(lake, "--keep", "forever")).isEqualTo(Exit.USAGE);
        assertThat(retain(lake, "--keep-bytes", "5")).isEqualTo(Exit.USAGE);
        assertThat(retain(lake, "--no-such-option")).isEqualTo(Exit.USAGE);
        assertThat(Crossgate.run("retain", "forget", "--address", "10.1.2.300", lake.toString())).isEqualTo(Exit.USAGE);
        assertThat(Crossgate.run("retain", "forget", "--address", "10.1.2.3", lake.toString())).isEqualTo(Exit.FAILED);
        assertThat(Crossgate.run("retain", "compact", lake.toString())).isEqualTo(Exit.FAILED);
        Path something = Files.createDirectories(folder.resolve("something"));
        Files.writeString(something.resolve("file"), "x");
        assertThat(retain(something, "--end")).isEqualTo(Exit.FAILED);
    }

    private String smallPolls(int records) throws IOException {
        Path properties = folder.resolve("polls-" + records + ".properties");
        Files.writeString(properties, "max.poll.records=" + records + "\n");
        return properties.toString();
    }

    /** Each kill comes at a random moment of the first 600 ms after the process has made a commit, in which it makes more and compacts. */
    @Test
    @Order(8)
    void killedAtRandomMomentsItLosesNoRecordAndDoublesNone() throws Exception {
        Path lake = folder.resolve("killed");
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Random random = new Random(1);
        for (int i = 0; i < KILLS; i++) {
            long before = version(lake);
            Process process = process(temporary, line(lake, "--commit-rows", "1", "--settle", "0s", "--grace", "0s", "--command-config", smallPolls(20)));
            long until = System.nanoTime() + 60_000_000_000L;
            while (process.isAlive() && version(lake) <= before && System.nanoTime() < until) {
                Thread.sleep(5);
            }
            Thread.sleep(random.nextInt(600));
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("retain.log"))).isTrue();
            process.destroyForcibly().waitFor();
            empty(temporary);
        }
        assertThat(Lake.open(lake).state().files(LakeTable.FLOWS).stream().mapToLong(LakeFile::rows).sum()).as("rows while there is still something to read").isLessThan(FLOWS);
        assertThat(retain(lake, "--end", "--settle", "1h")).isEqualTo(Exit.DONE);
        assertWhole(lake);
    }

    private static long version(Path lake) {
        try {
            return Files.exists(lake.resolve("lake.json")) ? Lake.open(lake).state().version() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Process process(Path temporary, List<String> line) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary, "-cp", System.getProperty("java.class.path"), "io.crossgate.app.Main"));
        command.addAll(line);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("retain.log").toFile()).start();
    }

    /** A killed process leaves the native library that it had unpacked. */
    private static void empty(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    @Order(9)
    void onAFullDiskItWaitsAndGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()) == 0, "a small disk can't be mounted: that takes root");
        try {
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[(8 << 20) - (100 << 10)]);
            Path lake = disk.resolve("lake");
            Process process = process(Files.createDirectories(folder.resolve("tmp")), line(lake, "--end", "--settle", "1h"));
            try {
                Path log = folder.resolve("retain.log");
                for (int i = 0; i < 1_200 && process.isAlive() && !Files.readString(log).contains("no room on the disk"); i++) {
                    Thread.sleep(100);
                }
                assertThat(Files.readString(log)).contains("no room on the disk", "offsets stay where they are");
                assertThat(version(lake)).isZero();
                Files.delete(ballast);
                assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(Exit.DONE);
                assertThat(Files.readString(log)).contains("there is room again");
                assertWhole(lake);
            } finally {
                process.destroyForcibly().waitFor();
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    @Order(10)
    void whatTheTopicHasDeletedIsCountedAndTheRestIsKept() throws Exception {
        Path lake = folder.resolve("late");
        TopicPartition partition = new TopicPartition(Topics.FLOWS.name(), 1);
        try (Admin admin = Admin.create(client)) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(100))).all().get();
        }
        assertThat(retain(lake, "--end")).isEqualTo(Exit.DONE);
        int kept = Integer.parseInt(ask(lake, LakeTable.FLOWS, "SELECT count(*) FROM t").get(0)) + Integer.parseInt(ask(lake, LakeTable.UNREADABLE,
                "SELECT count(*) FROM t WHERE topic = '" + Topics.FLOWS.name() + "'").get(0));
        assertThat(kept).isEqualTo(FLOWS + 1 - 100);
        assertThat(Files.readString(lake.resolve("log").resolve("removals.ndjson"))).contains("\"what\":\"missing\"", "\"from\":0,\"to\":99");
    }
}
