package io.crossgate.retention.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a question to a lake sees and what it cannot reach. */
class LakeQueryTest {
    @TempDir
    Path folder;
    private final List<String> warnings = new ArrayList<>();
    private SmallLake lake;

    @BeforeEach
    void makeLake() throws IOException {
        lake = new SmallLake(folder.resolve("lake"));
    }

    @AfterEach
    void closeLake() throws IOException {
        lake.close();
    }

    private LakeQuery open(TimeRange range) throws IOException {
        return LakeQuery.open(lake.folder, range, null, warnings::add);
    }

    private static List<String> ask(LakeQuery query, String sql) throws IOException {
        List<String> rows = new ArrayList<>();
        query.ask(sql, new LakeQuery.Rows() {
            @Override
            public void columns(List<String> names, List<String> types) {
                assertThat(names).hasSameSizeAs(types);
            }

            @Override
            public void row(String[] values) {
                rows.add(String.join("|", values));
            }
        });
        return rows;
    }

    private List<String> ask(String sql) throws IOException {
        try (LakeQuery query = open(TimeRange.ALL)) {
            return ask(query, sql);
        }
    }

    @Test
    void anEmptyLakeHasAllViewsAndNoRows() throws IOException {
        assertThat(ask("SELECT (SELECT count(*) FROM flows), (SELECT count(*) FROM events), (SELECT count(*) FROM incidents), (SELECT count(*) FROM unreadable)"))
                .containsExactly("0|0|0|0");
    }

    @Test
    void ofEachFlowTheNewestRevisionIsShownAlsoAcrossHoursAndBeforeCompaction() throws Exception {
        lake.flows(0, 2, "SELECT * FROM (VALUES ('a', 0, false), ('b', 0, false)) t(id, revision, last)");
        lake.flows(1, 1, "SELECT * FROM (VALUES ('a', 1, true), ('c', 0, true)) t(id, revision, last)");
        lake.flows(2, 0, "SELECT 'd' AS id");
        assertThat(ask("SELECT id, revision FROM flows ORDER BY id")).containsExactly("a|1", "b|0", "c|0", "d|0");
        try (LakeQuery first = open(new TimeRange(SmallLake.BEGIN, SmallLake.BEGIN + SmallLake.HOUR))) {
            assertThat(ask(first, "SELECT id, revision FROM flows ORDER BY id")).as("a's newest revision is outside the range").containsExactly("b|0");
        }
    }

