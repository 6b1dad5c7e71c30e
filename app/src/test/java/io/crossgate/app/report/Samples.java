package io.crossgate.app.report;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Cause;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import io.crossgate.detect.flowrecord.ConnState;
import io.crossgate.detect.flowrecord.EndReason;
import io.crossgate.schemas.flow.IpText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events as detection tells them, about clients in 10.20.30.0/24 and the service 203.0.113.50:443. */
final class Samples {
    static final long START = Instant.parse("2026-11-23T02:14:07Z").getEpochSecond() * 1_000_000_000L;
    static final Endpoint SERVER = v4(203, 0, 113, 50, 443);
    static final String CLIENTS = "10.20.30.0/24";
    static final int SYN_ACK = 0x12;
    static final int ACK = 0x10;
    private static final long MILLI = 1_000_000L;

    private Samples() {}

    static Endpoint v4(int a, int b, int c, int d, int port) {
        return new Endpoint(0, IpText.mapped(a << 24 | b << 16 | c << 8 | d), port);
    }

    static Endpoint client(int n) {
        return v4(10, 20, 30, 10 + n % 40, 40_000 + n);
    }

    static OrphanedSynAck orphan(int n) {
        long time = START + n * 500 * MILLI + 123_456_789L;
        return new OrphanedSynAck(String.format("a%015x", n), 1, true, time, "gwa", "wan", "1:wCb3OG7yAFWelaUydu0D+125CLM=", SERVER, client(n), 0xfedcba98, 1001 + n,
                SYN_ACK, Verdict.ASYMMETRIC, BlindReason.NONE, "", Pairing.CERTIFIED, List.of(new Sighting("gwb", "lan", time - 20 * MILLI)), 2, true);
    }

    static OrphanedSynAck undetermined() {
        OrphanedSynAck e = orphan(500);
        return new OrphanedSynAck(e.id(), 0, true, e.time(), e.gateway(), e.iface(), e.communityId(), e.source(), e.destination(), e.seq(), e.ack(), e.flags(),
                Verdict.UNDETERMINED, BlindReason.CAPTURE_LOST_PACKETS, "gwb", Pairing.NONE, List.of(), 0, false);
    }

    static OrphanedSynAck unsolicited(int server) {
        OrphanedSynAck e = orphan(600 + server);
        return new OrphanedSynAck(e.id(), 0, true, e.time(), e.gateway(), e.iface(), e.communityId(), v4(198, 51, 100, server, 80), e.destination(), e.seq(),
                e.ack(), e.flags(), Verdict.UNSOLICITED, BlindReason.NONE, "", Pairing.NONE, List.of(), 0, false);
    }

    /** The flow of {@link #orphan} as the firewall saw it. */
    static FlowSummary flow(int n) {
        OrphanedSynAck e = orphan(n);
        return new FlowSummary(String.format("e%015x", n), 0, true, "gwa", e.communityId(), 6, e.time(), e.time() + 3000 * MILLI, EndReason.IDLE_TIMEOUT, ConnState.OTH,
                "^h", new FlowSummary.Way(e.destination(), 0, 0, 0, 0, 0), new FlowSummary.Way(e.source(), 3, 180, 0, SYN_ACK, 2), -1, -1, "NONE",
                Map.of("INVALID_NEW_SYN_ACK", 3L));
    }

    static FlowSummary wholeFlow() {
        OrphanedSynAck e = orphan(700);
        return new FlowSummary("f000000000000000", 4, false, "gwb", e.communityId(), 6, e.time(), e.time() + 3000 * MILLI, EndReason.ACTIVE_TIMEOUT, ConnState.S1,
                "ShADad", new FlowSummary.Way(e.destination(), 7, 1000, 600, 0x1a, 0), new FlowSummary.Way(e.source(), 5, 9000, 8000, 0x1a, 0), 20 * MILLI,
                123_456, "ESTABLISHED", Map.of());
    }

    static InvalidDrop synAckDrop(int n) {
        OrphanedSynAck e = orphan(n);
        return new InvalidDrop(String.format("b%015x", n), e.time(), e.time(), "gwa", "wan", e.communityId(), 6, e.source(), e.destination(), e.seq(), e.ack(),
                SYN_ACK, -1, -1, "INVALID_NEW_SYN_ACK", "NONE", Evidence.NOT_FORWARDED);
    }

    static InvalidDrop ackDrop(int n) {
        OrphanedSynAck e = orphan(n);
        return new InvalidDrop(String.format("c%015x", n), e.time(), e.time() - 40, "gwa", "lan", e.communityId(), 6, e.destination(), e.source(), e.ack(), e.seq(),
                ACK, -1, -1, "INVALID_STATE", "SYN_SENT", Evidence.LOGGED);
    }

