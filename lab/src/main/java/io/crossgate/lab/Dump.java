package io.crossgate.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tcpdump that writes what one device sees. It ends by itself if nobody stops it. */
final class Dump {
    static final String SNAP_LENGTH = "128";
    private static final String BUFFER_KIB = "16384";
    private static final String LIMIT_SECONDS = "60";
    private static final long START_MILLIS = 5_000;
    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets? dropped by (kernel|interface)");

    private final String name;
    private final Path said;
    private final Process process;

    private Dump(String name, Path said, Process process) {
        this.name = name;
        this.said = said;
        this.process = process;
    }

    static Dump start(Namespaces namespaces, String gateway, String device, Path file) {
        boolean log = device.startsWith("nflog");
        List<String> command = new ArrayList<>(List.of("timeout", LIMIT_SECONDS, "tcpdump", "-n", "-i", device, "-Z", "root", "-w", file.toString()));
        if (!log) {
            // The log's times come in microseconds only, and its packets are cut by the firewall: the snap length here would cut whole deliveries, of many packets.
            // Immediate mode: what was seen is there when the dump is stopped.
            command.addAll(List.of("--nano", "--immediate-mode", "-s", SNAP_LENGTH, "-B", BUFFER_KIB));
        }
        try {
            Path said = Files.createTempFile("crossgate-lab", ".tcpdump");
            said.toFile().deleteOnExit(); // where it is never stopped
            Process process = namespaces.start(gateway, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()));
            return new Dump(gateway + "/" + device, said, process);
        } catch (IOException e) {
            throw new LabException("tcpdump: " + e.getMessage(), e);
        }
    }

    void awaitStart() throws IOException, InterruptedException {
        long until = System.currentTimeMillis() + START_MILLIS;
        while (!Files.readString(said).contains("listening on")) {
            if (!process.isAlive() || System.currentTimeMillis() > until) {
                throw new LabException("tcpdump on " + name + " did not start: " + Files.readString(said).strip());
            }
            Thread.sleep(10);
        }
    }

    /** Stops it; gives the packets that it missed. */
    long stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new LabException("tcpdump on " + name + " does not stop");
        }
        String text = Files.readString(said);
        Files.deleteIfExists(said);
        Matcher matcher = DROPPED.matcher(text);
        long dropped = 0;
        while (matcher.find()) {
            dropped += Long.parseLong(matcher.group(1));
        }
        return dropped;
    }
}
