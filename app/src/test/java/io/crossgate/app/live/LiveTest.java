package io.crossgate.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole, live: two gateways' interfaces, two ingesters, a broker, streams and a reader of events, each in a process of its own, in one network namespace.
 *
 * <pre>
 *   network namespace
 *     sender ── a1 ═ a0 ── ingest gwa/wan ══╗
 *        └───── b1 ═ b0 ── ingest gwb/wan ══╬══ broker ══ streams ══ events
 * </pre>
 */
class LiveTest {
    private static final int HANDSHAKES = 7;
    private static final long LIMIT_MS = 2_000;

    private final String namespace = "cg" + ProcessHandle.current().pid();
    private final List<Process> processes = new ArrayList<>();
    private boolean made;

    @TempDir
    Path folder;

    @AfterEach
    void takeDown() throws Exception {
        for (int i = processes.size() - 1; i >= 0; i--) { // the broker, which came first, goes last
            Process process = processes.get(i);
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        if (made) {
            shell("ip netns delete " + namespace);
        }
    }

    @Test
    @Timeout(180)
    void aSynAckThatComesBackTheWrongWayShowsAsAnEventWithinTwoSeconds() throws Exception {
        makeNamespace();
        String[] addresses = lines(start("broker", "io.crossgate.app.live.LiveBroker")).poll(60, TimeUnit.SECONDS).split(" ");
        String[] cluster = {"--bootstrap-servers", addresses[0], "--registry", addresses[1], "--partitions", "2"};
        command("gwa", "ingest", cluster, "--gateway", "gwa", "-i", "wan=a0");
        command("gwb", "ingest", cluster, "--gateway", "gwb", "-i", "wan=b0");
        command("streams", "streams", cluster, "--firewall", "gwa", "--point", "gwa/wan,gwb/wan");
        BlockingQueue<String> events = lines(command("events", "events", cluster, "--json"));
        Process sender = start("sender", "io.crossgate.app.live.LiveSender", "a1", "b1");
        BlockingQueue<String> sent = lines(sender);
        assertThat(sent.poll(60, TimeUnit.SECONDS)).isEqualTo("ready");
        PrintStream ports = new PrintStream(sender.getOutputStream(), true, StandardCharsets.UTF_8);

        warmUp(ports, sent, events);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < HANDSHAKES; i++) {
            int port = 40_000 + i;
            ports.println(port);
            long at = Long.parseLong(sent.poll(10, TimeUnit.SECONDS));
            JsonNode event = orphan(events, port, 20);
            delays.add(System.currentTimeMillis() - at);
            assertThat(event.path("verdict").textValue()).isEqualTo("ASYMMETRIC");
            assertThat(event.path("pairing").textValue()).isEqualTo("CERTIFIED");
            assertThat(event.path("gateway").textValue()).isEqualTo("gwa");
            assertThat(event.path("synSeenAt").path(0).path("gateway").textValue()).isEqualTo("gwb");
        }
        System.out.println("Live: from the SYN-ACK on the wire to the event at its reader, milliseconds: " + delays);
        delays.sort(null);
        assertThat(delays.get(HANDSHAKES / 2)).isLessThan(LIMIT_MS);
    }

    /** Processes take seconds to find each other: handshakes are sent until one shows. */
    private static void warmUp(PrintStream ports, BlockingQueue<String> sent, BlockingQueue<String> events) throws Exception {
        for (int i = 0; i < 40; i++) {
            ports.println(30_000 + i);
            sent.poll(10, TimeUnit.SECONDS);
            if (orphan(events, -1, 2) != null) {
                return;
            }
        }
        throw new AssertionError("no event shows");
    }

    /** The next first telling of an orphaned SYN-ACK to the port, or to any if it is negative; null if none comes within the time. */
    private static JsonNode orphan(BlockingQueue<String> events, int port, long seconds) throws Exception {
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < until) {
            String line = events.poll(100, TimeUnit.MILLISECONDS);
            JsonNode event = line == null ? null : new ObjectMapper().readTree(line);
            if (event != null && event.path("event").textValue().equals("orphaned-syn-ack") && (port < 0 || event.path("destination").path("port").intValue() == port)) {
                return event;
            }
        }
        return null;
    }

    private void makeNamespace() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: network namespaces and live capture need root");
        assumeTrue(shell("ip netns add " + namespace) == 0, "skipped: no network namespaces here (is iproute2 installed, and is this container allowed to?)");
        made = true;
        assumeTrue(shell("ldconfig -p | grep -q libpcap") == 0, "skipped: no libpcap here (apt-get install libpcap0.8)");
        for (String step : List.of("link set lo up", "link add a0 type veth peer name a1", "link add b0 type veth peer name b1", "link set a0 up",
                "link set a1 up", "link set b0 up", "link set b1 up")) {
            assertThat(shell("ip -n " + namespace + " " + step)).as(step).isZero();
        }
    }

    private Process command(String name, String command, String[] cluster, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(Arrays.asList(cluster));
        arguments.addAll(Arrays.asList(more));
        return start(name, "io.crossgate.app.Main", arguments.toArray(String[]::new));
    }

    private Process start(String name, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectError(folder.resolve(name + ".log").toFile()).start();
        processes.add(process);
        return process;
    }

    private static BlockingQueue<String> lines(Process process) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                in.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                return; // the process has ended
            }
        });
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    private int shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).redirectOutput(Files.createTempFile(folder, "sh", ".log").toFile())
                .start();
        return process.waitFor();
    }
}
