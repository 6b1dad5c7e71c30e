package io.crossgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is left of a recording, however it ends. */
@Timeout(60)
class CleanUpTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTheLab() {
        String missing = Tools.missing();
        assumeTrue(missing.isEmpty(), "skipped: " + missing);
    }

    @Test
    void nothingIsLeftAfterAFailure() throws Exception {
        Scenario failing = new Scenario("failing", "fails", false, List.of(Gateway.firewall("gwa"))) {
            @Override
            Expected expected() {
                return Expected.nothing("");
            }

            @Override
            void play(Stage stage) {
                stage.network.out(Addresses.STAFF, "gwa");
                throw new LabException("on purpose");
            }
        };
        assertThatThrownBy(() -> new Recorder(failing, folder).record()).hasMessage("on purpose");
        assertThat(namespaces(ProcessHandle.current().pid())).isEmpty();
    }

    @Test
    void nothingIsLeftWhenTheProcessIsStopped() throws Exception {
        Process process = record();
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(namespaces(process.pid())).isEmpty();
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNext() throws Exception {
        Process process = record();
        process.destroyForcibly().waitFor();
        assertThat(namespaces(process.pid())).isNotEmpty();
        try (Namespaces next = new Namespaces()) {
            next.add("next");
            assertThat(namespaces(process.pid())).isEmpty();
        }
    }

    /** A recording in a process of its own, with its network up. */
    private Process record() throws Exception {
        Path there = folder.resolve("recording");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                "io.crossgate.app.Main", "lab", "record", "maintenance", there.toString()).redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "said")).start();
        while (!Files.exists(there.resolve("gwb-wan.pcap"))) {
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("said"))).isTrue();
            Thread.sleep(20);
        }
        return process;
    }

    private static List<String> namespaces(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
            return all.map(path -> path.getFileName().toString()).filter(name -> name.startsWith("cglab" + pid + "n")).toList();
        }
    }
}
