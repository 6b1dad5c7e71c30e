package io.crossgate.retention.query;

import io.crossgate.retention.lake.CommunityHash;
import io.crossgate.retention.lake.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A question that people ask, as SQL over the views. Where a side of a flow is meant, its columns are named rather than a macro, so that bounds are plain numbers.
 *
 * @param sql one SELECT
 */
public record Question(String sql) {
    private static final String TCP = "protocol = 6";
    private static final String THERE = "origin_packets > 0 AND response_packets = 0";
    private static final String BACK = "origin_packets = 0 AND response_packets > 0";
    /** Time between records of one conversation at different gateways, at most: clocks may be 5 s apart, and a record may end by an idle time-out. */
    private static final String ATTEMPT_GAP = "60000000000";

    /**
     * Flow records between two prefixes, either as the origin, newest first.
     *
     * @param limit rows at most
     */
    public static Question flows(Prefix one, Prefix other, long limit) {
        if (one.isIpv4() != other.isIpv4()) {
            throw new QueryFault("one prefix is IPv4 and the other IPv6: no flow is between them");
        }
        String both = "(" + way(one, other, limit) + ")" + (one.equals(other) ? "" : " UNION ALL (" + way(other, one, limit) + ")");
        // Of all rows that are found, texts are made of those alone that are shown.
        return new Question("SELECT make_timestamp_ns(start_ns) AS start, make_timestamp_ns(end_ns) AS \"end\", gateway, ip(origin_v4, origin_hi, origin_lo) AS origin, origin_port,"
                + " ip(response_v4, response_hi, response_lo) AS response, response_port, protocol, conn_state, history, origin_packets, response_packets, origin_bytes,"
                + " response_bytes, community_id FROM (" + both + ") ORDER BY end_ns DESC, gateway LIMIT " + limit);
    }

    private static String way(Prefix from, Prefix to, long limit) {
        return "SELECT start_ns, end_ns, gateway, origin_v4, origin_hi, origin_lo, origin_port, response_v4, response_hi, response_lo, response_port, protocol, conn_state, history,"
                + " origin_packets, response_packets, origin_bytes, response_bytes, community_id FROM flows WHERE " + to.condition("response") + " AND "
                + from.condition("origin") + " ORDER BY end_ns DESC LIMIT " + limit;
    }

    /**
     * All that is known of one Community ID: flow records, orphaned SYN-ACKs and INVALID drops of all gateways, and incidents of its server at that time.
     *
     * @throws QueryFault if it is none
     */
    public static Question communityId(String id) {
        String of = "community_hash = " + hash(id) + " AND community_id = '" + id + "'";
        String flow = "SELECT start_ns AS ns, gateway, 'flow' AS topic, ip(origin_v4, origin_hi, origin_lo) AS source, origin_port AS source_port,"
                + " ip(response_v4, response_hi, response_lo) AS destination, response_port AS destination_port,"
                + " concat(conn_state, ' ', history, ', packets ', origin_packets, '/', response_packets, ', ', end_reason, CASE WHEN conntrack_state <> '' THEN concat(', conntrack ', conntrack_state) END) AS what, id FROM flows WHERE " + of;
        String event = "SELECT time_ns AS ns, gateway, kind AS topic, source, source_port, destination, destination_port,"
                + " CASE kind WHEN 'invalid-drop' THEN concat(reason, ', ', evidence) ELSE concat(verdict, ' ', coalesce(pairing, ''), CASE WHEN syn_gateway IS NOT NULL"
                + " THEN concat(', SYN at ', syn_gateway) END, CASE WHEN dropped THEN ', dropped' END) END AS what, id FROM seen";
        String incident = "SELECT first_ns AS ns, coalesce(nullif(drop_gateway, ''), syn_ack_gateway) AS gateway, 'incident' AS topic, clients AS source, NULL AS source_port,"
                + " server AS destination, server_port AS destination_port, concat(cause, ', ', failed, ' of ', handshakes, ' failed') AS what, id FROM incidents AS i WHERE EXISTS ("
                + "SELECT 1 FROM seen AS e WHERE e.time_ns BETWEEN i.first_ns AND i.last_ns"
                + " AND (_server_is(e.source_v4, e.source_hi, e.source_lo, e.source_port, i.server_v4, i.server_hi, i.server_lo, i.server_port)"
                + " OR _server_is(e.destination_v4, e.destination_hi, e.destination_lo, e.destination_port, i.server_v4, i.server_hi, i.server_lo, i.server_port)))";
        return new Question("WITH seen AS MATERIALIZED (SELECT * FROM events WHERE " + of + ") SELECT make_timestamp_ns(ns) AS time, * EXCLUDE (ns) FROM (" + flow + " UNION ALL " + event + " UNION ALL " + incident + ") ORDER BY ns, topic, gateway, id");
    }

