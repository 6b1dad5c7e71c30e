package io.crossgate.app.command;

import io.crossgate.detect.conntrack.ConntrackSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code --set} says of connection trackers. */
final class ConntrackOptions {
    private static final String KERNEL_PREFIX = "nf_conntrack_";

    private ConntrackOptions() {}

    /** Settings of several gateways: those known, changed by each {@code GATEWAY.nf_conntrack_...=V}. */
    static Map<String, ConntrackSettings> byGateway(Map<String, ConntrackSettings> known, List<String> options) {
        Map<String, ConntrackSettings> settings = new TreeMap<>(known);
        for (String option : options) {
            int dot = option.indexOf("." + KERNEL_PREFIX);
            if (dot <= 0) {
                throw new UsageFault("--set is GATEWAY.nf_conntrack_NAME=VALUE, not \"" + option + "\"");
            }
            settings.merge(option.substring(0, dot), with(ConntrackSettings.DEFAULTS, option.substring(dot + 1)),
                    (earlier, ignored) -> with(earlier, option.substring(dot + 1)));
        }
        return settings;
    }

    /** Settings of one firewall: those known, changed by each {@code nf_conntrack_...=V}. */
    static ConntrackSettings of(ConntrackSettings known, List<String> options) {
        ConntrackSettings settings = known;
        for (String option : options) {
            settings = with(settings, option);
        }
        return settings;
    }

    private static ConntrackSettings with(ConntrackSettings settings, String option) {
        int equals = option.indexOf('=');
        if (equals <= 0) {
            throw new UsageFault("--set " + option + ": which value? Write nf_conntrack_NAME=VALUE");
        }
        try {
            return settings.with(option.substring(0, equals), option.substring(equals + 1));
        } catch (IllegalArgumentException e) {
            throw new UsageFault("--set " + option + ": " + e.getMessage());
        }
    }
}
