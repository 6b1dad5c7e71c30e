package io.crossgate.app.command;

import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What detection may be told, alike in every command that detects. */
final class DetectionOptions {
    private static final DetectSettings DEFAULTS = DetectSettings.defaults();
    /** What a flow takes of the heap, about: some 580 bytes at one gateway, and its share of what is known of services. */
    private static final int FLOW_BYTES = 1024;

    @Option(names = "--firewall", paramLabel = "GATEWAY", split = ",", description = {
        "A gateway that is a stateful firewall; may be given again.",
        "Of other gateways, only what is LOGGED or NOT_FORWARDED is called a drop."})
    List<String> firewalls = new ArrayList<>();

    @Option(names = "--gateways", paramLabel = "FILE", description = {
        "YAML file that says of each gateway whether it is a firewall (firewall: true), and its connection tracker's settings by their kernel names."})
    Path gateways;

    @Option(names = "--set", paramLabel = "GATEWAY.nf_conntrack_...=V", description = {
        "A setting of a gateway's connection tracker, by its kernel name, where it is not the kernel's default; may be given again."})
    List<String> conntrack = new ArrayList<>();

    @Option(names = "--clock-tolerance", paramLabel = "TIME", description = "How far the gateways' clocks may differ (5s).")
    Duration clockTolerance = DEFAULTS.clockTolerance();

    @Option(names = "--forwarding-delay", paramLabel = "TIME", description = "How long a packet may take through a gateway (1200ms).")
    Duration forwardingDelay = DEFAULTS.forwardingDelay();

    @Option(names = "--pairing-window", paramLabel = "TIME", description = "How long a SYN may precede its SYN-ACK (120s).")
    Duration pairingWindow = DEFAULTS.pairingWindow();

    @Option(names = "--look-back", paramLabel = "TIME",
            description = "How long every gateway must have been watching before the absence of a SYN is taken as proven (31s).")
    Duration lookBack = DEFAULTS.lookBack();

    @Option(names = "--outcome-window", paramLabel = "TIME", description = "How long after its first SYN-ACK a handshake may take to complete (5s).")
    Duration outcomeWindow = DEFAULTS.outcomeWindow();

    @Option(names = "--incident-gap", paramLabel = "TIME", description = "Quiet time that ends an incident (10m).")
    Duration incidentGap = DEFAULTS.incidentGap();

    @Option(names = "--client-prefix-v4", paramLabel = "BITS", description = "Length of the IPv4 prefixes that clients are gathered by (24).")
    int clientPrefixV4 = DEFAULTS.clientPrefixV4();

    @Option(names = "--client-prefix-v6", paramLabel = "BITS", description = "Length of the IPv6 prefixes that clients are gathered by (64).")
    int clientPrefixV6 = DEFAULTS.clientPrefixV6();

    @Option(names = "--max-flows", paramLabel = "N", description = {
        "Flows kept at once by one detector (of a scan: by all), a quarter of them such as were seen in one direction only;",
        "beyond that the longest idle are evicted and counted (1000000, or as many as half of the heap has room for)."})
    int maxFlows = Math.min(DEFAULTS.maxFlows(), roomForFlows());

    @Option(names = "--flows", description = "Make flow records as well, of TCP and ICMP, one per flow and gateway; --json prints them.")
    boolean flows;

    @Option(names = "--flow-idle", paramLabel = "TIME", description = "Time without a packet after which a flow's record ends (5m).")
    Duration flowIdle = FlowRecordSettings.OFF.idle();

    @Option(names = "--flow-active", paramLabel = "TIME", description = "Tell the record of a flow that goes on this often (30m).")
    Duration flowActive = FlowRecordSettings.OFF.active();

    private static int roomForFlows() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, Runtime.getRuntime().maxMemory() / 2 / FLOW_BYTES));
    }

    DetectSettings settings() {
        check(clientPrefixV4 >= 0 && clientPrefixV4 <= 32, "--client-prefix-v4 is 0 to 32");
        check(clientPrefixV6 >= 0 && clientPrefixV6 <= 128, "--client-prefix-v6 is 0 to 128");
        check(!flowIdle.isZero() && !flowActive.isZero(), "--flow-idle and --flow-active are longer than zero");
        check(maxFlows > 0, "--max-flows is 1 or more");
        GatewaysFile known = GatewaysFile.read(gateways);
        Set<String> declared = new LinkedHashSet<>(firewalls);
        declared.addAll(known.firewalls);
        return new DetectSettings(declared, ConntrackOptions.byGateway(known.conntrack, conntrack), clockTolerance, forwardingDelay, pairingWindow, lookBack,
                outcomeWindow, incidentGap, clientPrefixV4, clientPrefixV6, maxFlows, new FlowRecordSettings(flows, flowIdle, flowActive));
    }

    private static void check(boolean good, String rule) {
        if (!good) {
            throw new UsageFault(rule);
        }
    }
}