    /** The number that a Community ID is looked up by, in SQL. Nothing but a Community ID gets past this. */
    private static String hash(String communityId) {
        try {
            if (communityId.startsWith("1:") && Base64.getDecoder().decode(communityId.substring(2)).length == 20) {
                return Long.toUnsignedString(CommunityHash.of(communityId.getBytes(StandardCharsets.US_ASCII))) + "::UBIGINT";
            }
        } catch (IllegalArgumentException e) {
            // not Base64: none
        }
        throw new QueryFault("'" + communityId + "' is no Community ID: it is like 1:V7ISt7/FQBfF6oAKOpFlN/M1fRs=");
    }

    /**
     * A prefix that a person wrote.
     *
     * @throws QueryFault if it is none
     */
    public static Prefix prefix(String text) {
        try {
            return Prefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw new QueryFault(e.getMessage(), e);
        }
    }

    /** Orphaned SYN-ACKs per gateway and hour. */
    public static Question orphans() {
        return new Question("SELECT make_timestamp_ns(time_ns - time_ns % 3600000000000) AS hour, gateway, count(*) AS orphans, count(*) FILTER (dropped) AS dropped,"
                + " count(*) FILTER (verdict = 'ASYMMETRIC') AS asymmetric, count(*) FILTER (verdict = 'UNSOLICITED') AS unsolicited,"
                + " count(*) FILTER (verdict = 'UNDETERMINED') AS undetermined FROM events WHERE kind = 'orphaned-syn-ack' GROUP BY ALL ORDER BY hour, gateway");
    }

    /** INVALID drops by reason and gateway, most first. */
    public static Question reasons(long limit) {
        return new Question("SELECT reason, gateway, count(*) AS drops, count(DISTINCT community_hash) AS flows, count(*) FILTER (evidence = 'LOGGED') AS logged,"
                + " count(*) FILTER (evidence = 'NOT_FORWARDED') AS not_forwarded, count(*) FILTER (evidence = 'PREDICTED') AS predicted, min(time) AS first, max(time) AS last"
                + " FROM events WHERE kind = 'invalid-drop' GROUP BY ALL ORDER BY drops DESC, reason, gateway LIMIT " + limit);
    }

    /**
     * How symmetric each gateway's traffic is, by client prefix (/24, /48): the share of TCP flows, and of the packets and bytes in them, of which the gateway saw both
     * directions. By the Flow-Based Symmetry Estimator: W. John, M. Dusi, k. claffy, "Estimating Routing Symmetry on Single Links by Passive Flow Measurements", 2010.
     * Here, what is no exchange does not count: of flows with one direction alone only those with an ACK do, so that no scan is taken for asymmetry.
     */
    public static Question symmetry(long limit) {
        return new Question("SELECT gateway, clients, count(*) AS flows, round(100.0 * count(*) FILTER (two_way) / count(*), 2) AS flows_percent,"
                + " round(100.0 * coalesce(sum(packets) FILTER (two_way), 0) / sum(packets), 2) AS packets_percent,"
                + " round(100.0 * coalesce(sum(bytes) FILTER (two_way), 0) / sum(bytes), 2) AS bytes_percent"
                + " FROM (SELECT gateway, _site(origin_v4, origin_hi) AS clients, origin_packets > 0 AND response_packets > 0 AS two_way, origin_packets + response_packets AS packets,"
                + " origin_bytes + response_bytes AS bytes FROM flows WHERE " + TCP + " AND (origin_packets > 0 AND response_packets > 0 OR (origin_flags | response_flags) & 16 > 0))"
                + " GROUP BY ALL ORDER BY flows DESC, gateway, clients LIMIT " + limit);
    }

