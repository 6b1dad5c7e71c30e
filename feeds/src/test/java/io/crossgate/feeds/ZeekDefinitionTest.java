package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.feeds.zeeklog.ZeekLogs;
import io.crossgate.schemas.record.FlowRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Zeek's own logs say which fields conn.log has, in which order, and of which type: {@code -Dcrossgate.captures=FOLDER} names the folder that holds those of Zeek's
 * tests. What our lines have beside them is listed here.
 */
@Tag("captures")
class ZeekDefinitionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CAPTURES = System.getProperty("crossgate.captures", "");
    /** Of Zeek's log framework with JSON, and of its policy script for the Community ID. */
    private static final Set<String> OTHER_FIELDS_OF_ZEEK = Set.of("_path", "_system_name", "community_id");
    private static final Set<String> OUR_FIELDS = Set.of("identifier", "revision", "last", "end_reason", "conntrack_state", "invalid", "invalid_reasons");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Set<String> states = new HashSet<>();
    private final Set<String> protocols = new HashSet<>();

    @BeforeEach
    void readZeeksLogs() throws IOException {
        Assumptions.assumeFalse(CAPTURES.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
        try (Stream<Path> files = Files.walk(Path.of(CAPTURES, "public"))) {
            for (Path log : files.filter(file -> file.toString().endsWith(".conn.log")).sorted().toList()) {
                List<String> names = List.of();
                for (String line : Files.readAllLines(log)) {
                    List<String> values = Arrays.asList(line.split("\t", -1));
                    if (values.get(0).equals("#fields")) {
                        names = values.subList(1, values.size());
                    } else if (values.get(0).equals("#types")) {
                        for (int i = 0; i < names.size(); i++) {
                            types.putIfAbsent(names.get(i), values.get(i + 1));
                        }
                    } else if (!line.startsWith("#") && values.size() == names.size() && names.contains("conn_state")) {
                        states.add(values.get(names.indexOf("conn_state")));
                        protocols.add(values.get(names.indexOf("proto")));
                    }
                }
            }
        }
        assertThat(types).hasSizeGreaterThan(20);
    }

    @Test
    void everyFieldOfAConnectionIsZeeksOfZeeksTypeInZeeksOrderOrIsOneThatWeAdd() throws IOException {
        for (FlowRecord flow : Samples.flows()) {
            JsonNode line = JSON.readTree(new ZeekLogs().line(flow));
            List<String> zeeks = new ArrayList<>();
            line.properties().forEach(field -> {
                String name = field.getKey();
                if (types.containsKey(name) && !OTHER_FIELDS_OF_ZEEK.contains(name)) {
                    zeeks.add(name);
                    assertThat(isOf(types.get(name), field.getValue())).as("%s: %s is of type %s", name, field.getValue(), types.get(name)).isTrue();
                } else {
                    assertThat(name).matches(n -> OTHER_FIELDS_OF_ZEEK.contains(n) || OUR_FIELDS.contains(n), "is a field that is known");
                }
            });
            assertThat(zeeks).as("in Zeek's order").containsExactlyElementsOf(types.keySet().stream().filter(zeeks::contains).toList());
            assertThat(zeeks).contains("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state", "orig_pkts", "orig_ip_bytes", "resp_pkts",
                    "resp_ip_bytes", "ip_proto");
            assertThat(states).contains(line.path("conn_state").asText());
            assertThat(protocols).contains(line.path("proto").asText());
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "time", "interval" -> value.isNumber() && value.asDouble() >= 0;
            case "count" -> value.isIntegralNumber() && value.asLong() >= 0;
            case "port" -> value.isIntegralNumber() && value.asLong() >= 0 && value.asLong() <= 65_535;
            case "addr" -> value.isTextual() && value.asText().matches("[0-9.]+|[0-9a-f:]+");
            case "enum", "string" -> value.isTextual() && !value.asText().isEmpty();
            default -> false;
        };
    }
}
