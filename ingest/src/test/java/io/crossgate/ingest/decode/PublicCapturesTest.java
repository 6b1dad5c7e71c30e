package io.crossgate.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Counts the SYN-ACKs in captures that other projects' tests use, and compares with what an index of them says that tshark counts. The captures are no part
 * of this project; {@code -Dcrossgate.captures=FOLDER} names the folder that holds them. Every difference is listed with its reason in
 * {@code synack-differences.tsv}.
 */
class PublicCapturesTest {
    private static final int SYN_ACK = PacketHeader.SYN | PacketHeader.ACK;

    private record Difference(String file, int expected, int decoded) {}

    @Test
    void asManySynAcksAreDecodedAsTheIndexCountsOrTheListExplains() throws IOException {
        Path folder = folder();
        Map<String, Difference> listed = listed();
        List<String> complaints = new ArrayList<>();
        int compared = 0;
        for (Map<String, String> row : index(folder)) {
            String file = row.get("path");
            byte[] bytes = TestCaptures.bytes(folder.resolve(file));
            if (!TestCaptures.isReadable(bytes)) {
                continue;
            }
            compared++;
            int expected = number(row.get("synacks")) - number(row.get("synacks_quoted"));
            int decoded = synAcks(bytes);
            Difference known = listed.remove(file);
            if (known == null ? expected != decoded : !known.equals(new Difference(file, expected, decoded)) || expected == decoded) {
                complaints.add(file + "\t" + expected + "\t" + decoded + (known == null ? "" : "\tlisted otherwise: " + known));
            }
        }
        listed.keySet().forEach(file -> complaints.add(file + " is listed, but there is no such capture"));
        assertThat(complaints).as("captures whose SYN-ACKs differ from the index and the list: file, expected, decoded").isEmpty();
        assertThat(compared).as("captures compared").isGreaterThan(700);
    }

    @Test
    void noCaptureMakesTheDecoderThrowAndEveryPacketHasAnOutcome() throws IOException {
        Path folder = folder();
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        int[] outcomes = new int[Outcome.values().length];
        for (Map<String, String> row : index(folder)) {
            byte[] bytes = TestCaptures.bytes(folder.resolve(row.get("path")));
            if (TestCaptures.isReadable(bytes)) {
                TestCaptures.read(bytes, (link, frame, offset, captured, original) -> {
                    // An array of its own, so that a read beyond the captured bytes would throw.
                    byte[] exact = Arrays.copyOfRange(frame, offset, offset + captured);
                    outcomes[decoder.decode(link, exact, 0, captured, original, header).ordinal()]++;
                });
            }
        }
        assertThat(outcomes[Outcome.TCP.ordinal()]).isPositive();
        assertThat(outcomes[Outcome.TOO_DEEP.ordinal()]).as("no honest packet is nested too deep").isLessThan(outcomes[Outcome.TCP.ordinal()] / 1000);
    }

    private static int synAcks(byte[] file) {
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        int[] count = new int[1];
        TestCaptures.read(file, (link, frame, offset, captured, original) -> {
            Outcome outcome = decoder.decode(link, frame, offset, captured, original, header);
            if (outcome == Outcome.TCP && (header.flags & SYN_ACK) == SYN_ACK) {
                count[0]++;
            }
        });
        return count[0];
    }

    private static Path folder() {
        String captures = System.getProperty("crossgate.captures", "");
        Assumptions.assumeFalse(captures.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
        return Path.of(captures, "public");
    }

    private static List<Map<String, String>> index(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("INDEX.tsv"));
        String[] names = lines.get(0).split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split("\t", -1);
            Map<String, String> row = new TreeMap<>();
            for (int i = 0; i < names.length && i < values.length; i++) {
                row.put(names[i], values[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static Map<String, Difference> listed() throws IOException {
        Map<String, Difference> listed = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                PublicCapturesTest.class.getResourceAsStream("synack-differences.tsv"), StandardCharsets.UTF_8))) {
            for (String line : in.lines().toList()) {
                String[] values = line.split("\t", -1);
                if (line.startsWith("#") || line.isBlank()) {
                    continue;
                }
                assertThat(values).as(line).hasSize(4);
                listed.put(values[0], new Difference(values[0], number(values[1]), number(values[2])));
            }
        }
        return listed;
    }

    private static int number(String text) {
        return text == null || text.isBlank() ? 0 : Integer.parseInt(text.trim());
    }
}
