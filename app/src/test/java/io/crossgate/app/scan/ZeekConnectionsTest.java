package io.crossgate.app.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.conntrack.ConntrackSetting;
import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Holds flow records against what Zeek itself logs of the same captures: number of connections, who began them, conn_state, history, packets and
 * bytes of each direction. The captures and Zeek's logs are those of Zeek's tests and no part of this project; {@code -Dcrossgate.captures=FOLDER} names the folder that
 * holds them. Connections of which something differs are listed, with the reason, in {@code zeek-differences.tsv}.
 */
@Tag("captures")
class ZeekConnectionsTest {
    private static final String CAPTURES = System.getProperty("crossgate.captures", "");
    private static final String LOG = ".conn.log";
    /** A capture with so many connections of one kind that it would hide what is true of the others. */
    private static final String MONOTONOUS = "linktypes/other_linktypes/zeek__llc.pcap";
    private static final double BAR = 0.97;
    private static final double BAR_WITHOUT = 0.97;
    /** Their logs show packets with a bad checksum counted like any other: Zeek was told to ignore checksums (-C). */
    private static final Set<String> CHECKSUMS_IGNORED = Set.of(
            "linktypes/mpls/zeek__mpls-in-vlan.pcap",
            "linktypes/vlan_qinq/zeek__ldap__simpleauth-diff-port.pcap",
            "tcp/normal/zeek__ldap__krb5-sign-seal-01.pcap",
            "tcp/normal/zeek__tcp-http-with-padding.pcap",
            "tcp/zeek_tcp/zeek__tcp__retransmit-fast009.pcap",
            "tcp/zeek_tcp/zeek__tcp__retransmit-timeout.pcapng");

    /** Zeek's logs of one capture beside our records, each connection as one line: endpoints, conn_state, history, packets, bytes. */
    private record Compared(String file, List<String> zeek, List<String> ours) {
        /** Connections that are alike in all but the count of bytes. */
        long agreeing() {
            List<String> left = new ArrayList<>(ours.stream().map(Compared::withoutBytes).toList());
            return zeek.stream().map(Compared::withoutBytes).filter(left::remove).count();
        }

        private static String withoutBytes(String line) {
            return line.substring(0, line.lastIndexOf(' '));
        }

        /** Connections that only one side has, or has otherwise: file, Zeek's lines, our lines, by pair of endpoints. */
        List<String> differences() {
            List<String> theirs = new ArrayList<>(zeek);
            List<String> mine = new ArrayList<>(ours);
            for (String line : zeek) {
                if (mine.remove(line)) {
                    theirs.remove(line);
                }
            }
            Map<String, List<List<String>>> byPair = new TreeMap<>();
            theirs.forEach(line -> byPair.computeIfAbsent(pair(line), p -> List.of(new ArrayList<>(), new ArrayList<>())).get(0).add(line));
            mine.forEach(line -> byPair.computeIfAbsent(pair(line), p -> List.of(new ArrayList<>(), new ArrayList<>())).get(1).add(line));
            return byPair.values().stream().map(sides -> file + "\t" + String.join("; ", sides.get(0)) + "\t" + String.join("; ", sides.get(1))).toList();
        }

        private static String pair(String line) {
            String[] parts = line.split(" ");
            return parts[0].compareTo(parts[1]) < 0 ? parts[0] + " " + parts[1] : parts[1] + " " + parts[0];
        }
    }

    private static final List<Compared> ALL = new ArrayList<>();

