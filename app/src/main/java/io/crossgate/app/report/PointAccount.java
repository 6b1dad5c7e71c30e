package io.crossgate.app.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of one observation point's packets.
 *
 * @param gateway the gateway's name
 * @param iface the interface
 * @param firewallLog true if these are records of the firewall's log, not packets of an interface
 * @param packets packets captured
 * @param outcomes how many packets ended in each outcome, in the order in which they are printed, the same at every point; each packet in exactly one
 * @param lost packets that the capture itself says it lost: they are in no outcome
 * @param remarks what else is to be known of this capture
 */
public record PointAccount(String gateway, String iface, boolean firewallLog, long packets, Map<String, Long> outcomes, long lost, List<String> remarks) {
    public PointAccount {
        outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
        remarks = List.copyOf(remarks);
    }

    /** The observation point's name. */
    String name() {
        return gateway + "/" + iface + (firewallLog ? " (log)" : "");
    }

    /** Packets that have an outcome: all of them, unless something is wrong. */
    long accounted() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
}
