package io.crossgate.feeds.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossgate.feeds.Samples;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedFileTest {
    @TempDir
    Path folder;
    private Path log;

    @BeforeEach
    void name() {
        log = folder.resolve("feed.json");
    }

    private static List<String> texts(List<Item> items) {
        return items.stream().map(Item::text).toList();
    }

    @Test
    void linesOfAllFilesTogetherAreWhatWasDeliveredInItsOrder() throws IOException {
        List<Item> items = Samples.items(40);
        try (RotatedFile file = new RotatedFile(log, 200, 100)) {
            for (int i = 0; i < items.size(); i += 4) {
                assertThat(file.deliver(items.subList(i, i + 4))).isEqualTo(Delivery.TAKEN);
            }
        }
        List<String> all = new ArrayList<>();
        int rotated = (int) Files.list(folder).count() - 1;
        for (int n = rotated; n >= 1; n--) {
            all.addAll(Files.readAllLines(folder.resolve("feed.json." + n)));
        }
        all.addAll(Files.readAllLines(log));
        assertThat(rotated).as("rotated files").isGreaterThan(2);
        assertThat(all).isEqualTo(texts(items));
    }

    @Test
    void theOldestFilesGoWhenThereAreMoreThanAreKept() throws IOException {
        try (RotatedFile file = new RotatedFile(log, 1, 2)) {
            for (Item item : Samples.items(5)) {
                file.deliver(List.of(item));
            }
        }
        assertThat(Files.list(folder)).containsExactlyInAnyOrder(log, folder.resolve("feed.json.1"), folder.resolve("feed.json.2"));
        assertThat(Files.readString(log)).contains("\"n\":4");
        assertThat(Files.readString(folder.resolve("feed.json.2"))).contains("\"n\":2");
    }

    @Test
    void afterARestartItGoesOnInTheSameFileAndEndsALineThatACrashCutOff() throws IOException {
        Files.writeString(log, "{\"n\":0}\n{\"n\":");
        try (RotatedFile file = new RotatedFile(log, 1000, 2)) {
            file.deliver(Samples.items(1));
        }
        assertThat(Files.readAllLines(log)).containsExactly("{\"n\":0}", "{\"n\":", Samples.items(1).get(0).text());
    }

    @Test
    void aFileThatSomebodyMovesAwayIsMadeAnew() throws IOException {
        try (RotatedFile file = new RotatedFile(log, 1000, 2)) {
            file.deliver(Samples.items(1));
            Files.move(log, folder.resolve("elsewhere"));
            file.deliver(List.of(Samples.item(7, 0)));
        }
        assertThat(Files.readAllLines(log)).containsExactly(Samples.item(7, 0).text());
    }

    @Test
    void onAFullDiskTheBatchIsNotTaken() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "Skipped: there is no /dev/full on this machine.");
        try (RotatedFile file = new RotatedFile(full, 1000, 2)) {
            assertThatThrownBy(() -> file.deliver(Samples.items(1))).isInstanceOf(IOException.class).hasMessageContaining("No space left");
        }
    }
}
