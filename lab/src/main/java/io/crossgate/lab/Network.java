package io.crossgate.lab;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scenario's network, made of namespaces:
 *
 * <pre>
 *   clients             gwa  lan | wan             provider          server
 *   10.20.30.11-20 ─┬── .1       | 198.51.100.2 ──┬── .1   .1 ────── 203.0.113.50
 *   10.20.40.11-20  ├── gwb  .2  | 198.51.100.6 ──┤
 *                   └── gwc  .3  | 198.51.100.10 ─┘
 * </pre>
 *
 * The LAN is a bridge in the clients' namespace; every line is a pair of virtual Ethernet devices, and none of them is ever outside the namespaces.
 */
final class Network implements AutoCloseable {
    static final String CLIENTS = "clients";
    static final String PROVIDER = "provider";
    static final String SERVER = "server";
    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+) bytes (\\d+)");
    /** Routing tables of the client networks have their networks' numbers. */
    private static final int RULE_PREFERENCE = 100;
    /** Pings have tables and rules of their own, looked at first. */
    private static final int PING_PREFERENCE = RULE_PREFERENCE - 1;
    private static final int PING_TABLES = 1000;

    final Addresses addresses;
    private final List<Gateway> gateways;
    private final Namespaces namespaces = new Namespaces();

    Network(Addresses addresses, List<Gateway> gateways) {
        this.addresses = addresses;
        this.gateways = List.copyOf(gateways);
    }

    Namespaces namespaces() {
        return namespaces;
    }

    List<Gateway> gateways() {
        return gateways;
    }

    void build() {
        host(CLIENTS);
        router(PROVIDER);
        host(SERVER);
        namespaces.script(CLIENTS, "ip link add lan type bridge\n" + inBothFamilies("echo 1 > /proc/sys/net/%s/fib_multipath_hash_policy")
                + "ip link set lan up\n");
        link(PROVIDER, SERVER, SERVER, "wan");
        namespaces.script(PROVIDER, address(addresses.serverGateway(), addresses.networkBits(), SERVER));
        namespaces.script(SERVER, address(addresses.server(), addresses.networkBits(), "wan") + route(addresses.any(), "via " + addresses.serverGateway()));
        StringBuilder lan = new StringBuilder();
        for (int network : Addresses.NETWORKS) {
            for (String client : addresses.clients(network, Addresses.CLIENTS)) {
                lan.append(address(client, addresses.networkBits(), "lan"));
            }
            lan.append(rule(PING_PREFERENCE, network, "ipproto " + (addresses.v6() ? "ipv6-icmp" : "icmp") + " lookup " + (PING_TABLES + network)));
            lan.append(rule(RULE_PREFERENCE, network, "lookup " + network));
        }
        namespaces.script(CLIENTS, lan.toString());
        for (int i = 0; i < gateways.size(); i++) {
            gateway(i, gateways.get(i));
        }
    }

    private void gateway(int number, Gateway gateway) {
        String name = gateway.name();
        router(name);
        link(CLIENTS, name, name, "lan");
        StringBuilder setup = new StringBuilder();
        for (int network : Addresses.NETWORKS) {
            setup.append(address(addresses.lan(network, number), addresses.networkBits(), "lan"));
        }
        namespaces.script(CLIENTS, "ip link set " + name + " master lan\n");
        if (gateway.wan()) {
            link(PROVIDER, name, name, "wan");
            namespaces.script(PROVIDER, address(addresses.provider(number), addresses.linkBits(), name));
            setup.append(address(addresses.wan(number), addresses.linkBits(), "wan")).append(route(addresses.any(), "via " + addresses.provider(number)));
        } else {
            setup.append(route(addresses.any(), "via " + addresses.lan(Addresses.STAFF, number + 1)));
        }
        namespaces.script(name, setup.toString());
        if (gateway.keeping().firewall()) {
            firewall(gateway);
        }
    }

    private void firewall(Gateway gateway) {
        String fate = gateway.keeping() == Keeping.FIREWALL ? "drop" : "accept";
        StringBuilder rules = new StringBuilder("nft -f - <<'RULES'\ntable inet crossgate {\n  chain invalid {\n    ct state invalid counter log prefix \"INVALID " + fate
                + " \" group 5 snaplen " + Dump.SNAP_LENGTH + " " + fate + "\n  }\n");
        for (String hook : List.of("forward", "input")) {
            rules.append("  chain ").append(hook).append(" {\n    type filter hook ").append(hook).append(" priority filter; policy accept;\n    jump invalid\n  }\n");
        }
        rules.append("}\n");
        if (gateway.pool()) {
            rules.append("table ").append(addresses.v6() ? "ip6" : "ip").append(" pool {\n  chain out {\n    type nat hook postrouting priority srcnat;\n")
                    .append("    oifname \"wan\" snat to ").append(addresses.pool()).append("\n  }\n}\n");
        }
        rules.append("RULES\n");
        gateway.settings().forEach((key, value) -> rules.append("echo ").append(value).append(" > /proc/sys/net/netfilter/").append(key).append('\n'));
        namespaces.script(gateway.name(), rules.toString());
    }

    private void host(String role) {
        namespaces.add(role);
        // No router solicitations, no waiting for duplicate addresses; and no IPv6 at all where the scenario is of IPv4, to keep captures plain.
        namespaces.script(role, "for c in default all; do d=/proc/sys/net/ipv6/conf/$c; echo 0 > $d/accept_dad; echo 0 > $d/dad_transmits; echo 0 > $d/accept_ra; "
                + "echo 0 > $d/router_solicitations; echo " + (addresses.v6() ? 0 : 1) + " > $d/disable_ipv6; done\n"
                + "for c in default all; do d=/proc/sys/net/ipv4/conf/$c; echo 0 > $d/rp_filter; echo 0 > $d/send_redirects; echo 0 > $d/accept_redirects; done\n"
                + "echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range\n");
    }

    private void router(String role) {
        host(role);
        namespaces.script(role, "echo 1 > /proc/sys/net/ipv4/ip_forward\necho 1 > /proc/sys/net/ipv6/conf/all/forwarding\n");
    }

    private void link(String from, String device, String to, String peer) {
        namespaces.script(from, "ip link add " + device + " type veth peer name " + peer + " netns " + namespaces.name(to) + "\nip link set " + device + " up\n");
        namespaces.script(to, "ip link set " + peer + " up\n");
    }

    private String address(String address, int bits, String device) {
        return "ip " + addresses.family() + " address add " + address + "/" + bits + " dev " + device + (addresses.v6() ? " nodad" : "") + "\n";
    }

    private String route(String to, String rest) {
        return "ip " + addresses.family() + " route replace " + to + " " + rest + "\n";
    }

    private String rule(int preference, int network, String rest) {
        return "ip " + addresses.family() + " rule add pref " + preference + " from " + addresses.network(network) + " to " + addresses.serverNetwork() + " " + rest
                + "\n";
    }

    private static String inBothFamilies(String command) {
        return String.format(command, "ipv4") + "\n" + String.format(command, "ipv6") + "\n";
    }

    private int number(String gateway) {
        for (int i = 0; i < gateways.size(); i++) {
            if (gateways.get(i).name().equals(gateway)) {
                return i;
            }
        }
        throw new IllegalArgumentException(gateway);
    }

    /**
     * The way to the server from a client network: one gateway, or several with equal cost. Pings go by the first: which of equal-cost ways the kernel takes for them
     * changes with every boot, by a secret of its hash.
     */
    void out(int network, String... via) {
        String ping = "via " + addresses.lan(network, number(via[0])) + " dev lan table " + (PING_TABLES + network);
        StringBuilder hops = new StringBuilder("table " + network);
        for (String gateway : via) {
            hops.append(via.length > 1 ? " nexthop" : "").append(" via ").append(addresses.lan(network, number(gateway))).append(" dev lan");
        }
        namespaces.script(CLIENTS, route(addresses.serverNetwork(), hops.toString()) + route(addresses.serverNetwork(), ping));
    }

    /** The way back from the provider to a client network. */
    void back(int network, String via) {
        namespaces.script(PROVIDER, route(addresses.network(network), "via " + addresses.wan(number(via))));
    }

    /** The way back from the provider to the NAT pool. */
    void backToPool(String via) {
        namespaces.script(PROVIDER, route(addresses.host(addresses.pool()), "via " + addresses.wan(number(via))));
    }

    /** Has the provider drop packets from now on: an nft rule's condition. */
    void providerDrops(String condition) {
        namespaces.script(PROVIDER, "nft -f - <<'RULES'\ntable inet loss {\n  chain forward {\n    type filter hook forward priority filter; policy accept;\n    " + condition
                + " drop\n  }\n}\nRULES\n");
    }

    void providerDropsNoMore() {
        namespaces.script(PROVIDER, "nft delete table inet loss\n");
    }

    /** From now on nothing that clients, provider or server send goes anywhere, but for pings of neighbours. */
    void silence() {
        String rules = "nft -f - <<'RULES'\ntable inet silence {\n  chain out {\n    type filter hook output priority filter; policy drop;\n    meta l4proto { icmp, ipv6-icmp } accept\n  }\n  chain forward {\n"
                + "    type filter hook forward priority filter; policy drop;\n  }\n}\nRULES\n";
        List.of(CLIENTS, PROVIDER, SERVER).forEach(role -> namespaces.script(role, rules));
    }

    /** What a firewall's rule for INVALID has met: packets and bytes. */
    long[] invalid(String gateway) {
        Matcher matcher = COUNTER.matcher(namespaces.script(gateway, "nft list chain inet crossgate invalid\n"));
        if (!matcher.find()) {
            throw new LabException(gateway + ": no counter");
        }
        return new long[] {Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))};
    }

    /** The connection tracker's own counters, summed over processors. */
    Map<String, Long> conntrack(String gateway) {
        Map<String, Long> sums = new TreeMap<>();
        Matcher matcher = Pattern.compile("(\\w+)=(\\d+)").matcher(namespaces.script(gateway, "conntrack -S\n"));
        while (matcher.find()) {
            if (!matcher.group(1).equals("cpu")) {
                sums.merge(matcher.group(1), Long.parseLong(matcher.group(2)), Long::sum);
            }
        }
        return sums;
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