    @Test
    void aTimeRangeHoldsForFreeSqlAndSoDoFilesOutsideItNotMatter() throws Exception {
        LakeFile early = lake.flows(0, 0, "SELECT 'early' AS id");
        lake.flows(5, 0, "SELECT 'late' AS id");
        Files.delete(lake.folder.resolve(early.path()));
        try (LakeQuery query = open(new TimeRange(SmallLake.BEGIN + 5 * SmallLake.HOUR, Long.MAX_VALUE))) {
            assertThat(ask(query, "SELECT id FROM flows")).containsExactly("late");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void missingTruncatedForeignAndDamagedFilesAreNamedAndLeftOut() throws Exception {
        String rows = "SELECT 'x' || i AS id, hash(i) AS community_hash FROM range(5000) t(i)";
        LakeFile missing = lake.flows(0, 0, rows);
        LakeFile truncated = lake.flows(1, 0, rows);
        LakeFile text = lake.flows(2, 0, rows);
        LakeFile foreign = lake.flows(3, 0, rows);
        LakeFile damaged = lake.flows(4, 0, rows);
        lake.flows(5, 0, "SELECT 'good' AS id, 7 AS community_hash");
        Files.delete(lake.folder.resolve(missing.path()));
        byte[] bytes = Files.readAllBytes(lake.folder.resolve(truncated.path()));
        Files.write(lake.folder.resolve(truncated.path()), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(lake.folder.resolve(text.path()), new byte[(int) text.bytes()]);
        padded(lake.folder.resolve(foreign.path()), foreign.bytes());
        byte[] flipped = Files.readAllBytes(lake.folder.resolve(damaged.path()));
        java.util.Arrays.fill(flipped, 16, flipped.length * 3 / 4, (byte) 0x5a);
        Files.write(lake.folder.resolve(damaged.path()), flipped);
        assertThat(ask("SELECT id, community_hash FROM flows")).containsExactly("good|7");
        assertThat(warnings).hasSize(5);
        assertThat(String.join("\n", warnings)).contains(missing.path() + " is left out: it is not there", truncated.path() + " is left out: it has ",
                text.path() + " is left out: it is no Parquet file", foreign.path() + " is left out: it is a foreign Parquet file, without a column",
                damaged.path() + " is left out: it is damaged");
    }

    /** A Parquet file of other columns, as long as the manifest says: nothing but its contents tells that it is foreign. */
    private static void padded(Path file, long length) throws SQLException, IOException {
        try (var duck = DuckDb.open("500MB", 1, file.resolveSibling("spill"))) {
            DuckDb.run(duck, "COPY (SELECT 1 AS other) TO " + DuckDb.quoted(file) + " (FORMAT parquet)");
        }
        byte[] parquet = Files.readAllBytes(file);
        assertThat(parquet.length).isLessThan((int) length);
        byte[] longer = new byte[(int) length];
        int footer = 8 + java.nio.ByteBuffer.wrap(parquet, parquet.length - 8, 4).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt();
        System.arraycopy(parquet, 0, longer, 0, parquet.length - footer);
        System.arraycopy(parquet, parquet.length - footer, longer, longer.length - footer, footer);
        Files.write(file, longer);
    }

    @Test
    void whileCompactionReplacesFilesEachQuerySeesOneState() throws Exception {
        LakeFile one = lake.flows(0, 0, "SELECT 'a' AS id");
        LakeFile two = lake.flows(0, 0, "SELECT 'b' AS id");
        try (LakeQuery before = open(TimeRange.ALL)) {
            lake.flows(0, 0, "SELECT unnest(['a', 'b', 'c']) AS id", one, two);
            assertThat(ask(before, "SELECT count(*) FROM flows")).as("the files that it began with are still on disk").containsExactly("2");
            assertThat(ask("SELECT count(*) FROM flows")).containsExactly("3");
            lake.purge();
            assertThat(ask(before, "SELECT count(*) FROM flows")).as("they are gone: it goes on with the newest state").containsExactly("3");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void filesThatWereReplacedAndDeletedBeforeTheyAreLookedAtAreNotTakenForMissing() throws Exception {
        LakeFile one = lake.flows(0, 0, "SELECT 'a' AS id");
        LakeFile two = lake.flows(1, 0, "SELECT 'b' AS id");
        try (LakeQuery before = open(TimeRange.ALL)) {
            lake.flows(0, 0, "SELECT unnest(['a', 'b']) AS id", one, two);
            lake.purge();
            assertThat(ask(before, "SELECT count(*) FROM flows")).containsExactly("2");
        }
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_parquet('LAKE/../outside.parquet')", "SELECT * FROM read_blob('https://example.com/')"})
    void sqlReachesNothingOutsideTheLake(String sql) throws Exception {
        try (var duck = DuckDb.open("500MB", 1, folder.resolve("spill"))) {
            DuckDb.run(duck, "COPY (SELECT 1) TO " + DuckDb.quoted(folder.resolve("outside.parquet")) + " (FORMAT parquet)");
        }
        assertThatThrownBy(() -> ask(sql.replace("LAKE", lake.folder.toString()))).isInstanceOf(QueryFault.class).hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY (SELECT 1) TO 'LAKE/flows/x.parquet'", "SELECT 1; SELECT 2", "SELECT 1); COPY (SELECT 1) TO 'LAKE/x.csv'; SELECT * FROM (SELECT 1",
        "SET memory_limit = '1GB'", "ATTACH 'LAKE/x.db'", "CREATE TABLE t(i INTEGER)", "DROP VIEW flows", "INSTALL httpfs", "", "SELECT", "FROM nowhere", "SELECT no_column FROM flows"})
    void whatIsNotOneSelectIsRefusedAndNothingIsWritten(String sql) throws Exception {
        assertThatThrownBy(() -> ask(sql.replace("LAKE", lake.folder.toString()))).isInstanceOf(QueryFault.class).hasMessageNotContaining("\n");
        assertThat(lake.folder.resolve("flows")).doesNotExist();
        try (var files = Files.list(lake.folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("lake.json", "manifest", "staging", "writer.lock");
        }
    }

    @Test
    void settingsAreLockedForWhateverWouldGetPastTheParser() throws Exception {
        try (LakeQuery query = open(TimeRange.ALL)) {
            assertThatThrownBy(() -> query.runUnchecked("SET enable_external_access = true")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> query.runUnchecked("SET allowed_directories = ['/']")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> query.runUnchecked("SET memory_limit = '1GB'")).isInstanceOf(SQLException.class).hasMessageContaining("locked");
            assertThatThrownBy(() -> query.runUnchecked("COPY (SELECT 1) TO " + DuckDb.quoted(folder.resolve("x.csv")))).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void inCidrOfASidePrunesByBoundsOnItsColumns() throws Exception {
        lake.flows(0, 0, "SELECT 'a' AS id, 169083658 AS origin_v4 UNION ALL SELECT 'b', 1 UNION ALL SELECT 'c', NULL");
        assertThat(ask("SELECT id, ip(origin), origin FROM flows AS f WHERE in_cidr(f.origin, '10.20.3.0/24')")).containsExactly("a|10.20.3.10|10.20.3.10");
        assertThat(ask("SELECT id FROM flows WHERE NOT in_cidr(origin, '10.20.3.0/24') ORDER BY id")).as("what is of the other family is not in it").containsExactly("b", "c");
        assertThat(ask("SELECT id FROM flows WHERE origin_v4 = ip('10.20.3.10')")).containsExactly("a");
        assertThat(ask("SELECT id FROM flows WHERE in_cidr(origin, '2001:db8::/32')")).isEmpty();
    }

    @Test
    void whereThereIsNoLakeOneLineSaysSo() {
        assertThatThrownBy(() -> LakeQuery.open(folder, TimeRange.ALL, null, warnings::add)).isInstanceOf(LakeException.class).hasMessageStartingWith("there is no lake at");
    }
}