    /** Pairs of gateways of which one saw a TCP flow's packets from the client alone and the other those from the server alone, by client prefix and service. */
    public static Question asymmetric(long limit) {
        String sides = "SELECT gateway, community_hash, community_id, start_ns, end_ns, origin_packets, response_packets, origin_v4 // 256 * 256 AS site_v4,"
                + " origin_hi // 65536 * 65536 AS site_hi, response_v4, response_hi, response_lo, response_port FROM flows WHERE " + TCP;
        return new Question("SELECT there, back, _site(site_v4, site_hi) AS clients, ip(response_v4, response_hi, response_lo) AS server, response_port AS port,"
                + " flows, packets_there, packets_back, first, last FROM (SELECT t.gateway AS there, b.gateway AS back, t.site_v4, t.site_hi, t.response_v4, t.response_hi,"
                + " t.response_lo, t.response_port, count(DISTINCT t.community_hash) AS flows, sum(t.origin_packets) AS packets_there, sum(b.response_packets) AS packets_back,"
                + " make_timestamp_ns(min(t.start_ns)) AS first, make_timestamp_ns(max(b.end_ns)) AS last"
                + " FROM (" + sides + " AND " + THERE + ") AS t JOIN (" + sides + " AND " + BACK + ") AS b"
                + " ON t.community_hash = b.community_hash AND t.community_id = b.community_id AND t.gateway <> b.gateway AND t.start_ns <= b.end_ns + " + ATTEMPT_GAP
                + " AND b.start_ns <= t.end_ns + " + ATTEMPT_GAP + " GROUP BY ALL) ORDER BY flows DESC, there, back, clients, server, port LIMIT " + limit);
    }

    /**
     * Handshakes with a service that failed, by client prefix and the gateways that saw them. One attempt is what all gateways saw of one Community ID without a pause of a
     * minute; it failed if none saw the originator acknowledge a SYN-ACK, or send payload.
     *
     * @param port 0 for all
     */
    public static Question handshakes(Prefix server, int port, long limit) {
        String rows = "SELECT gateway, community_id, start_ns, end_ns, _site(origin_v4, origin_hi) AS clients, response AS server, response_port AS port, conn_state,"
                + " syn_ack_to_ack IS NOT NULL OR regexp_matches(history, '[AD]') AS done, regexp_matches(history, '[Sh]') AS tried FROM flows WHERE " + TCP + " AND "
                + server.condition("response") + (port == 0 ? "" : " AND response_port = " + port);
        String marked = "SELECT *, sum(CASE WHEN start_ns > before + " + ATTEMPT_GAP + " THEN 1 ELSE 0 END) OVER (PARTITION BY community_id ORDER BY start_ns, end_ns, gateway"
                + " ROWS UNBOUNDED PRECEDING) AS attempt FROM (SELECT *, max(end_ns) OVER (PARTITION BY community_id ORDER BY start_ns, end_ns, gateway ROWS BETWEEN UNBOUNDED"
                + " PRECEDING AND 1 PRECEDING) AS before FROM (" + rows + "))";
        String attempts = "SELECT clients, server, port, bool_or(done) AS done, array_to_string(list_sort(list(DISTINCT gateway)), ' ') AS gateways,"
                + " list_sort(list(DISTINCT conn_state)) AS states, min(start_ns) AS ns FROM (" + marked + ") GROUP BY clients, server, port, community_id, attempt HAVING bool_or(tried)";
        return new Question("SELECT clients, server, port, gateways, count(*) AS handshakes, count(*) FILTER (NOT done) AS failed,"
                + " round(100.0 * count(*) FILTER (NOT done) / count(*), 2) AS failed_percent, mode(array_to_string(states, ' ')) FILTER (NOT done) AS states,"
                + " make_timestamp_ns(min(ns) FILTER (NOT done)) AS first_failed, make_timestamp_ns(max(ns) FILTER (NOT done)) AS last_failed FROM (" + attempts
                + ") GROUP BY clients, server, port, gateways HAVING failed > 0 ORDER BY failed DESC, clients, server, port, gateways LIMIT " + limit);
    }
}
