package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.feeds.eve.Eve;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Debian's fever, which takes EVE from Suricata's socket, reads every line, and adds up our flows by their ends and the server's port. */
class EveForeignReaderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void feverCountsEveryFlowAndAddsUpTheBytesOfThoseThatAreAlike() throws Exception {
        Path log = folder.resolve("fever.log");
        Process fever = start(log);
        try {
            Path socket = folder.resolve("in.sock");
            while (Files.notExists(socket)) {
                assertThat(fever.isAlive()).as("fever runs").isTrue();
                Thread.sleep(50);
            }
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                for (String line : Samples.lines(new Eve())) {
                    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                }
                while (flows(log) < Samples.flows().size() || sums(log).size() < 2) {
                    Thread.sleep(100);
                }
            }
        } finally {
            fever.destroy();
            fever.waitFor();
        }
        assertThat(flows(log)).as("flows, among events of all types").isEqualTo(Samples.flows().size());
        assertThat(sums(log)).as("count, bytes to server, bytes to client; fever leaves out flows without an answer or a port").isEqualTo(Map.of(
                "10.20.30.11_203.0.113.50_443", List.of(2L, 2 * 494L, 2 * 5_372L),
                "2001:db8:1::11_2001:db8::50_443", List.of(1L, 0L, 360L)));
    }

    private Process start(Path log) {
        try {
            return new ProcessBuilder("fever", "run", "--logjson", "--dummy", "-i", folder.resolve("in.sock").toString(), "-o", "", "--mgmt-socket",
                    folder.resolve("mgmt.sock").toString(), "-n", "1s", "-f", "1s").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            String words = "Skipped: EVE lines were not read by a program that is not ours, there is no fever on this machine (Debian: apt-get install fever).";
            System.out.println(words);
            return abort(words);
        }
    }

    private static List<JsonNode> said(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().filter(line -> line.startsWith("{")).map(EveForeignReaderTest::json).toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static long flows(Path log) throws IOException {
        return said(log).stream().mapToLong(line -> line.path("in_flows").asLong()).sum();
    }

    /** By source, destination and port: count, bytes to the server, bytes to the client. Fever tells them once a second, of that second. */
    private static Map<String, List<Long>> sums(Path log) throws IOException {
        Map<String, List<Long>> sums = new TreeMap<>();
        for (JsonNode line : said(log)) {
            if (line.path("msg").asText().startsWith("{")) {
                json(line.path("msg").asText()).path("tuples").properties().forEach(tuple -> {
                    JsonNode of = tuple.getValue();
                    List<Long> more = List.of(of.path("count").asLong(), of.path("total_bytes_toserver").asLong(), of.path("total_bytes_toclient").asLong());
                    sums.merge(tuple.getKey(), more, (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1), a.get(2) + b.get(2)));
                });
            }
        }
        return sums;
    }
}
