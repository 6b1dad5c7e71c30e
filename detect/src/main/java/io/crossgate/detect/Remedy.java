package io.crossgate.detect;

import io.crossgate.schemas.flow.IpText;
import java.util.List;

/** What to do about an incident, one step a line, with the addresses that it is about. Never "accept INVALID": that passes what no firewall ever checked. */
final class Remedy {
    private Remedy() {}

    static List<String> of(Cause cause, Endpoint server, String clients, Endpoint client, String synGateway, String synAckGateway, String dropGateway) {
        boolean v6 = !IpText.isMapped(server.high(), server.low());
        String ip = v6 ? "ip -6" : "ip";
        String host = server.ip() + (v6 ? "/128" : "/32");
        String from = client == null ? clients.substring(0, clients.indexOf('/')) : client.ip();
        String firewall = dropGateway.isEmpty() ? synAckGateway : dropGateway;
        return switch (cause) {
            case EQUAL_COST_ROUTES -> List.of(
                    "Look for the equal-cost routes on the router in front of " + synGateway + " and " + synAckGateway + ": `" + ip + " route show match "
                            + server.ip() + "` lists several nexthops, and `" + ip + " route get " + server.ip() + " from " + from
                            + "` changes with the client's port or address.",
                    "Pin these clients to " + firewall + ", the gateway that the replies come back by: `" + ip + " route add " + host + " via <address of " + firewall
                            + "> table 100` and `" + ip + " rule add from " + clients + " to " + host + " lookup 100 priority 1000`.",
                    "Or make the return follow the SYN: let the far side route " + clients + " by the gateway that a connection left by (source NAT on each gateway, or"
                            + " share connection state between them with conntrackd).",
                    watch(firewall),
                    never(firewall));
            case FORWARD_ROUTE_BYPASSES_FIREWALL -> List.of(
                    "See which route the clients take: `" + ip + " route get " + server.ip() + " from " + from + "` on their router goes by " + synGateway + ", not by "
                            + firewall + ".",
                    "Send them through " + firewall + ": `" + ip + " route add " + host + " via <address of " + firewall + "> table 100` and `" + ip
                            + " rule add from " + clients + " to " + host + " lookup 100 priority 1000`.",
                    "Or let the replies to " + clients + " come back by " + synGateway + ": change the far side's route to " + clients + ".",
                    watch(firewall),
                    never(firewall));
            case RETURN_ROUTE_BYPASSES_FIREWALL -> List.of(
                    "See which route the replies take: `" + ip + " route get " + from + " from " + server.ip() + "` on the far side goes by " + synAckGateway + ", not by "
                            + firewall + ".",
                    "Bring them back through " + firewall + ": on the far side `" + ip + " route replace " + clients + " via <address of " + firewall + ">`.",
                    "Or let the clients leave by " + synAckGateway + ": `" + ip + " rule add from " + clients + " to " + host + " lookup 100 priority 1000` with `" + ip
                            + " route add " + host + " via <address of " + synAckGateway + "> table 100`.",
                    watch(firewall),
                    never(firewall));
            case CONNECTION_STATE_LOST -> List.of(
                    "See whether " + firewall + " knows the connections: `conntrack -L -d " + server.ip() + (server.port() > 0 ? " --dport " + server.port() : "")
                            + "`. Entries are lost by fail-over without conntrackd, by expiry (sysctl net.netfilter.nf_conntrack_tcp_timeout_established), by a full"
                            + " table (nf_conntrack_max) or by a flush.",
                    "Restart the connections of " + clients + " with " + server + ", or set net.netfilter.nf_conntrack_tcp_loose=1 on " + firewall
                            + " if it is 0 and connections may be picked up in their middle.",
                    watch(firewall),
                    never(firewall));
        };
    }

    private static String watch(String firewall) {
        return "Check: on " + firewall + ", `conntrack -S` shows `invalid` standing still; a new scan reports nothing.";
    }

    private static String never(String firewall) {
        return "Do not accept INVALID packets on " + firewall + ": that would pass packets of connections that it never checked.";
    }
}
