package io.crossgate.detect;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What detection may be told. Durations are of event time.
 *
 * @param firewalls gateways declared to be stateful firewalls; of others only what is LOGGED or NOT_FORWARDED is called a drop
 * @param clockTolerance how far gateways' clocks may differ
 * @param forwardingDelay how long a packet may take through a gateway
 * @param pairingWindow how long a SYN may precede its SYN-ACK
 * @param lookBack how long all gateways must have been watching before a SYN-ACK for its SYN to be proven absent
 * @param outcomeWindow how long after the first SYN-ACK a handshake may take to complete
 * @param incidentGap quiet time that ends an incident
 * @param clientPrefixV4 bits of an IPv4 client prefix, 0 to 32
 * @param clientPrefixV6 bits of an IPv6 client prefix, 0 to 128
 * @param conntrack how gateways' connection trackers are set, by gateway name; those not named have the kernel's defaults
 * @param maxFlows flows kept at once by one detector; beyond it, and beyond a quarter of it for those seen in one direction only, the longest idle are
 *     evicted and counted
 * @param flowRecords whether and when flow records are told
 */
public record DetectSettings(Set<String> firewalls, Map<String, ConntrackSettings> conntrack, Duration clockTolerance, Duration forwardingDelay, Duration pairingWindow, Duration lookBack,
        Duration outcomeWindow, Duration incidentGap, int clientPrefixV4, int clientPrefixV6, int maxFlows,
        FlowRecordSettings flowRecords) {
    public DetectSettings {
        firewalls = Set.copyOf(firewalls);
        conntrack = Map.copyOf(conntrack);
    }

    /**
     * The defaults. 1.2 s of forwarding delay: resolving the next hop's link address may take one retransmission, after 1 s (RFC 4861 RETRANS_TIMER). 31 s of
     * look-back: five retransmissions of a SYN-ACK at doubling intervals (Linux's tcp_synack_retries) span 31 s.
     */
    public static DetectSettings defaults() {
        return new DetectSettings(Set.of(), Map.of(), Duration.ofSeconds(5), Duration.ofMillis(1200), Duration.ofSeconds(120), Duration.ofSeconds(31),
                Duration.ofSeconds(5), Duration.ofMinutes(10), 24, 64, 1_000_000, FlowRecordSettings.OFF);
    }

    public DetectSettings withFirewalls(Set<String> names) {
        return new DetectSettings(names, conntrack, clockTolerance, forwardingDelay, pairingWindow, lookBack, outcomeWindow, incidentGap, clientPrefixV4, clientPrefixV6,
                maxFlows, flowRecords);
    }

    public DetectSettings withClockTolerance(Duration tolerance) {
        return new DetectSettings(firewalls, conntrack, tolerance, forwardingDelay, pairingWindow, lookBack, outcomeWindow, incidentGap, clientPrefixV4, clientPrefixV6,
                maxFlows, flowRecords);
    }

    public DetectSettings withMaxFlows(int flows) {
        return new DetectSettings(firewalls, conntrack, clockTolerance, forwardingDelay, pairingWindow, lookBack, outcomeWindow, incidentGap, clientPrefixV4,
                clientPrefixV6, flows, flowRecords);
    }

    public DetectSettings withConntrack(Map<String, ConntrackSettings> settings) {
        return new DetectSettings(firewalls, settings, clockTolerance, forwardingDelay, pairingWindow, lookBack, outcomeWindow, incidentGap, clientPrefixV4,
                clientPrefixV6, maxFlows, flowRecords);
    }

    public DetectSettings withFlowRecords(FlowRecordSettings records) {
        return new DetectSettings(firewalls, conntrack, clockTolerance, forwardingDelay, pairingWindow, lookBack, outcomeWindow, incidentGap, clientPrefixV4,
                clientPrefixV6, maxFlows, records);
    }

    /** How the connection tracker of the gateway of that name is set. */
    public ConntrackSettings conntrack(String gateway) {
        return conntrack.getOrDefault(gateway, ConntrackSettings.DEFAULTS);
    }
}
