package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.capture.CaptureReader;
import io.crossgate.ingest.capture.RawPacket;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Asks the running kernel's connection tracker about packets, in a network namespace. Needs root and a few tools; without them a test says so and is skipped. */
final class KernelLab {
    private static final List<String> TOOLS = List.of("unshare", "ip", "nft", "tcpdump", "tcpreplay", "conntrack", "sysctl");
    private static final int PACKETS_PER_SECOND = 6000;
    private static final Pattern ENTRY = Pattern.compile("^tcp\\s+6 (\\d+) (\\w+) src=(\\S+) dst=(\\S+) .*");

    /**
     * What the kernel said.
     *
     * @param verdicts of every frame, in order
     * @param states of the TCP entries that were left, by the client's address
     */
    record Answer(List<String> verdicts, Map<String, Entry> states) {}

    /** An entry that was left, and how many seconds it has to live. */
    record Entry(String state, long life) {}

    private KernelLab() {}

    /** Skips the test where the kernel cannot be asked. */
    static void assumePresent() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "skipped: the kernel is asked by root only");
        for (String tool : TOOLS) {
            Assumptions.assumeTrue(isThere(tool), "skipped: " + tool + " is not installed (Debian: nftables, tcpdump, tcpreplay, conntrack, iproute2)");
        }
    }

    private static boolean isThere(String tool) {
        for (String folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }

    /** Sends Ethernet frames through the kernel, the settings by their kernel names. */
    static Answer ask(List<byte[]> frames, Map<String, String> settings) throws IOException {
        Path folder = Files.createTempDirectory("crossgate-kernel");
        try {
            Path capture = folder.resolve("sent.pcap");
            Path log = folder.resolve("log.pcap");
            Path script = folder.resolve("kernel-lab.sh");
            write(capture, frames);
            try (InputStream in = KernelLab.class.getResourceAsStream("kernel-lab.sh")) {
                Files.copy(in, script);
            }
            List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", script.toString(), capture.toString(), log.toString(),
                    Integer.toString(PACKETS_PER_SECOND)));
            settings.forEach((name, value) -> command.add(name + "=" + value));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
            Path output = folder.resolve("output");
            Path complaints = folder.resolve("complaints");
            Process process = builder.redirectOutput(output.toFile()).redirectError(complaints.toFile()).start();
            try {
                assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the kernel lab ends").isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                process.destroy();
            }
            assertThat(process.exitValue()).as("kernel lab: " + Files.readString(complaints)).isZero();
            return new Answer(verdicts(log, frames.size()), states(Files.readAllLines(output)));
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /** A capture of these frames, a microsecond apart. */
    static void write(Path file, List<byte[]> frames) throws IOException {
        int size = 24 + frames.stream().mapToInt(f -> 16 + f.length).sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(262_144).putInt(1);
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            out.putInt(1_700_000_000 + i / 1_000_000).putInt(i % 1_000_000).putInt(frame.length).putInt(frame.length).put(frame);
        }
        Files.write(file, out.array());
    }

    private static List<String> verdicts(Path log, int expected) throws IOException {
        List<String> verdicts = new ArrayList<>(expected);
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        RawPacket packet = new RawPacket();
        try (CaptureReader reader = CaptureReader.open(log)) {
            while (reader.next(packet)) {
                decoder.decode(packet.linkType, packet.bytes, packet.offset, packet.capturedLength, packet.originalLength, header);
                verdicts.add(header.logPrefix.strip());
                if (!header.ipv6) {
                    assertThat(header.ipId).as("packet " + verdicts.size() + " of the kernel's log").isEqualTo(verdicts.size() & 0xffff);
                }
            }
        }
        assertThat(verdicts).as("the kernel logged every packet").hasSize(expected);
        return verdicts;
    }

    private static Map<String, Entry> states(List<String> table) {
        Map<String, Entry> states = new HashMap<>();
        for (String line : table) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                String client = entry.group(3).startsWith("10.") ? entry.group(3) : entry.group(4);
                states.put(client, new Entry(entry.group(2), Long.parseLong(entry.group(1))));
            }
        }
        return states;
    }
}