    @BeforeAll
    static void compareAll() throws IOException {
        if (CAPTURES.isEmpty()) {
            return;
        }
        Path folder = Path.of(CAPTURES, "public");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log : files.filter(f -> f.toString().endsWith(LOG)).sorted().toList()) {
                List<String> zeek = connections(log);
                if (zeek != null) {
                    String file = folder.relativize(log).toString().replace(LOG, "");
                    ALL.add(new Compared(file, zeek, records(folder.resolve(file), CHECKSUMS_IGNORED.contains(file))));
                }
            }
        }
    }

    /** Not before all: so each test is counted as skipped, with the reason. */
    @BeforeEach
    void haveCaptures() {
        Assumptions.assumeFalse(CAPTURES.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
    }

    /** The TCP connections of a log; null of a log that is no whole conn.log. */
    private static List<String> connections(Path log) throws IOException {
        List<String> names = List.of();
        List<String> connections = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            String[] values = line.split("\t", -1);
            if (values[0].equals("#fields")) {
                names = Arrays.asList(values).subList(1, values.length);
            } else if (!line.startsWith("#") && !line.isBlank() && names.contains("proto")) {
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < values.length; i++) {
                    row.put(names.get(i), values[i]);
                }
                if (row.get("proto").equals("tcp")) {
                    connections.add(row.getOrDefault("id.orig_h", row.get("src")) + ":" + row.getOrDefault("id.orig_p", row.get("src_port")) + " "
                            + row.getOrDefault("id.resp_h", row.get("dst")) + ":" + row.getOrDefault("id.resp_p", row.get("dst_port")) + " "
                            + row.get("conn_state") + " " + row.get("history") + " " + row.get("orig_pkts") + "/" + row.get("resp_pkts") + " "
                            + row.get("orig_ip_bytes") + "/" + row.get("resp_ip_bytes"));
                }
            }
        }
        return names.contains("proto") ? connections : null;
    }

    private static List<String> records(Path capture, boolean ignoreChecksums) {
        DetectSettings settings = DetectSettings.defaults().withFlowRecords(FlowRecordSettings.OFF.made());
        if (ignoreChecksums) {
            settings = settings.withConntrack(Map.of("gw", ConntrackSettings.DEFAULTS.with(ConntrackSetting.CHECKSUM, 0)));
        }
        Scan scan = new Scan(settings);
        new CaptureRun(List.of(new CaptureInput("gw", "any", List.of(capture))), scan, (read, total, n) -> {}).run();
        return scan.findings().flows().stream().filter(flow -> flow.protocol() == PacketHeader.TCP).map(ZeekConnectionsTest::line).toList();
    }

    private static String line(FlowSummary f) {
        return f.origin().sender().ip() + ":" + f.origin().sender().port() + " " + f.response().sender().ip() + ":" + f.response().sender().port() + " "
                + f.connState() + " " + (f.history().isEmpty() ? "-" : f.history()) + " " + f.origin().packets() + "/" + f.response().packets() + " "
                + f.origin().bytes() + "/" + f.response().bytes();
    }

    private static void assertAgreement(Stream<Compared> compared, double bar) {
        long zeek = 0;
        long ours = 0;
        long agreeing = 0;
        for (Compared c : compared.toList()) {
            zeek += c.zeek.size();
            ours += c.ours.size();
            agreeing += c.agreeing();
        }
        assertThat(zeek).as("connections by Zeek").isPositive();
        assertThat(agreeing / (double) Math.max(zeek, ours)).as("connections by Zeek %d, here %d, alike %d", zeek, ours, agreeing).isGreaterThanOrEqualTo(bar);
    }

    @Test
    void almostAllConnectionsAreToldAsZeekTellsThem() {
        assertAgreement(ALL.stream(), BAR);
    }

    @Test
    void soTheyAreWithoutTheCaptureThatHoldsMostOfThem() {
        assertAgreement(ALL.stream().filter(c -> !c.file.equals(MONOTONOUS)), BAR_WITHOUT);
    }

    @Test
    void everyOtherConnectionIsExplained() throws IOException {
        List<String> listed = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(ZeekConnectionsTest.class.getResourceAsStream("zeek-differences.tsv"),
                StandardCharsets.UTF_8))) {
            for (String line : in.lines().filter(l -> !l.startsWith("#")).toList()) {
                String[] values = line.split("\t", -1);
                assertThat(values).as(line).hasSize(4);
                assertThat(values[3]).as("why, of " + values[0]).isNotBlank();
                listed.add(String.join("\t", Arrays.copyOf(values, 3)));
            }
        }
        assertThat(ALL.stream().flatMap(c -> c.differences().stream())).as("file, Zeek's connections, ours").containsExactlyInAnyOrderElementsOf(listed);
    }
}
