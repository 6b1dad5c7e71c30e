package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.app.report.Findings;
import io.crossgate.app.report.Golden;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.ingest.capture.Inputs;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each question answers, of a lake that retain has made of what detection found in the bundled captures, and of some flows of IPv6, which they have not: golden
 * files, in {@code src/test/resources/query}. And what is said where nothing can be answered.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class QueryTest {
    private static final String CAPTURES = Path.of("..", "captures", "maintenance").toString();
    private static final Instant SIX = Instant.parse("2026-11-20T06:59:30Z");
    private static final String SERVER = "2001:db8:50::443";
    private static final int TCP = 6;

    @TempDir
    static Path folder;
    private Path lake;

    @BeforeAll
    void fill() throws Exception {
        lake = folder.resolve("lake");
        DetectSettings settings = DetectSettings.defaults().withFirewalls(Set.of("gwa")).withFlowRecords(FlowRecordSettings.OFF.made());
        try (Pipeline pipeline = new Pipeline(null, 2, false)) {
            pipeline.run(Inputs.parse(List.of(CAPTURES)), settings, new Findings(), false);
            RegistryClient registry = new RegistryClient(URI.create(pipeline.registryAddress()), Duration.ofSeconds(30));
            RecordCodec<FlowRecord> flows = Codecs.of(registry).flows();
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", pipeline.bootstrapServers(), "max.in.flight.requests.per.connection", 1), new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (FlowRecord flow : ipv6()) {
                    producer.send(new ProducerRecord<>(Topics.FLOWS.name(), flow.getCommunityId().getBytes(StandardCharsets.US_ASCII), flows.encode(flow)));
                }
            }
            Ran.of("retain", "--bootstrap-servers", pipeline.bootstrapServers(), "--registry", pipeline.registryAddress(), "--end", lake.toString()).endedWith(Exit.DONE);
        }
    }

    /**
     * Two gateways, of which gwb sees what clients send, and gwa what they are sent. Those of 2001:db8:30::/48 get through, but for each third; of 2001:db8:31::/48 none
     * does. The last of all is in the next hour.
     */
    private static List<FlowRecord> ipv6() {
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Instant start = SIX.plusSeconds(4L * i);
            String client = "2001:db8:" + (i < 7 ? "30:" : "31:") + i + "::" + Integer.toHexString(10 + i);
            boolean works = i < 7 && i % 3 > 0;
            flows.add(flow("there-" + i, "gwb", client, 40_000 + i, start, works ? "SF" : "S0", works ? "SADF" : "S", works ? 5 : 3, 0));
            flows.add(flow("back-" + i, "gwa", client, 40_000 + i, start.plusMillis(20), works ? "SHR" : "SH", works ? "hadf" : "h", 0, works ? 4 : 2));
        }
        return flows;
    }

    private static FlowRecord flow(String id, String gateway, String client, int port, Instant start, String state, String history, long there, long back) {
        IpNumbers from = new IpNumbers();
        IpNumbers to = new IpNumbers();
        assertThat(from.parse(client) && to.parse(SERVER)).isTrue();
        String communityId = FlowKey.of(true, TCP, from.high, from.low, to.high, to.low, port, 443).communityId();
        return FlowRecord.newBuilder().setId(id).setRevision(0).setLast(true).setGateway(gateway).setCommunityId(communityId).setProtocol(TCP).setStart(start)
                .setStartNanos(0).setEnd(start.plusMillis(300)).setEndNanos(9).setEndReason("END_OF_FLOW").setConnState(state).setHistory(history)
                .setOrigin(new FlowWayRecord(client, port, there, 100 * there, 0L, there == 0 ? 0 : 18, 0L))
                .setResponse(new FlowWayRecord(SERVER, 443, back, 120 * back, 0L, back == 0 ? 0 : 18, 0L)).setSynToSynAck(null).setSynAckToAck(null).setConntrackState("")
                .setInvalid(Map.of()).build();
    }

    private static List<String> line(Path of, String question) {
        List<String> line = new ArrayList<>(List.of("query", "--lake", of.toString()));
        line.addAll(Arrays.asList(question.split(" (?=([^\"]*\"[^\"]*\")*[^\"]*$)")));
        line.replaceAll(word -> word.replace("\"", ""));
        return line;
    }

    private Ran query(String question) {
        return Ran.of(line(lake, question));
    }

    /** Into a file: it is the same in every locale. */
    private String answer(String question) throws IOException {
        Path file = folder.resolve("answer");
        Ran ran = query(question + " -o " + file).endedWith(Exit.DONE);
        assertThat(ran.out() + ran.err()).isEmpty();
        return Files.readString(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "flows.txt           | flows 10.20.30.0/24 203.0.113.0/24 --limit 5",
        "flows-ipv6.txt      | flows 2001:db8:31::/48 2001:db8:50::/64",
        "community.txt       | community 1:1FDScJReA8ghFPzI1ug7pNF6OJY=",
        "community.json      | community 1:1FDScJReA8ghFPzI1ug7pNF6OJY= --format json",
        "community-ipv6.csv  | community 1:PXQ7q246IK2R6ICqRlq+cFpXMQI= --format csv",
        "orphans.txt         | orphans",
        "reasons.txt         | reasons",
        "symmetry.txt        | symmetry",
        "asymmetric.txt      | asymmetric",
        "handshakes.txt      | handshakes 203.0.113.50:443",
        "handshakes-ipv6.txt | handshakes [2001:db8:50::443]:443",
        "handshakes-other-port.txt | handshakes [2001:db8:50::443]:80",
        "handshakes.csv      | handshakes 2001:db8:50::443 --format csv",
        "handshakes.json     | handshakes 203.0.113.50 --format json",
        "flows.csv           | flows 2001:db8:30::/47 2001:db8:50::443 --format csv --limit 3",
        "flows.json          | flows 10.20.30.0/24 203.0.113.0/24 --limit 2 --format json",
        "sql.txt             | \"SELECT gateway, conn_state, count(*) AS flows, sum(origin_packets) AS packets FROM flows GROUP BY ALL ORDER BY ALL\"",
        "sql-types.json      | \"SELECT gateway, last, syn_to_syn_ack, invalid, [1, 2] AS list, end_time, 0.5 AS half FROM flows WHERE cardinality(invalid) > 0 ORDER BY end_ns LIMIT 2\" --format json",
        "sql-types.csv       | \"SELECT NULL AS nothing, '' AS empty, 'a,b' AS comma, chr(34) AS quote, true AS yes, TIMESTAMP '2026-11-01 00:00:00' AS midnight\" --format csv",
        "sql-incidents.txt   | \"SELECT cause, clients, server, server_port, failed, handshakes, drops FROM incidents ORDER BY ALL\"",
        "sql-in-cidr.txt     | \"SELECT origin, count(*) AS flows FROM flows WHERE in_cidr(origin, '2001:db8:31::/48') GROUP BY ALL ORDER BY ALL\""})
    void theAnswerIsThatOfTheGoldenFile(String name, String question) throws Exception {
        Golden.check("query", name, answer(question));
    }

    @ParameterizedTest
    @ValueSource(strings = {"community 1:1FDScJReA8ghFPzI1ug7pNF6OJY=", "\"SELECT gateway, last, start_time, start_ns, origin_v4, response_hi FROM flows ORDER BY id\""})
    void aParquetFileHoldsTheRowsThatCsvHas(String question) throws Exception {
        Path parquet = folder.resolve("answer.parquet");
        Path csv = folder.resolve("answer.csv");
        query(question + " --format parquet -o " + parquet).endedWith(Exit.DONE);
        query(question + " --format csv -o " + csv).endedWith(Exit.DONE);
        try (Connection duck = DuckDb.open("500MB", 1, folder.resolve("spill")); Statement statement = duck.createStatement()) {
            String rows = "FROM " + DuckDb.parquet(List.of(parquet));
            List<String> types = rows(statement, "SELECT '\"' || column_name || '\"::' || column_type FROM (DESCRIBE " + rows + ")");
            String texts = "SELECT " + String.join(", ", types) + " FROM read_csv(" + DuckDb.quoted(csv) + ", all_varchar = true, allow_quoted_nulls = false)";
            assertThat(rows(statement, "SELECT count(*) " + rows)).containsExactly(String.valueOf(Files.readAllLines(csv).size() - 1)).doesNotContain("0");
            assertThat(rows(statement, "(" + rows + " EXCEPT ALL " + texts + ") UNION ALL (" + texts + " EXCEPT ALL " + rows + ")")).as("in one of the two").isEmpty();
        }
    }

    @Test
    void aParquetFileHasTheTypesOfTheLake() throws Exception {
        Path parquet = folder.resolve("types.parquet");
        query("\"SELECT * FROM flows\" --format parquet -o " + parquet).endedWith(Exit.DONE);
        try (Connection duck = DuckDb.open("500MB", 1, folder.resolve("spill")); Statement statement = duck.createStatement()) {
            assertThat(rows(statement, "SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM " + DuckDb.parquet(List.of(parquet)) + ")"))
                    .containsAll(LakeTable.FLOWS.columns().stream().map(column -> column.name() + " " + column.type()).toList()).contains("end_time TIMESTAMP_NS", "origin VARCHAR");
        }
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    @Test
    void whatIsPrintedIsWhatAFileHolds() throws Exception {
        assertThat(query("handshakes 203.0.113.50 --format csv").endedWith(Exit.DONE).out()).isEqualTo(answer("handshakes 203.0.113.50 --format csv"));
        assertThat(query("reasons").endedWith(Exit.DONE).out()).isEqualTo(answer("reasons"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"SELEC 1\"                                        | syntax error",
        "\"SELECT no_column FROM flows\"                    | no_column",
        "\"SELECT * FROM nowhere\"                          | nowhere",
        "\"SELECT 1; SELECT 2\"                             | one SELECT",
        "\"DROP VIEW flows\"                                | SELECT",
        "\"COPY flows TO 'x.csv'\"                          | SELECT",
        "\"SELECT * FROM read_csv('/etc/passwd')\"          | /etc/passwd",
        "\"SELECT 'a'::INTEGER FROM flows\"                 | Could not convert",
        "\"SELECT count(*) FROM flows WHERE in_cidr(origin, '10.20.0.0/33')\" | '10.20.0.0/33' is no prefix",
        "flows 10.20.30.300 203.0.113.50                    | '10.20.30.300' is no prefix",
        "flows 10.20.30.0/33 203.0.113.50                   | '10.20.30.0/33' is no prefix",
        "flows 10.20.30.0/24 2001:db8::/32                  | one prefix is IPv4 and the other IPv6",
        "flows 10.20.30.0/24                                | Missing required parameter",
        "community 1:short                                  | '1:short' is no Community ID",
        "handshakes 203.0.113.50:65536                      | is no service",
        "handshakes [2001:db8::50:443                       | is no service",
        "orphans --format parquet                           | --format parquet goes into a file: name it with -o",
        "orphans --format xml                               | '--format'",
        "flows 10.0.0.0/8 203.0.113.50 --limit 0            | --limit is 1 or more",
        "reasons --limit many                               | '--limit'",
        "orphans --since 2026-11-02 --until 2026-11-01      | nothing is between '2026-11-02' and '2026-11-01'",
        "orphans --since 2026-11-02 --until 2026-11-02      | nothing is between '2026-11-02' and '2026-11-02'",
        "orphans --since yesterday                          | 'yesterday' is no time",
        "orphans --until 2026-02-30                         | '2026-02-30' is no time"})
    void whatIsAskedWronglyIsExitCode2AndALineThatSaysWhatIsWrong(String question, String says) {
        Ran ran = query(question).endedWith(Exit.USAGE);
        assertThat(ran.errLines()).hasSize(2);
        assertThat(ran.errLines().get(0)).startsWith("crossgate: ").contains(says).doesNotContain("Exception");
        assertThat(ran.errLines().get(1)).startsWith("Usage: crossgate query");
        assertThat(ran.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "FOLDER/none | orphans                         | there is no lake at FOLDER/none; `crossgate retain` makes one",
        "FOLDER      | orphans                         | there is no lake at FOLDER: the folder has no lake.json",
        "FOLDER/lake | orphans -o FOLDER/none/answer   | there is no folder FOLDER/none",
        "FOLDER/lake | orphans --format parquet -o FOLDER/none/answer | there is no folder FOLDER/none",
        "FOLDER/lake | orphans -o FOLDER/lake          | FOLDER/lake is a folder"})
    void whatCanNotBeDoneIsExitCode1AndOneLine(String of, String question, String says) {
        Ran ran = Ran.of(line(Path.of(of.replace("FOLDER", folder.toString())), question.replace("FOLDER", folder.toString()))).endedWith(Exit.FAILED);
        assertThat(ran.errLines()).hasSize(1);
        assertThat(ran.err()).startsWith("crossgate: ").contains(says.replace("FOLDER", folder.toString())).doesNotContain("Exception", ".part");
        assertThat(ran.out()).isEmpty();
    }

    /** Nothing of these files can be read any more, but for their length and what Parquet files begin and end with. */
    private static void destroy(Path of, List<LakeFile> files) throws IOException {
        for (LakeFile file : files) {
            byte[] bytes = Files.readAllBytes(of.resolve(file.path()));
            Arrays.fill(bytes, 4, bytes.length - 4, (byte) 0x5a);
            Files.write(of.resolve(file.path()), bytes);
        }
    }

    private Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (Stream<Path> all = Files.walk(lake)) {
            for (Path path : all.toList()) {
                Path to = copy.resolve(lake.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(path, to);
                }
            }
        }
        return copy;
    }

    @ParameterizedTest
    @CsvSource({
        "--until 2026-11-20T07:00:00Z, dt=2026-11-20/hour=06, 16",
        "--since 2026-11-20T07:00:00Z --until 2026-11-21, dt=2026-11-20/hour=07, 4",
        "--since 2026-11-20T08:00:00+01:00 --until 2026-11-20T09:00:00+01:00, dt=2026-11-20/hour=07, 4",
        "--since 2026-11-23, dt=2026-11-23/hour=05, 501"})
    void filesOfOtherHoursAreNotRead(String range, String hour, int flows) throws Exception {
        Path copy = copy("hours-" + hour.hashCode() + range.hashCode());
        destroy(copy, Lake.open(copy).state().files().stream().filter(file -> !file.partition().folder().endsWith(hour)).toList());
        String sql = "\"SELECT count(*) AS flows FROM flows\" --format csv ";
        Ran ran = Ran.of(line(copy, sql + range)).endedWith(Exit.DONE);
        assertThat(ran.err()).as("nothing to complain of").isEmpty();
        assertThat(ran.out()).isEqualTo("flows\n" + flows + "\n");
        Ran all = Ran.of(line(copy, sql)).endedWith(Exit.DONE);
        assertThat(all.out()).as("without a range, of what can be read").isEqualTo("flows\n" + flows + "\n");
        assertThat(all.errLines()).isNotEmpty().allMatch(line -> line.startsWith("crossgate: " + copy) && line.contains(" is left out: "));
    }

    @Test
    void aBrokenFileIsNamedAndLeftOutAndTheRestIsAnswered() throws Exception {
        Path copy = copy("broken");
        List<LakeFile> files = Lake.open(copy).state().files(LakeTable.FLOWS);
        LakeFile gone = files.stream().filter(file -> file.partition().folder().endsWith("hour=06")).findFirst().orElseThrow();
        LakeFile cut = files.stream().filter(file -> file.partition().folder().endsWith("hour=05")).findFirst().orElseThrow();
        Files.delete(copy.resolve(gone.path()));
        Files.write(copy.resolve(cut.path()), Arrays.copyOf(Files.readAllBytes(copy.resolve(cut.path())), 1_000));
        Ran ran = Ran.of(line(copy, "handshakes 2001:db8:50::443 --format csv")).endedWith(Exit.DONE);
        assertThat(ran.errLines()).containsExactlyInAnyOrder("crossgate: " + copy.resolve(gone.path()) + " is left out: it is not there",
                "crossgate: " + copy.resolve(cut.path()) + " is left out: it has 1000 bytes, and the manifest says " + cut.bytes());
        assertThat(ran.out()).isEqualTo("""
                clients,server,port,gateways,handshakes,failed,failed_percent,states,first_failed,last_failed
                2001:db8:31::/48,2001:db8:50::443,443,gwa gwb,2,2,100.0,S0 SH,2026-11-20T07:00:02Z,2026-11-20T07:00:06Z
                """);
    }
}
