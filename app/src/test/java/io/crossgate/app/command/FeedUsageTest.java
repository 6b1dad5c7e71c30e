package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a feed's command line is told in one line, before anything is connected to. */
class FeedUsageTest {
    private record Ran(int code, List<String> err) {}

    private static Ran feed(String more) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream own = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setErr(own);
            List<String> line = new ArrayList<>(List.of("feed", "--bootstrap-servers", "127.0.0.1:1"));
            line.addAll(List.of(more.split(" ")));
            int code = Crossgate.run(line.toArray(String[]::new));
            return new Ran(code, bytes.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setErr(before);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--to ftp://x | names no destination",
        "--to stdout --format xml | no format 'xml'",
        "--to http://[bad | no URL",
        "--to https:///x | no host",
        "--to syslog+tls://h | port is missing",
        "--to syslog+tcp://h:99999 | above 65535",
        "--to elasticsearch+http://h:1/ | index is missing",
        "--to elasticsearch+http://h:1/i --format cef | takes JSON",
        "--to file:/no/such/folder/x | a folder that is there",
        "--to kafka:a/b | a topic's name",
        "--to stdout --events x | no 'x'",
        "--to stdout --batch 0 | --batch",
        "--to https://h/x --ca /no/such/file | does not read as certificates",
        "--to https://h/x --token-file /no/such/file | can't be read"})
    void aFaultIsOneLineAndExitCodeTwo(String arguments, String says) {
        Ran ran = feed(arguments);
        assertThat(ran.code()).isEqualTo(Exit.USAGE);
        assertThat(ran.err()).hasSize(2);
        assertThat(ran.err().get(0)).startsWith("crossgate: ").contains(says);
        assertThat(ran.err().get(1)).startsWith("Usage: crossgate feed");
    }

    @Test
    void aPasswordInAnAddressIsRefusedAndNotRepeated() {
        Ran ran = feed("--to https://user:s3cr3t@h/x");
        assertThat(ran.code()).isEqualTo(Exit.USAGE);
        assertThat(String.join(" ", ran.err())).contains("holds no user or password").doesNotContain("s3cr3t");
    }
}
