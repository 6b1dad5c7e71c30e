package io.crossgate.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.app.report.Findings;
import io.crossgate.app.report.Ndjson;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureReader;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import io.crossgate.ingest.capture.RawPacket;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A recording of real routers and a real firewall: what each gateway saw on each side, the firewall's own log, and what the clients experienced. */
final class Lab {
    private static final Pattern CLIENTS = Pattern.compile("'ok': (\\d+), 'failed': (\\d+)");
    /** Comes with the project; the others are where {@code crossgate.captures} says. */
    private static final String BUNDLED = "maintenance";

    final String name;
    private final Path folder;
    private final JsonNode meta;

    /** What one group of clients experienced. */
    record Experience(int ok, int failed) {}

    private Lab(String name, Path folder) {
        this.name = name;
        this.folder = folder;
        try {
            meta = new ObjectMapper().readTree(folder.resolve("meta.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The scenario of this name; the test is skipped where it is not to be had. */
    static Lab of(String name) {
        String captures = System.getProperty("crossgate.captures", "");
        if (!captures.isEmpty()) {
            return new Lab(name, Path.of(captures, "lab", name));
        }
        Assumptions.assumeTrue(name.equals(BUNDLED), "skipped: -Dcrossgate.captures names no folder of lab recordings, and " + name + " is not bundled");
        return new Lab(name, Path.of("..", "captures", name));
    }

    /** The gateways that are stateful firewalls. */
    Set<String> firewalls() {
        Set<String> names = new LinkedHashSet<>();
        meta.get("config").get("stateful").forEach(letter -> names.add("gw" + letter.asText()));
        return names;
    }

    DetectSettings settings() {
        return DetectSettings.defaults().withFirewalls(firewalls());
    }

    /** In the order in which the clients ran. */
    List<Experience> clients() {
        List<Experience> found = new ArrayList<>();
        Matcher matcher = CLIENTS.matcher(meta.get("clients").asText());
        while (matcher.find()) {
            found.add(new Experience(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
        }
        return found;
    }

    int failed() {
        return clients().stream().mapToInt(Experience::failed).sum();
    }

    /** What the gateways' interfaces saw. */
    List<CaptureInput> packets() {
        return inputs().stream().filter(input -> !isLog(input)).toList();
    }

    /** What the gateways' interfaces saw, and the firewalls' logs. */
    List<CaptureInput> inputs() {
        return Inputs.parse(List.of(folder.toString()));
    }

    private static boolean isLog(CaptureInput input) {
        return input.iface().equals("nflog");
    }

    /** Every packet in the firewalls' logs, as {@link #packet} writes it. */
    List<String> logged() throws IOException {
        List<String> packets = new ArrayList<>();
        RawPacket raw = new RawPacket();
        PacketHeader header = new PacketHeader();
        PacketDecoder decoder = new PacketDecoder();
        for (CaptureInput input : inputs()) {
            if (isLog(input)) {
                try (CaptureReader reader = CaptureReader.open(input.files().get(0))) {
                    while (reader.next(raw)) {
                        decoder.decode(raw.linkType, raw.bytes, raw.offset, raw.capturedLength, raw.originalLength, header);
                        packets.add(packet(input.gateway(), header));
                    }
                }
            }
        }
        return packets;
    }

    /** The firewall's own count of packets that met its rule for INVALID. */
    int counted(String firewall) {
        String rule = meta.get("invalid").get(firewall.substring(2)).get(0).asText();
        return Integer.parseInt(rule.replaceFirst(".*counter packets (\\d+) .*", "$1"));
    }

    static String packet(String gateway, PacketHeader h) {
        return text(gateway, h.protocol, new Endpoint(h.sourceHigh, h.sourceLow, h.sourcePort), new Endpoint(h.destinationHigh, h.destinationLow, h.destinationPort),
                h.seq, h.ack, h.flags);
    }

    static String packet(InvalidDrop drop) {
        return text(drop.gateway(), drop.protocol(), drop.source(), drop.destination(), drop.seq(), drop.ack(), drop.flags());
    }

    private static String text(String gateway, int protocol, Endpoint from, Endpoint to, int seq, int ack, int flags) {
        return gateway + " " + protocol + " " + from + " > " + to + " seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack) + " flags 0x"
                + Integer.toHexString(flags);
    }

    /** What {@code crossgate scan} finds in these captures. */
    Scan scan(List<CaptureInput> inputs) {
        Scan scan = new Scan(settings());
        read(inputs, scan);
        return scan;
    }

    static CaptureRun read(List<CaptureInput> inputs, HeaderSink sink) {
        CaptureRun run = new CaptureRun(inputs, sink, (read, total, packets) -> {});
        run.run();
        return run;
    }

    static String ndjson(Findings findings) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Ndjson.write(findings, out);
        return out.toString(StandardCharsets.UTF_8);
    }


    @Override
    public String toString() {
        return name;
    }
}
