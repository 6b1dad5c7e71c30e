package io.crossgate.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a file under {@code src/test/resources}; with {@code -Dcrossgate.bless=true} the file becomes the text. */
public final class Golden {
    private Golden() {}

    static void check(String name, String actual) {
        check("report", name, actual);
    }

    /** Compares with a file in that folder of the resources. */
    public static void check(String folder, String name, String actual) {
        Path file = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", folder, name);
        try {
            if (Boolean.getBoolean("crossgate.bless")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("golden file; -Dcrossgate.bless=true writes it").exists();
            assertThat(actual).as("%s; -Dcrossgate.bless=true accepts what is printed now", file).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
