package io.crossgate.app.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerProcessTest {
    @TempDir
    Path temp;

    @Test
    void aBrokerStartsAndStopsWithoutAWordAndItsProcessEnds() throws Exception {
        assertThat(run()).isEmpty();
    }

    @Test
    void aKeptFolderOpensWithoutAWordToo() throws Exception {
        Path folder = temp.resolve("data");
        assertThat(run(folder.toString())).isEmpty();
        assertThat(run(folder.toString())).isEmpty();
    }

    @Test
    void anotherProcessIsRefusedTheFolder() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp)) {
            assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
            assertThat(run(temp.toString()).strip())
                    .isEqualTo("The data folder " + temp + " is in use by another Crossgate: stop that one, or name another folder.");
        }
    }

    /** What {@link OwnProcess} says, both streams. */
    private String run(String... args) throws Exception {
        Path said = temp.resolve("said");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // as the launcher does: the JVM, not the broker, would warn
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OwnProcess.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends by itself; said %s", Files.readString(said)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(said, StandardCharsets.UTF_8);
    }
}
