package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.retain.Retain;
import io.crossgate.retention.retain.RetainSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.EndpointRecord;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.wire.RecordCodec;
import java.io.IOException;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
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
    private static final int PARTITIONS = 3;
    /** How often the process is killed; -Dcrossgate.kills=50 takes some minutes. */
    private static final int KILLS = Integer.getInteger("crossgate.kills", 6);
    private static final int FLOWS = 2_000 + 1_500 * KILLS;
    private static final int DROPS = 300;
    private static final Instant FROM = Instant.parse("2026-11-23T05:00:00Z");

    @TempDir
    static Path folder;
    private OwnCluster cluster;

    @BeforeAll
    void records() {
        cluster = new OwnCluster(PARTITIONS);
        RecordCodec<InvalidDropRecord> drops = cluster.codecs().drops();
        RecordCodec<FlowRecord> flows = cluster.codecs().flows();
        for (int i = 0; i < DROPS; i++) {
            cluster.send(Topics.INVALID_DROPS, i, drops.encode(drop(i)));
        }
        cluster.send(Topics.INVALID_DROPS, 5, "no Avro".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < FLOWS; i++) {
            cluster.send(Topics.FLOWS, i, flows.encode(flow(i)));
        }
        byte[] cutShort = flows.encode(flow(0));
        cluster.send(Topics.FLOWS, 0, Arrays.copyOf(cutShort, cutShort.length - 3));
        cluster.flush();
    }

    @AfterAll
    void end() {
        cluster.close();
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
        List<String> line = cluster.line("retain", List.of(more));
        line.add(lake.toString());
        return line;
    }

    private Ran retain(Path lake, String... more) {
        return Ran.of(line(lake, more));
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
        retain(lake, "--end").endedWith(Exit.DONE);
        assertWhole(lake);
        long version = Lake.open(lake).state().version();
        retain(lake, "--end").endedWith(Exit.DONE);
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
        retain(lake, "--end", "--commit-rows", "1", "--command-config", smallPolls(500)).endedWith(Exit.DONE);
        Ran.of("retain", "compact", "--settle", "0s", "--grace", "0s", lake.toString()).endedWith(Exit.DONE);
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
        Ran.of("retain", "forget", "--address", "10.20.30.7", "--reference", "TICKET-77", lake.toString()).endedWith(Exit.DONE);
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
        Ran.of("retain", "compact", "--keep", "1h", "--grace", "0s", lake.toString()).endedWith(Exit.DONE);
        assertThat(Lake.open(lake).state().files(LakeTable.FLOWS).stream().filter(file -> file.maxTime() < (System.currentTimeMillis() - 7_200_000) * 1_000_000)).isEmpty();
        assertThat(Files.readString(lake.resolve("log").resolve("removals.ndjson"))).contains("\"what\":\"expiry\",\"reason\":\"age\"");
    }

    @Test
    @Order(6)
    void aLakeThatAnotherProcessWritesIsRefused() throws Exception {
        Path lake = folder.resolve("whole");
        try (LakeWriter other = LakeWriter.open(Lake.open(lake))) {
            assertThat(other.state().version()).isPositive();
            retain(lake, "--end").endedWith(Exit.FAILED);
            Ran.of("retain", "forget", "--address", "10.1.2.3", lake.toString()).endedWith(Exit.FAILED);
        }
    }

    @Test
    @Order(7)
    void badInputIsOneLineAndAnExitCode() throws Exception {
        Path lake = folder.resolve("none");
        Ran.of("retain", lake.toString()).endedWith(Exit.USAGE);
        Ran.of("retain", "--bootstrap-servers", "127.0.0.1:1").endedWith(Exit.USAGE);
        retain(lake, "--keep", "forever").endedWith(Exit.USAGE);
        retain(lake, "--keep-bytes", "5").endedWith(Exit.USAGE);
        retain(lake, "--no-such-option").endedWith(Exit.USAGE);
        Ran.of("retain", "forget", "--address", "10.1.2.300", lake.toString()).endedWith(Exit.USAGE);
        Ran.of("retain", "forget", "--address", "10.1.2.3", lake.toString()).endedWith(Exit.FAILED);
        Ran.of("retain", "compact", lake.toString()).endedWith(Exit.FAILED);
        Path something = Files.createDirectories(folder.resolve("something"));
        Files.writeString(something.resolve("file"), "x");
        retain(something, "--end").endedWith(Exit.FAILED);
    }

    private String smallPolls(int records) throws IOException {
        Path properties = folder.resolve("polls-" + records + ".properties");
        Files.writeString(properties, "max.poll.records=" + records + "\n");
        return properties.toString();
    }

    /** Flows of the first hour expire when upkeep comes to them; those of the second may, if the test runs across an hour of the clock. */
    @Test
    @Order(8)
    void whileItWritesCompactsAndExpiresEachAnswerHoldsEveryRowOnceAndNoneIsMissing() throws Exception {
        Path lake = folder.resolve("asked");
        Lake.openOrMake(lake);
        long keep = Duration.between(FROM.plus(Duration.ofHours(1)), Instant.now()).toHours();
        Process process = process(Files.createDirectories(folder.resolve("tmp")), line(lake, "--commit-rows", "1", "--settle", "0s", "--keep", keep + "h", "--command-config",
                smallPolls(200)));
        Set<String> last = ids("flow", FLOWS).stream().filter(id -> Integer.parseInt(id.substring(5)) * 900L >= 2 * 3_600_000).collect(Collectors.toSet());
        Set<String> before = Set.of();
        try {
            for (boolean enough = false; !enough;) {
                enough = before.size() == last.size() && whatUpkeepHasDone(lake).equals(Set.of("compaction", "expiry"));
                Ran ran = Ran.of("query", "--lake", lake.toString(), "--format", "csv", "SELECT id, count(*) AS copies FROM flows GROUP BY id").endedWith(Exit.DONE);
                assertThat(ran.err()).isEmpty();
                List<String> rows = ran.out().lines().skip(1).toList();
                assertThat(rows).as("each once").allMatch(row -> row.endsWith(",1"));
                Set<String> ids = rows.stream().map(row -> row.substring(0, row.indexOf(','))).filter(last::contains).collect(Collectors.toSet());
                assertThat(ids).as("what the answer before held").containsAll(before);
                before = ids;
                assertThat(process.isAlive()).as(Files.readString(folder.resolve("retain.log"))).isTrue();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(before).isEqualTo(last);
    }

    private static Set<String> whatUpkeepHasDone(Path lake) throws IOException {
        Set<String> done = new HashSet<>();
        if (Lake.open(lake).state().files().stream().anyMatch(LakeFile::compacted)) {
            done.add("compaction");
        }
        if (Files.exists(lake.resolve("log").resolve("removals.ndjson"))) {
            done.add("expiry");
        }
        return done;
    }

    /** Each kill comes at a random moment of the first 600 ms after the process has made a commit, in which it makes more and compacts. */
    @Test
    @Order(9)
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
        retain(lake, "--end", "--settle", "1h").endedWith(Exit.DONE);
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
    @Order(10)
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
    @Order(11)
    void whatTheTopicHasDeletedIsCountedAndTheRestIsKept() throws Exception {
        Path lake = folder.resolve("late");
        TopicPartition partition = new TopicPartition(Topics.FLOWS.name(), 1);
        try (Admin admin = Admin.create(cluster.client())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(100))).all().get();
        }
        retain(lake, "--end").endedWith(Exit.DONE);
        assertThat(kept(lake)).isEqualTo(FLOWS + 1 - 100);
        assertThat(Files.readString(lake.resolve("log").resolve("removals.ndjson"))).contains("\"what\":\"missing\"", "\"from\":0,\"to\":99");
    }

    /** Records of the flows' topic that have a row. */
    private int kept(Path lake) throws IOException, SQLException {
        return Integer.parseInt(ask(lake, LakeTable.FLOWS, "SELECT count(*) FROM t").get(0)) + Integer.parseInt(ask(lake, LakeTable.UNREADABLE,
                "SELECT count(*) FROM t WHERE topic = '" + Topics.FLOWS.name() + "'").get(0));
    }

    @Test
    @Order(12)
    void partitionsThatATopicIsGivenMeanwhileAreReadFromTheirBeginning() throws Exception {
        Path lake = folder.resolve("grown");
        Map<String, Object> client = new HashMap<>(cluster.client());
        client.put("metadata.max.age.ms", 500);
        client.put("max.poll.records", 1_000); // so that it is still reading the others
        RetainSettings settings = new RetainSettings(1, Duration.ofSeconds(1), Duration.ofHours(1), null, Long.MAX_VALUE, Duration.ZERO, "500MB", 2, false);
        List<String> said = new CopyOnWriteArrayList<>();
        String there = "SELECT id FROM t WHERE id LIKE 'new-%' ORDER BY id";
        try (Admin admin = Admin.create(cluster.client())) {
            admin.deleteRecords(Map.of(new TopicPartition(Topics.FLOWS.name(), 1), RecordsToDelete.beforeOffset(100))).all().get();
        }
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(lake)); Retain retain = new Retain(settings, writer, client, cluster.schemas()::schema, said::add)) {
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(retain));
            await(run, said, () -> version(lake) > 0);
            try (Admin admin = Admin.create(cluster.client())) {
                admin.createPartitions(Map.of(Topics.FLOWS.name(), NewPartitions.increaseTo(PARTITIONS + 1))).all().get();
            }
            RecordCodec<FlowRecord> flows = cluster.codecs().flows();
            for (int partition = 0; partition <= PARTITIONS; partition++) {
                FlowRecord flow = flow(partition);
                flow.setId("new-" + partition);
                cluster.sendTo(Topics.FLOWS, partition, flows.encode(flow));
            }
            cluster.flush();
            await(run, said, () -> ask(lake, LakeTable.FLOWS, there).size() == PARTITIONS + 1);
            retain.stop();
            run.get();
        }
        assertThat(ask(lake, LakeTable.FLOWS, there)).containsExactly("new-0", "new-1", "new-2", "new-3");
        assertThat(ask(lake, LakeTable.FLOWS, "SELECT count(*) - count(DISTINCT id) FROM t")).as("none twice").containsExactly("0");
        assertThat(Lake.open(lake).state().offsets().get(Topics.FLOWS.name()).next()).hasSize(PARTITIONS + 1).last().isEqualTo(1L);
        assertThat(Files.readString(lake.resolve("log").resolve("removals.ndjson")).lines()).as("what is missing is told once").hasSize(1);
        retain(lake, "--end").endedWith(Exit.DONE);
        assertThat(ask(lake, LakeTable.FLOWS, there)).as("the next run goes on behind them").hasSize(PARTITIONS + 1);
        assertThat(kept(lake)).isEqualTo(FLOWS + 1 - 100 + PARTITIONS + 1);
    }

    private static void run(Retain retain) {
        try {
            assertThat(retain.run()).as("rows that were not written").isZero();
        } catch (IOException | SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Condition {
        boolean holds() throws IOException, SQLException;
    }

    /** Waits until it holds; not for long, and not when the run has ended. */
    private static void await(CompletableFuture<Void> run, List<String> said, Condition condition) throws Exception {
        for (int i = 0; i < 600 && !condition.holds(); i++) {
            if (run.isDone()) {
                run.get();
            }
            Thread.sleep(100);
        }
        assertThat(condition.holds()).as("in a minute; it said %s", said).isTrue();
    }
}
