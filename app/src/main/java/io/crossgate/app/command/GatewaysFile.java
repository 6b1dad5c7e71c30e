package io.crossgate.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.crossgate.app.Failure;
import io.crossgate.detect.conntrack.ConntrackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of gateways, in a YAML file. A key that is not known is an error.
 *
 * <pre>
 *   gateways:
 *     gwa:
 *       firewall: true
 *       nf_conntrack_tcp_loose: 0
 *     gwb: {}
 * </pre>
 */
final class GatewaysFile {
    private static final String GATEWAYS = "gateways";
    private static final String FIREWALL = "firewall";

    /** Names of all gateways in the file. */
    final Set<String> names = new TreeSet<>();
    final Set<String> firewalls = new TreeSet<>();
    final Map<String, ConntrackSettings> conntrack = new TreeMap<>();

    private final Path file;

    private GatewaysFile(Path file) {
        this.file = file;
    }

    /** Reads the file; nothing is known where {@code file} is null. */
    static GatewaysFile read(Path file) {
        GatewaysFile known = new GatewaysFile(file);
        if (file == null) {
            return known;
        }
        try {
            YAMLMapper yaml = new YAMLMapper(YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
            known.take(yaml.readTree(Files.readString(file)));
            return known;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr() + ":";
            throw new UsageFault(file + ":" + where + " no YAML that can be read: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new Failure(file + ": can't be read: " + e, e);
        }
    }

    private void take(JsonNode root) {
        if (!root.isObject() || root.size() != 1 || !root.path(GATEWAYS).isObject()) {
            throw fault("", "the file holds one key, `gateways`, and under it a key for each gateway");
        }
        root.get(GATEWAYS).properties().forEach(gateway -> {
            names.add(gateway.getKey());
            if (!gateway.getValue().isObject() && !gateway.getValue().isNull()) {
                throw fault(gateway.getKey(), "holds keys and values");
            }
            gateway.getValue().properties().forEach(setting -> take(gateway.getKey(), setting.getKey(), setting.getValue()));
        });
    }

    private void take(String gateway, String key, JsonNode value) {
        if (key.equals(FIREWALL)) {
            if (!value.isBoolean()) {
                throw fault(gateway + "." + key, "is true or false");
            }
            if (value.booleanValue()) {
                firewalls.add(gateway);
            }
            return;
        }
        try {
            conntrack.put(gateway, conntrack.getOrDefault(gateway, ConntrackSettings.DEFAULTS).with(key, value.asText()));
        } catch (IllegalArgumentException e) {
            throw fault(gateway + "." + key, e.getMessage());
        }
    }

    private UsageFault fault(String at, String what) {
        return new UsageFault(file + ": " + (at.isEmpty() ? "" : at + ": ") + what);
    }
}
