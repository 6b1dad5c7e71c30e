package io.crossgate.retention.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that dies before any step of any commit leaves a lake that holds exactly what its offsets say. */
class LakeCrashTest {
    private static final String TOPIC = "crossgate.flows.v1";
    /** Enough for a checkpoint. */
    private static final int COMMITS = 70;
    private static final int MORE = 6;
    private static final long HOUR = 490_000;

    @TempDir
    Path folder;

    /** The process is dead: nothing after it is run, nothing tidied up. */
    private static final class Dead extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void whateverStepItDiesBeforeTheFilesAreThoseOfTheOffsets() throws IOException {
        int steps = steps();
        assertThat(steps).isGreaterThan(4 * COMMITS);
        // Every step of the first commits, compaction and purge among them; a sample of the others.
        for (int dies = 1; dies <= steps; dies += dies < 30 ? 1 : 37) {
            Path place = folder.resolve("dies-" + dies);
            try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(place), dying(dies))) {
                assertThatThrownBy(() -> work(writer, COMMITS)).isInstanceOf(Dead.class);
            }
            try (LakeWriter writer = LakeWriter.open(Lake.open(place))) {
                assertConsistent(writer);
                long until = next(writer.state()) + MORE;
                work(writer, until);
                assertConsistent(writer);
                assertThat(next(writer.state())).isEqualTo(until);
            }
        }
    }

    private int steps() throws IOException {
        List<LakeWriter.Step> taken = new ArrayList<>();
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(folder.resolve("undisturbed")), taken::add)) {
            work(writer, COMMITS);
            assertConsistent(writer);
        }
        return taken.size();
    }

    private static LakeWriter.Steps dying(int before) {
        int[] left = {before};
        return step -> {
            if (--left[0] == 0) {
                throw new Dead();
            }
        };
    }

    /** Goes on from where the lake is: a file for each offset, and now and then a compaction of all that is there, and a purge. */
    private static void work(LakeWriter writer, long until) throws IOException {
        for (long offset = next(writer.state()); offset < until; offset = next(writer.state())) {
            commit(writer, Map.of(TOPIC, new TopicOffsets("id", List.of(offset + 1))), 1, List.of());
            if (offset % 9 == 4) {
                List<LakeFile> all = List.copyOf(writer.state().files());
                commit(writer, Map.of(), all.stream().mapToLong(LakeFile::rows).sum(), all.stream().map(LakeFile::path).toList());
                writer.commit(new Change(null, Map.of(), List.of(), List.of(), writer.purge(Long.MAX_VALUE), 1), Map.of());
            }
        }
    }

    private static void commit(LakeWriter writer, Map<String, TopicOffsets> offsets, long rows, List<String> remove) throws IOException {
        String path = writer.newPath(Partition.ofHour(LakeTable.FLOWS, HOUR));
        Path staged = writer.staging().resolve("file");
        Files.writeString(staged, "rows " + rows);
        LakeFile file = new LakeFile(LakeTable.FLOWS, path, rows, Files.size(staged), 0, 0, 0, 0, !remove.isEmpty(), 0);
        writer.commit(new Change("cluster", offsets, List.of(file), remove, List.of(), 1), Map.of(file, staged));
    }

    private static long next(LakeState state) {
        TopicOffsets offsets = state.offsets().get(TOPIC);
        return offsets == null ? 0 : offsets.next().get(0);
    }

    private static void assertConsistent(LakeWriter writer) throws IOException {
        LakeState state = writer.lake().state();
        assertThat(state).isEqualTo(writer.state());
        assertThat(state.files().stream().mapToLong(LakeFile::rows).sum()).isEqualTo(next(state));
        for (LakeFile file : state.files()) {
            assertThat(Files.readString(writer.lake().path(file))).isEqualTo("rows " + file.rows());
        }
        Map<String, Object> onDisk = new LinkedHashMap<>();
        Path flows = writer.lake().folder().resolve("flows");
        if (Files.isDirectory(flows)) {
            try (Stream<Path> files = Files.walk(flows)) {
                files.filter(Files::isRegularFile).forEach(path -> onDisk.put(writer.lake().folder().relativize(path).toString(), true));
            }
        }
        onDisk.keySet().removeAll(state.removed().keySet());
        assertThat(onDisk.keySet()).containsExactlyInAnyOrderElementsOf(state.byPath().keySet());
    }

    @Test
    void ofTwoWritersThatTakeEachOtherForDeadOneFails() throws IOException {
        Path place = folder.resolve("two");
        LakeWriter first = LakeWriter.open(Lake.openOrMake(place));
        Files.move(place.resolve("writer.lock"), place.resolve("moved")); // as on a file system whose locks don't hold
        try (first; LakeWriter second = LakeWriter.open(Lake.open(place))) {
            commit(second, Map.of(TOPIC, new TopicOffsets("id", List.of(1L))), 1, List.of());
            assertThatThrownBy(() -> commit(first, Map.of(TOPIC, new TopicOffsets("id", List.of(1L))), 1, List.of())).isInstanceOf(LakeException.class)
                    .hasMessageContaining("another process has written");
            assertConsistent(second);
        }
    }

    @Test
    void aSecondWriterIsRefusedAndAReaderIsNot() throws IOException {
        Path place = folder.resolve("locked");
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(place))) {
            assertThatThrownBy(() -> LakeWriter.open(Lake.open(place))).isInstanceOf(LakeException.class).hasMessageContaining("another process writes");
            assertThat(Lake.open(place).state()).isEqualTo(writer.state());
        }
    }

    @Test
    void aNewerLakeAndADamagedManifestAreRefused() throws IOException {
        Path place = folder.resolve("newer");
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(place))) {
            work(writer, COMMITS);
        }
        Files.writeString(place.resolve("manifest").resolve("000000009999.change"), "{\"version\":9999}");
        assertThatThrownBy(() -> Lake.open(place).state()).isInstanceOf(LakeException.class).hasMessageContaining("damaged");
        Files.writeString(place.resolve("lake.json"), "{\"format\":2}");
        assertThatThrownBy(() -> Lake.open(place)).isInstanceOf(LakeException.class).hasMessageContaining("newer");
    }
}