    static InvalidDrop echoReplyDrop() {
        OrphanedSynAck e = orphan(700);
        return new InvalidDrop("d000000000000000", e.time(), e.time(), "gwa", "wan", e.communityId(), 1, v4(203, 0, 113, 50, 0), v4(10, 20, 30, 11, 0), 0, 0, 0, 0,
                0, "INVALID_NEW_ICMP", "NONE", Evidence.PREDICTED);
    }

    static final List<String> REMEDY = List.of(
            "Look for the equal-cost routes on the router in front of gwb and gwa: `ip route show match 203.0.113.50` lists several nexthops.",
            "Pin these clients to gwa, the gateway that the replies come back by: `ip route add 203.0.113.50/32 via <address of gwa> table 100` and `ip rule add"
                    + " from 10.20.30.0/24 to 203.0.113.50/32 lookup 100 priority 1000`.",
            "Do not accept INVALID packets on gwa: that would pass packets of connections that it never checked.");

    private static final List<String> REMEDY_FORWARD = List.of(
            "See which route the clients take: `ip route get 203.0.113.50 from 10.20.30.10` on their router goes by gwb, not by gwa.",
            "Or let the replies to 10.20.30.0/24 come back by gwb: change the far side's route to 10.20.30.0/24.",
            "Do not accept INVALID packets on gwa: that would pass packets of connections that it never checked.");

    private static final List<String> REMEDY_RETURN = List.of(
            "Bring them back through gwa: on the far side `ip route replace 10.20.30.0/24 via <address of gwa>`.",
            "Do not accept INVALID packets on gwa: that would pass packets of connections that it never checked.");

    private static final List<String> REMEDY_STATE = List.of(
            "See whether gwa knows the connections: `conntrack -L -d 203.0.113.50 --dport 443`.",
            "Do not accept INVALID packets on gwa: that would pass packets of connections that it never checked.");

    static Incident equalCost() {
        return new Incident("0123456789abcdef", 3, true, Cause.EQUAL_COST_ROUTES, "gwb", "gwa", "gwa", CLIENTS, 37, false, SERVER, 150, 68, 150, 0,
                START + 123_456_789L, START + 252_500_000_000L, 171, Evidence.NOT_FORWARDED, "INVALID_NEW_SYN_ACK", "NONE", 10, 10,
                List.of(new Incident.Unaffected("10.20.40.0/24", 100), new Incident.Unaffected("10.20.50.0/24", 1)), REMEDY);
    }

    static Incident forward() {
        return new Incident("1123456789abcdef", 0, false, Cause.FORWARD_ROUTE_BYPASSES_FIREWALL, "gwb", "gwa", "gwa", CLIENTS, 1024, true, SERVER, 4000, 4000, 0,
                0, START, START + 7_300_000_000L, 12_000, Evidence.PREDICTED, "INVALID_NEW_SYN_ACK", "NONE", 10, 0, List.of(), REMEDY_FORWARD);
    }

    static Incident returning() {
        return new Incident("2123456789abcdef", 0, true, Cause.RETURN_ROUTE_BYPASSES_FIREWALL, "gwa", "gwb", "gwa", CLIENTS, 12, false, SERVER, 40, 40, 20, 1,
                START, START + 90_000_000_000_000L, 95, Evidence.LOGGED, "INVALID_STATE", "SYN_SENT", 10, 7, List.of(), REMEDY_RETURN);
    }

    static Incident stateLost() {
        return new Incident("3123456789abcdef", 0, true, Cause.CONNECTION_STATE_LOST, "", "", "gwa", CLIENTS, 1, false, SERVER, 0, 0, 0, 0, START, START, 6,
                Evidence.LOGGED, "INVALID_NEW_ACK", "NONE", 0, 0, List.of(), REMEDY_STATE);
    }

    static Accounting accounting() {
        return new Accounting(List.of(
                new PointAccount("gwa", "lan", false, 12_345, outcomes(12_000, 0, 300, 45), 0, List.of()),
                new PointAccount("gwa", "wan", false, 12_516, outcomes(12_000, 0, 516, 0), 0, List.of()),
                new PointAccount("gwa", "nflog", true, 171, outcomes(171, 0, 0, 0), 0, List.of("the log carries no time of its own: when it was read is taken")),
                new PointAccount("gwb", "lan", false, 4_000, outcomes(4_000, 0, 0, 0), 0, List.of())),
                List.of("INVALID but forwarded by gwb: 29", "evicted flows: 0"));
    }

    static Accounting oneGateway(long packets, long lost) {
        return new Accounting(List.of(new PointAccount("gwa", "lan", false, packets, outcomes(packets, 0, 0, 0), lost, List.of())), List.of());
    }

    private static Map<String, Long> outcomes(long headers, long late, long other, long malformed) {
        Map<String, Long> outcomes = new LinkedHashMap<>();
        outcomes.put("examined", headers);
        outcomes.put("late", late);
        outcomes.put("neither TCP nor ICMP", other);
        outcomes.put("malformed", malformed);
        return outcomes;
    }
}
