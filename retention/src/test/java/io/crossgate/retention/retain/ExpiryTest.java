package io.crossgate.retention.retain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes when files are more than they may be: whole hours of all tables, the oldest first, and no more of them than must. */
class ExpiryTest {
    private static final Instant FIRST = Instant.parse("2026-11-20T21:00:00Z");
    private static final int HOURS = 6;

    @TempDir
    static Path filled;
    @TempDir
    Path folder;
    private LakeWriter lake;
    private final List<String> said = new ArrayList<>();

    /** Hours over the end of a day, of different sizes; each came with two commits, the newest hour first. */
    @BeforeAll
    static void fill() throws Exception {
        try (RecordLake lake = new RecordLake(filled)) {
            fill(lake);
        }
    }

    private static void fill(RecordLake lake) throws Exception {
        for (int part = 0; part < 2; part++) {
            for (int hour = HOURS - 1; hour >= 0; hour--) {
                Instant time = FIRST.plus(Duration.ofHours(hour));
                for (int i = 0; i < 50 * (1 + hour % 3); i++) {
                    lake.add(RecordLake.flow("f-" + hour + "-" + part + "-" + i, "10.20.30." + i, "203.0.113.50", time.plusSeconds(i)));
                }
                lake.add(RecordLake.drop("d-" + hour + "-" + part, "203.0.113.50", "10.20.30.7", time));
                lake.commit();
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        RecordLake.copy(filled, folder);
        lake = LakeWriter.open(Lake.open(folder));
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    private void round(long keepBytes, Duration grace) throws Exception {
        RetainSettings settings = new RetainSettings(1, Duration.ofSeconds(1), Duration.ofDays(36_500), null, keepBytes, grace, "500MB", 1, true);
        try (Upkeep upkeep = new Upkeep(lake, settings, said::add, new RetainCounters())) {
            upkeep.round(() -> false);
        }
    }

    private long bytes() {
        return lake.state().files().stream().mapToLong(LakeFile::bytes).sum();
    }

    /** Bytes by day and hour, of all tables. */
    private TreeMap<String, Long> hours() {
        return lake.state().files().stream().collect(Collectors.groupingBy(file -> file.partition().when(), TreeMap::new,
                Collectors.summingLong(LakeFile::bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 99, 50, 17, 1})
    void theOldestHoursGoUntilTheRestIsNoMoreThanItMayBe(int percent) throws Exception {
        TreeMap<String, Long> before = hours();
        assertThat(before.keySet()).containsExactly("dt=2026-11-20/hour=21", "dt=2026-11-20/hour=22", "dt=2026-11-20/hour=23", "dt=2026-11-21/hour=00", "dt=2026-11-21/hour=01",
                "dt=2026-11-21/hour=02");
        long limit = bytes() * percent / 100;
        round(limit, Duration.ofDays(1));
        assertThat(bytes()).isLessThanOrEqualTo(limit);
        TreeMap<String, Long> after = hours();
        if (!after.isEmpty()) {
            assertThat(after).as("the newest, whole").isEqualTo(before.tailMap(after.firstKey()));
        }
        if (after.size() < before.size()) {
            String newestGone = after.isEmpty() ? before.lastKey() : before.lowerKey(after.firstKey());
            assertThat(bytes() + before.get(newestGone)).as("with one hour more").isGreaterThan(limit);
        }
        assertThat(said).isEmpty();
        assertLogged(before, after);
    }

    private void assertLogged(TreeMap<String, Long> before, TreeMap<String, Long> after) throws IOException {
        Path log = folder.resolve("log").resolve("removals.ndjson");
        if (after.equals(before)) {
            assertThat(log).doesNotExist();
            return;
        }
        JsonNode line = new ObjectMapper().readTree(Files.readString(log));
        assertThat(line.path("what").asText() + " by " + line.path("reason").asText()).isEqualTo("expiry by size");
        assertThat(line.path("from").asText()).isEqualTo(before.firstKey());
        assertThat(line.path("to").asText()).isEqualTo(after.isEmpty() ? before.lastKey() : before.lowerKey(after.firstKey()));
        assertThat(line.path("bytes").asLong()).isEqualTo(before.values().stream().mapToLong(bytes -> bytes).sum() - bytes());
        assertThat(line.at("/rows/events").asInt()).isEqualTo(2 * (before.size() - after.size()));
    }

    @Test
    void whatWentIsOnDiskForTheGraceAndNotLonger() throws Exception {
        long limit = bytes() / 2;
        round(limit, Duration.ofDays(1));
        assertThat(onDisk()).isGreaterThan(limit);
        round(limit, Duration.ZERO);
        assertThat(onDisk()).isEqualTo(bytes()).isLessThanOrEqualTo(limit);
        assertThat(folder.resolve("flows").resolve("dt=2026-11-20")).as("an empty folder").doesNotExist();
    }

    private long onDisk() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
