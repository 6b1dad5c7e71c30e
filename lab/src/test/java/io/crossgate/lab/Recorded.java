package io.crossgate.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.app.command.Pipeline;
import io.crossgate.app.report.Findings;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A fresh recording, as a reader of its files finds it. */
final class Recorded {
    final Scenario scenario;
    final JsonNode meta;
    private final Path folder;

    Recorded(Scenario scenario, Path folder) throws IOException {
        this.scenario = scenario;
        this.folder = folder;
        meta = new ObjectMapper().readTree(folder.resolve("meta.json").toFile());
    }

    Set<String> firewalls() {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode gateway : meta.get("gateways")) {
            if (gateway.get("firewall").booleanValue()) {
                names.add(gateway.get("name").textValue());
            }
        }
        return names;
    }

    private Map<String, ConntrackSettings> conntrack() {
        Map<String, ConntrackSettings> all = new LinkedHashMap<>();
        for (JsonNode gateway : meta.get("gateways")) {
            ConntrackSettings settings = ConntrackSettings.DEFAULTS;
            for (Map.Entry<String, JsonNode> one : gateway.path("settings").properties()) {
                settings = settings.with(one.getKey(), one.getValue().textValue());
            }
            all.put(gateway.get("name").textValue(), settings);
        }
        return all;
    }

    /** What the firewalls' own rules counted. */
    long counted() {
        long sum = 0;
        for (JsonNode gateway : meta.get("gateways")) {
            sum += gateway.path("invalid").path("packets").asLong();
        }
        return sum;
    }

    List<Experience> experiences() throws IOException {
        List<Experience> all = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("connections.tsv")).stream().skip(1).toList()) {
            int tab = line.indexOf('\t');
            all.add(Experience.of(line.substring(0, tab), line.substring(tab + 1)));
        }
        return all;
    }

    List<Experience> failed() throws IOException {
        return experiences().stream().filter(e -> !e.ok()).toList();
    }

    private List<CaptureInput> inputs(boolean logs) {
        return Inputs.parse(List.of(folder.toString())).stream().filter(input -> input.iface().equals("nflog") == logs).toList();
    }

    private DetectSettings settings() {
        return DetectSettings.defaults().withFirewalls(firewalls()).withConntrack(conntrack());
    }

    /** What {@code crossgate run} finds by a real broker and Kafka Streams, given the same. */
    Findings run() throws InterruptedException {
        try (Pipeline pipeline = new Pipeline(null, 2, true)) {
            return pipeline.run(inputs(false), settings(), new Findings(), false).findings();
        }
    }

    /** What {@code crossgate scan} finds where it is given the firewalls' settings and not their logs. */
    Scan scan() {
        Scan scan = new Scan(settings());
        CaptureRun run = new CaptureRun(inputs(false), scan, (read, total, packets) -> {});
        run.run();
        if (!run.faults().isEmpty()) {
            throw new IllegalStateException(run.faults().toString());
        }
        return scan;
    }

    /** Every packet in the firewalls' logs. */
    List<String> logged() {
        List<String> packets = new ArrayList<>();
        CaptureRun run = new CaptureRun(inputs(true), new HeaderSink() {
            private final List<String> gateways = new ArrayList<>();

            @Override
            public void point(int index, String gateway, String iface, boolean firewallLog) {
                gateways.add(index, gateway);
            }

            @Override
            public void observedFrom(int index, long time) {}

            @Override
            public void header(int index, PacketHeader h) {
                packets.add(packet(gateways.get(index), h));
            }

            @Override
            public void watermark(int index, long time) {}

            @Override
            public void lost(int index, long from, long to, long packets) {}

            @Override
            public void ended(int index, long lastTime) {}
        }, (read, total, packets1) -> {});
        run.run();
        return packets;
    }

    private static String packet(String gateway, PacketHeader h) {
        boolean tcp = h.protocol == PacketHeader.TCP;
        return text(gateway, h.protocol, new Endpoint(h.sourceHigh, h.sourceLow, h.sourcePort), new Endpoint(h.destinationHigh, h.destinationLow, h.destinationPort),
                h.seq, h.ack, h.flags, tcp ? -1 : h.icmpType, tcp ? -1 : h.icmpCode);
    }

    static String packet(InvalidDrop d) {
        return text(d.gateway(), d.protocol(), d.source(), d.destination(), d.seq(), d.ack(), d.flags(), d.icmpType(), d.icmpCode());
    }

    private static String text(String gateway, int protocol, Endpoint from, Endpoint to, int seq, int ack, int flags, int type, int code) {
        return gateway + " protocol " + protocol + " " + from + " > " + to + " seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack)
                + " flags 0x" + Integer.toHexString(flags) + (type < 0 ? "" : " type " + type + " code " + code);
    }

    @Override
    public String toString() {
        return scenario.name();
    }
}
