package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compares lines with a file under {@code src/test/resources/golden}; with {@code -Dcrossgate.bless=true} the file becomes the lines. */
final class Golden {
    private Golden() {}

    static void check(String name, List<String> lines) throws IOException {
        Path file = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "golden", name);
        String actual = String.join("\n", lines) + "\n";
        if (Boolean.getBoolean("crossgate.bless")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(file).as("golden file; -Dcrossgate.bless=true writes it").exists();
        assertThat(actual).as("%s; -Dcrossgate.bless=true accepts what is printed now", file).isEqualTo(Files.readString(file));
    }
}
