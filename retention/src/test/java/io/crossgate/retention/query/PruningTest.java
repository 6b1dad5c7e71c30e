package io.crossgate.retention.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which row groups of a file a question reads: the others can be damaged, and it does not see it. */
class PruningTest {
    /** Flow i goes to address i, ends i microseconds after the hour, and has the Community ID's hash of i. */
    private static final String ROWS = "SELECT 'f-' || i AS id, i AS response_v4, " + SmallLake.BEGIN + " + i * 1000 AS end_ns, hash(i) AS community_hash FROM range(150000) t(i)";
    /** Of each row group of 49,152 flows. */
    private static final List<int[]> PAGES = new ArrayList<>();

    @TempDir
    static Path folder;
    private static Path lake;
    private static LakeFile file;
    private static byte[] whole;

    private final List<String> warnings = new ArrayList<>();

    @BeforeAll
    static void fill() throws Exception {
        lake = folder.resolve("lake");
        try (SmallLake filled = new SmallLake(lake)) {
            file = filled.flows(0, 0, ROWS);
        }
        whole = Files.readAllBytes(lake.resolve(file.path()));
        findPages();
    }

    /** Finds where each row group's pages are: offset and length. */
    private static void findPages() throws SQLException {
        try (Connection duck = DuckDb.open("500MB", 1, folder.resolve("spill")); Statement statement = duck.createStatement(); ResultSet groups = statement.executeQuery(
                "SELECT any_value(row_group_num_rows), min(least(data_page_offset, coalesce(dictionary_page_offset, data_page_offset))), sum(total_compressed_size)"
                        + " FROM parquet_metadata(" + DuckDb.quoted(lake.resolve(file.path())) + ") GROUP BY row_group_id ORDER BY row_group_id")) {
            List<Integer> rows = new ArrayList<>();
            while (groups.next()) {
                rows.add(groups.getInt(1));
                PAGES.add(new int[] {groups.getInt(2), groups.getInt(3)});
            }
            assertThat(rows).containsExactly(49_152, 49_152, 49_152, 2_544);
        }
    }

    /** Overwrites the pages of all row groups but these. */
    private static void damageAllBut(Set<Integer> groups) throws IOException {
        byte[] bytes = whole.clone();
        for (int group = 0; group < PAGES.size(); group++) {
            if (!groups.contains(group)) {
                Arrays.fill(bytes, PAGES.get(group)[0], PAGES.get(group)[0] + PAGES.get(group)[1], (byte) 0x5a);
            }
        }
        Files.write(lake.resolve(file.path()), bytes);
    }

    private List<String> ask(TimeRange range, String sql) throws IOException {
        List<String> rows = new ArrayList<>();
        try (LakeQuery query = LakeQuery.open(lake, range, null, warnings::add)) {
            query.ask(sql, new LakeQuery.Rows() {
                @Override
                public void columns(List<String> names, List<String> types) {
                    rows.clear();
                }

                @Override
                public void row(String[] values) {
                    rows.add(String.join(" ", values));
                }
            });
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({
        "response_v4 BETWEEN 50000 AND 50099, 1, 100",
        "response_v4 BETWEEN 98000 AND 98999, 1 2, 1000",
        "'in_cidr(response, ''0.1.128.0/24'')', 2, 256",
        "'in_cidr(response, ''0.2.0.0/15'')', 2 3, 18928",
        "end_ns < 1793491200001000000, 0, 1000",
        "'in_cidr(response, ''2001:db8::/32'')', '', 0"})
    void onlyRowGroupsThatBoundsDoNotExcludeAreRead(String condition, String groups, int count) throws Exception {
        Set<Integer> needed = new TreeSet<>();
        Arrays.stream(groups.split(" ")).filter(group -> !group.isEmpty()).forEach(group -> needed.add(Integer.valueOf(group)));
        damageAllBut(needed);
        assertThat(ask(TimeRange.ALL, "SELECT count(id) FROM flows WHERE " + condition)).containsExactly(String.valueOf(count));
        assertThat(warnings).isEmpty();
        if (!needed.isEmpty()) {
            needed.remove(needed.iterator().next());
            damageAllBut(needed);
            assertThat(ask(TimeRange.ALL, "SELECT count(id) FROM flows WHERE " + condition)).as("with one of the needed damaged").containsExactly("0");
            assertThat(warnings).hasSize(1).first().asString().contains(file.path() + " is left out: it is damaged");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, 0, 1000", "50000, 50001, 1, 1", "98000, 99000, 1 2, 1000", "149999, 9000000, 3, 1"})
    void ofATimeRangeOnlyRowGroupsThatAreInItAreRead(long first, long end, String groups, int count) throws Exception {
        Set<Integer> needed = new TreeSet<>();
        Arrays.stream(groups.split(" ")).forEach(group -> needed.add(Integer.valueOf(group)));
        damageAllBut(needed);
        assertThat(ask(new TimeRange(SmallLake.BEGIN + first * 1_000, SmallLake.BEGIN + end * 1_000), "SELECT count(id) FROM flows")).containsExactly(String.valueOf(count));
        assertThat(warnings).isEmpty();
    }

    /** Hashes of Community IDs are spread over all row groups: least and greatest values exclude none, but bloom filters do. */
    @Test
    void aCommunityIdIsLookedUpInTheRowGroupThatHoldsIt() throws Exception {
        damageAllBut(Set.of(2));
        assertThat(ask(TimeRange.ALL, "SELECT id FROM flows WHERE community_hash = " + ask(TimeRange.ALL, "SELECT hash(100000::BIGINT)").get(0) + "::UBIGINT")).containsExactly("f-100000");
        assertThat(warnings).isEmpty();
    }
}
