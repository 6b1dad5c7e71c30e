package io.crossgate.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a recording of a scenario: builds its network, captures at every gateway and in every firewall's log, plays it, and writes down what came of it. */
final class Recorder {
    /** The firewall's log is handed over once a second; a packet may also wait a second for its next hop's address. */
    private static final long QUIET_MILLIS = 1_500;
    private static final String LOG_DEVICE = "nflog:5";

    private final Scenario scenario;
    private final Path folder;

    Recorder(Scenario scenario, Path folder) {
        this.scenario = scenario;
        this.folder = folder.toAbsolutePath();
    }

    /** What a recording came to. */
    record Result(List<Experience> experiences, long invalid, long missed) {
        long failed() {
            return experiences.stream().filter(e -> !e.ok()).count();
        }
    }

    Result record() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (Network network = new Network(scenario.addresses(), scenario.gateways())) {
            network.build();
            Map<String, Dump> dumps = new LinkedHashMap<>();
            for (Gateway gateway : network.gateways()) {
                start(dumps, network, gateway, "lan", "lan");
                if (gateway.wan()) {
                    start(dumps, network, gateway, "wan", "wan");
                }
                if (gateway.keeping().firewall()) {
                    start(dumps, network, gateway, LOG_DEVICE, "nflog");
                }
            }
            Stage stage = new Stage(network);
            for (Dump dump : dumps.values()) {
                dump.awaitStart();
            }
            stage.mark();
            scenario.play(stage);
            stage.finish();
            Thread.sleep(QUIET_MILLIS);
            stage.mark();
            stage.settle();
            Map<String, Long> missed = new LinkedHashMap<>();
            List<Map<String, Object>> gateways = new ArrayList<>();
            long invalid = 0;
            for (Gateway gateway : network.gateways()) {
                gateways.add(describe(network, gateway));
                invalid += gateway.keeping().firewall() ? network.invalid(gateway.name())[0] : 0;
            }
            for (Map.Entry<String, Dump> dump : dumps.entrySet()) {
                missed.put(dump.getKey(), dump.getValue().stop());
            }
            write(stage, gateways, missed);
            return new Result(stage.experiences(), invalid, missed.values().stream().mapToLong(n -> n).sum());
        }
    }

    private void start(Map<String, Dump> dumps, Network network, Gateway gateway, String device, String point) {
        String name = gateway.name() + "-" + point + ".pcap";
        dumps.put(name, Dump.start(network.namespaces(), gateway.name(), device, folder.resolve(name)));
    }

    private static Map<String, Object> describe(Network network, Gateway gateway) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", gateway.name());
        told.put("firewall", gateway.keeping().firewall());
        if (gateway.keeping().firewall()) {
            long[] counter = network.invalid(gateway.name());
            told.put("drops", gateway.keeping() == Keeping.FIREWALL);
            told.put("settings", gateway.settings());
            told.put("addressTranslation", gateway.pool() ? network.addresses.pool() : "");
            told.put("invalid", Map.of("packets", counter[0], "bytes", counter[1]));
            told.put("conntrack", network.conntrack(gateway.name()));
        }
        return told;
    }

    private void write(Stage stage, List<Map<String, Object>> gateways, Map<String, Long> missed) throws IOException {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("scenario", scenario.name());
        meta.put("summary", scenario.summary());
        Expected expected = scenario.expected();
        Map<String, Object> right = new LinkedHashMap<>();
        right.put("words", expected.words());
        right.put("incidents", expected.incidents());
        right.put("cause", expected.cause());
        right.put("orphansAt", expected.orphansAt());
        meta.put("expected", right);
        meta.put("recorded", Instant.now().toString());
        meta.put("kernel", System.getProperty("os.version"));
        meta.put("ipVersion", scenario.addresses().v6() ? 6 : 4);
        meta.put("gateways", gateways);
        Map<String, long[]> phases = new LinkedHashMap<>();
        for (Experience e : stage.experiences()) {
            phases.computeIfAbsent(e.phase(), p -> new long[2])[e.ok() ? 0 : 1]++;
        }
        List<Map<String, Object>> told = new ArrayList<>();
        phases.forEach((phase, counts) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("phase", phase);
            one.put("ok", counts[0]);
            one.put("failed", counts[1]);
            told.add(one);
        });
        meta.put("connections", told);
        Map<String, Object> pings = new LinkedHashMap<>();
        pings.put("sent", stage.pingsSent());
        pings.put("answered", stage.pingsAnswered());
        meta.put("pings", pings);
        meta.put("missedByCapture", missed);
        Files.writeString(folder.resolve("meta.json"), new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(meta) + "\n");
        List<String> lines = new ArrayList<>(List.of(Experience.HEADING));
        stage.experiences().forEach(e -> lines.add(e.line()));
        Files.write(folder.resolve("connections.tsv"), lines);
    }
}
