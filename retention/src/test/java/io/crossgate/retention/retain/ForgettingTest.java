package io.crossgate.retention.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which records go with an address, of either family, and what the lake's log says of it. */
class ForgettingTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant ONE = NOON.plusSeconds(3_600);
    private static final String SERVER = "2001:db8:50::443";
    private static final String SERVER_V4 = "203.0.113.50";
    private static final List<String> RECORDS = List.of("d-7", "d-7-as-source", "d-v4", "f-31", "f-7", "f-7-as-server", "f-8", "f-later", "f-v4", "f-v4-mapped",
            "i-7-in-remedy", "i-7-is-server", "i-all-of-30", "i-v4", "o-31", "o-8");

    @TempDir
    static Path filled;
    @TempDir
    Path folder;

    @BeforeAll
    static void fill() throws Exception {
        try (RecordLake lake = new RecordLake(filled)) {
            lake.add(RecordLake.flow("f-7", "2001:db8:30::7", SERVER, NOON));
            lake.add(RecordLake.flow("f-7-as-server", "2001:db8:31::1", "2001:db8:30::7", NOON));
            lake.add(RecordLake.flow("f-8", "2001:db8:30:0:ffff::8", SERVER, NOON));
            lake.add(RecordLake.flow("f-31", "2001:db8:31::7", SERVER, NOON));
            lake.add(RecordLake.flow("f-v4", "10.20.30.7", SERVER_V4, NOON));
            lake.add(RecordLake.flow("f-v4-mapped", "::ffff:10.20.30.8", SERVER_V4, NOON));
            lake.commit();
            lake.add(RecordLake.flow("f-later", "2001:db8:30::7", SERVER, ONE));
            lake.add(RecordLake.drop("d-7", SERVER, "2001:db8:30::7", NOON));
            lake.add(RecordLake.drop("d-7-as-source", "2001:db8:30::7", "2001:db8:31::1", NOON));
            lake.add(RecordLake.drop("d-v4", SERVER_V4, "10.20.30.7", NOON));
            lake.add(RecordLake.orphan("o-8", SERVER, "2001:db8:30:0:ffff::8", NOON));
            lake.add(RecordLake.orphan("o-31", SERVER, "2001:db8:31::7", NOON));
            lake.add(RecordLake.incident("i-all-of-30", SERVER, "2001:db8:30::/48", "ip route add 2001:db8:30::/48 via fe80::1", NOON));
            lake.add(RecordLake.incident("i-7-is-server", "2001:db8:30::7", "2001:db8:31::/48", "", NOON));
            lake.add(RecordLake.incident("i-7-in-remedy", SERVER, "2001:db8:31::/48", "ip -6 route get 2001:db8:30::7", NOON));
            lake.add(RecordLake.incident("i-v4", SERVER_V4, "10.20.30.0/24", "", NOON));
            lake.commit();
        }
    }

    @BeforeEach
    void copy() throws IOException {
        RecordLake.copy(filled, folder);
    }

    /** Of all three tables. */
    private List<String> ids() throws IOException {
        return RecordLake.ask(folder, "SELECT id FROM flows UNION ALL SELECT id FROM events UNION ALL SELECT id FROM incidents ORDER BY id");
    }

    private static List<String> without(String... gone) {
        List<String> left = new ArrayList<>(RECORDS);
        for (String of : gone) {
            if (of != null) {
                assertThat(left.removeAll(Arrays.asList(of.split(" ")))).isTrue();
            }
        }
        return left;
    }

    private static int count(String gone) {
        return gone == null ? 0 : gone.split(" ").length;
    }

    private List<JsonNode> log() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("log").resolve("removals.ndjson"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2001:db8:30::7                      | IPv6 | 128 | f-7 f-7-as-server f-later     | d-7 d-7-as-source     | i-7-in-remedy i-7-is-server",
        "2001:0DB8:30:0:0:0:0:7              | IPv6 | 128 | f-7 f-7-as-server f-later     | d-7 d-7-as-source     | i-7-in-remedy i-7-is-server",
        "2001:db8:30::/64                    | IPv6 | 64  | f-7 f-7-as-server f-8 f-later | d-7 d-7-as-source o-8 | i-7-is-server",
        "2001:db8:30::/48                    | IPv6 | 48  | f-7 f-7-as-server f-8 f-later | d-7 d-7-as-source o-8 | i-7-is-server i-all-of-30",
        "2001:db8:30::/112                   | IPv6 | 112 | f-7 f-7-as-server f-later     | d-7 d-7-as-source     | i-7-is-server",
        "2001:db8::/32                       | IPv6 | 32  | f-31 f-7 f-7-as-server f-8 f-later | d-7 d-7-as-source o-31 o-8 | i-7-in-remedy i-7-is-server i-all-of-30",
        "::ffff:10.20.30.8                   | IPv4 | 32  | f-v4-mapped                   |                       |",
        "10.20.30.0/24                       | IPv4 | 24  | f-v4 f-v4-mapped              | d-v4                  | i-v4",
        "2001:db8:30::70                     | IPv6 | 128 |                               |                       |"})
    void whatHasTheAddressAtEitherEndGoesAndTheLogCountsIt(String address, String family, int length, String flows, String events, String incidents) throws Exception {
        Forgetting.Result result = Forgetting.run(folder, address, "TICKET-77", false, "500MB");
        assertThat(ids()).isEqualTo(without(flows, events, incidents));
        List<JsonNode> log = log();
        assertThat(log).hasSize(2).allSatisfy(line -> {
            assertThat(line.path("what").asText()).isEqualTo("forget");
            assertThat(line.path("reference").asText()).isEqualTo("TICKET-77");
            assertThat(line.path("family").asText()).isEqualTo(family);
            assertThat(line.path("prefixLength").asInt()).isEqualTo(length);
            assertThat(line.toString()).doesNotContainIgnoringCase(address.replaceAll("/.*", "")).doesNotContain("2001:", "10.20");
        });
        assertThat(log.get(0).path("state").asText()).isEqualTo("begun");
        assertThat(log.get(1).path("state").asText()).isEqualTo("done");
        assertThat(log.get(1).at("/rows/flows").asInt()).isEqualTo(count(flows));
        assertThat(log.get(1).at("/rows/events").asInt()).isEqualTo(count(events));
        assertThat(log.get(1).at("/rows/incidents").asInt()).isEqualTo(count(incidents));
        assertThat(result.rows().getOrDefault(LakeTable.FLOWS, 0L)).isEqualTo(count(flows));
        assertThat(result.toString()).matches(flows == null ? "no record of it" : "deleted " + count(flows) + " of flows.*; \\d+ files? written anew");
    }

    @Test
    void noFileOnDiskHoldsTheRecordsAnyMore() throws Exception {
        try (RecordLake lake = new RecordLake(folder); Upkeep upkeep = new Upkeep(lake.writer, new RetainSettings(1, Duration.ofSeconds(1), Duration.ZERO,
                null, Long.MAX_VALUE, Duration.ofDays(1), "500MB", 1, true), line -> {}, lake.counters)) {
            upkeep.round(() -> false);
            assertThat(lake.writer.state().removed()).as("replaced by compaction, and on disk for a day").isNotEmpty();
        }
        Forgetting.run(folder, "2001:db8:30::/48", null, false, "500MB");
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(path -> path.toString().endsWith(".parquet")).toList();
        }
        assertThat(files).containsExactlyInAnyOrderElementsOf(Lake.open(folder).state().files().stream().map(file -> folder.resolve(file.path())).toList());
        try (Connection duck = DuckDb.open("500MB", 1, folder.resolve("spill")); Statement statement = duck.createStatement()) {
            for (Path file : files) {
                try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + DuckDb.parquet(List.of(file)) + " AS t WHERE t::VARCHAR LIKE '%2001:db8:30:%' OR t.id LIKE '_-7%'"
                        + " AND t.id <> 'i-7-in-remedy'")) {
                    rows.next();
                    assertThat(rows.getLong(1)).as(file.toString()).isEqualTo(file.toString().contains("incidents") ? 1 : 0);
                }
            }
        }
    }

    @Test
    void theAddressIsInTheLogOnlyIfThatIsAskedFor() throws Exception {
        Forgetting.run(folder, "2001:db8:30::7", null, true, "500MB");
        assertThat(log()).hasSize(2).allSatisfy(line -> {
            assertThat(line.path("address").asText()).isEqualTo("2001:db8:30::7/128");
            assertThat(line.has("reference")).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2001:db8:30::7/48 | has bits beyond its length: did you mean 2001:db8:30::/48?", "::/0 | a prefix length is from 1 to 128",
        "0.0.0.0/0 | a prefix length is from 1 to 32", "10.20.30.0/33 | is no prefix", "2001:db8:30::g | is no prefix"})
    void whatMayBeAMistakeIsRefusedBeforeAnythingIsDone(String address, String says) throws Exception {
        long version = Lake.open(folder).state().version();
        assertThat(catchThrowable(() -> Forgetting.run(folder, address, null, false, "500MB"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
        assertThat(Lake.open(folder).state().version()).isEqualTo(version);
        assertThat(folder.resolve("log")).doesNotExist();
    }
}
