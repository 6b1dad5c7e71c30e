package io.crossgate.benchmarks.lake;

/**
 * The SQL that makes rows from numbers. Everything about a conversation follows from its number and the seed, so any range of numbers makes the same rows alone as
 * among others.
 *
 * <p>Servers are drawn log-uniformly by rank (Zipf), client prefixes by a cube of a uniform number, packets by a Pareto law with exponent 1.25; lengths in time span
 * 10 ms to half an hour. A fifth is IPv6, a fiftieth ICMP.
 *
 * <pre>
 *   kind  share of conversations  records
 *   0     75.0 %                  one, at gwa, gwb or gwc
 *   1     22.0 %                  two: gwa and one of gwb, gwc, both directions at both
 *   2      2.9 %                  two: there by gwb, back by gwc, both routers: asymmetric and well
 *   3      0.1 %                  two: SYN by gwb, SYN-ACK dropped at gwa: one orphan, one to five drops
 * </pre>
 */
final class LakeRows {
    /** Records of a conversation, on average. */
    static final double RECORDS = 1.25;

    private static final int SERVERS = 20_000;
    private static final int CLIENT_PREFIXES = 400;

    private final long seed;

    LakeRows(long seed) {
        this.seed = seed;
    }

    /** Conversations {@code from} to {@code to}, exclusive, that end in the hour which begins at {@code hour}, nanoseconds since the epoch. */
    private String conversations(long from, long to, long hour, boolean orphanedOnly) {
        return """
                WITH numbers AS (
                  SELECT i, hash(i + %1$d) AS h0, hash(i + %2$d) AS h1, hash(i + %3$d) AS h2, hash(i + %4$d) AS h3, hash(i + %5$d) AS h4
                  FROM range(%6$d, %7$d) t(i) %8$s),
                uniform AS MATERIALIZED (
                  SELECT *, (h0 & 4294967295) / 4294967296.0 AS u_time, (h0 >> 32) / 4294967296.0 AS u_client, (h1 & 4294967295) / 4294967296.0 AS u_server,
                    (h1 >> 32) / 4294967296.0 AS u_icmp, (h2 >> 40) / 16777216.0 AS u_length, ((h2 >> 16) & 16777215) / 16777216.0 AS u_span,
                    ((h3 >> 24) & 65535) / 65536.0 AS u_kind, CASE WHEN i %% 1000 = 7 THEN 3 WHEN u_kind < 0.029 THEN 2 WHEN u_kind < 0.249 THEN 1 ELSE 0 END AS kind
                  FROM numbers),
                drawn AS MATERIALIZED (
                  SELECT *, u_icmp < 0.02 AND kind <> 3 AS icmp, (h3 & 65535) < 13107 AS v6,
                    CASE kind WHEN 3 THEN 40 + h4 %% 10 ELSE floor(%9$d * u_client * u_client * u_client) END::INTEGER AS prefix,
                    CASE kind WHEN 3 THEN 1 + h4 %% 6 ELSE floor(exp(u_server * ln(%10$d))) END::INTEGER AS rank,
                    %11$d + floor(u_time * 3600000000000)::BIGINT AS end_ns, ceil(3 * exp(-ln(1 - u_length * 0.9999) * 0.8))::BIGINT AS packets,
                    (10000000 * exp(12 * u_span * u_span * u_span))::BIGINT AS span, ((h3 >> 16) & 255) %% 100 AS fate, 1 + (h2 & 255) %% 200 AS host
                  FROM uniform),
                addressed AS (
                  SELECT *, CASE WHEN icmp THEN CASE WHEN v6 THEN 58 ELSE 1 END ELSE 6 END AS protocol,
                    (169082880 + prefix * 256 + host)::UINTEGER AS client4,
                    (CASE WHEN rank < 64 THEN 3405803776 + rank WHEN rank < 128 THEN 3325256704 + rank ELSE 3323068416 + hash(rank) %% 131072 END)::UINTEGER AS server4,
                    2306139568115548160 + prefix::UBIGINT * 65536 AS client_hi, host::UBIGINT AS client_lo,
                    2306139568115548160 + 4278190080::UBIGINT AS server_hi, rank::UBIGINT AS server_lo,
                    CASE WHEN icmp THEN 0 ELSE 32768 + ((h2 >> 8) & 65535) %% 28232 END::USMALLINT AS client_port,
                    CASE WHEN icmp THEN 0 WHEN rank %% 12 < 8 THEN 443 ELSE [80, 22, 25, 993][(rank %% 12 - 7)::INTEGER] END::USMALLINT AS server_port
                  FROM drawn),
                keyed AS MATERIALIZED (
                  SELECT *, sha1(unhex('0000' || CASE
                    WHEN v6 THEN printf('%%016x%%016x%%016x%%016x', client_hi, client_lo, server_hi, server_lo)
                    ELSE printf('%%08x%%08x', client4, server4) END
                    || CASE WHEN protocol = 6 THEN printf('0600%%04x%%04x', client_port, server_port) WHEN v6 THEN '3a0000800081' ELSE '010000080000' END)) AS sha
                  FROM addressed)
                """.formatted(seed * 31, seed * 31 + 1_000_000_007L, seed * 31 + 2_000_000_011L, seed * 31 + 3_000_000_019L, seed * 31 + 4_000_000_007L, from, to,
                orphanedOnly ? "WHERE i % 1000 = 7" : "", CLIENT_PREFIXES, SERVERS, hour);
    }

    /** Flow records, with the columns of the lake's table. */
    String flows(long from, long to, long hour) {
        return conversations(from, to, hour, false) + """
                , records AS (
                  SELECT *, unnest(CASE kind WHEN 0 THEN [4] WHEN 1 THEN [2, 3] WHEN 2 THEN [0, 1] ELSE [0, 5] END) AS role,
                    role NOT IN (1, 5) AS there, role <> 0 AND fate NOT BETWEEN 90 AND 97 AS back, role >= 2 AND role <> 5 AS whole FROM keyed)
                SELECT md5(concat(i, ' ', role, ' %1$d')) AS id, 0 AS revision, true AS last,
                  CASE role WHEN 0 THEN 'gwb' WHEN 1 THEN 'gwc' WHEN 2 THEN 'gwa' WHEN 3 THEN CASE WHEN h4 %% 2 = 0 THEN 'gwb' ELSE 'gwc' END
                    WHEN 5 THEN 'gwa' ELSE ['gwa', 'gwb', 'gwc'][(1 + h4 %% 3)::INTEGER] END AS gateway,
                  '1:' || base64(unhex(sha)) AS community_id, ('0x' || sha[1:16])::UBIGINT AS community_hash, protocol::USMALLINT AS protocol,
                  end_ns - span AS start_ns, end_ns,
                  CASE WHEN icmp THEN 'IDLE_TIMEOUT' WHEN NOT back THEN 'UNANSWERED' WHEN fate < 80 THEN 'END_OF_FLOW' ELSE 'IDLE_TIMEOUT' END AS end_reason,
                  CASE WHEN icmp THEN 'OTH' WHEN NOT there THEN CASE WHEN role = 5 THEN 'OTH' ELSE 'SHR' END WHEN NOT back THEN 'S0' WHEN fate < 72 THEN 'SF'
                    WHEN fate < 80 THEN 'RSTO' WHEN fate < 90 THEN 'S1' ELSE 'REJ' END AS conn_state,
                  CASE WHEN icmp THEN '' WHEN NOT there THEN CASE WHEN role = 5 THEN '^h' ELSE '^hadf' END WHEN NOT back THEN CASE WHEN role = 0 AND kind = 2 THEN 'SADF' ELSE 'S' END
                    WHEN fate < 72 THEN 'ShADadFf' WHEN fate < 80 THEN 'ShADadR' WHEN fate < 90 THEN 'ShADad' ELSE 'Sr' END AS history,
                  CASE WHEN NOT v6 THEN client4 END AS origin_v4, CASE WHEN v6 THEN client_hi END AS origin_hi, CASE WHEN v6 THEN client_lo END AS origin_lo,
                  client_port AS origin_port, CASE WHEN there THEN packets ELSE 0 END AS origin_packets,
                  CASE WHEN there THEN packets * (52 + (h4 >> 20) %% 400)::BIGINT ELSE 0 END AS origin_bytes,
                  CASE WHEN there AND NOT icmp THEN packets * ((h4 >> 20) %% 400)::BIGINT ELSE 0 END AS origin_payload_bytes,
                  CASE WHEN icmp OR NOT there THEN 0 WHEN fate < 72 THEN 27 WHEN back THEN 26 ELSE 2 END::USMALLINT AS origin_flags,
                  CASE WHEN there AND h4 %% 50 = 0 THEN 1 + h4 %% 3 ELSE 0 END::BIGINT AS origin_retransmissions,
                  CASE WHEN NOT v6 THEN server4 END AS response_v4, CASE WHEN v6 THEN server_hi END AS response_hi, CASE WHEN v6 THEN server_lo END AS response_lo,
                  server_port AS response_port, CASE WHEN back THEN packets ELSE 0 END AS response_packets,
                  CASE WHEN back THEN packets * (52 + (h4 >> 30) %% 1400)::BIGINT ELSE 0 END AS response_bytes,
                  CASE WHEN back AND NOT icmp THEN packets * ((h4 >> 30) %% 1400)::BIGINT ELSE 0 END AS response_payload_bytes,
                  CASE WHEN icmp OR NOT back THEN 0 WHEN fate < 72 THEN 27 ELSE 26 END::USMALLINT AS response_flags,
                  CASE WHEN back AND h4 %% 40 = 0 THEN 1 + h4 %% 3 ELSE 0 END::BIGINT AS response_retransmissions,
                  CASE WHEN whole AND back AND NOT icmp THEN 200000 + (h4 >> 24) %% 40000000 END::BIGINT AS syn_to_syn_ack,
                  CASE WHEN whole AND back AND NOT icmp AND fate < 90 THEN 50000 + (h4 >> 28) %% 20000000 END::BIGINT AS syn_ack_to_ack,
                  CASE WHEN icmp OR NOT there THEN 'NONE' WHEN NOT back THEN 'SYN_SENT' WHEN fate < 72 THEN 'TIME_WAIT' WHEN fate < 80 THEN 'CLOSE' ELSE 'ESTABLISHED' END
                    AS conntrack_state,
                  CASE WHEN role = 5 THEN MAP {'INVALID_NEW_SYN_ACK': 1 + (h4 >> 12)::BIGINT %% 5} ELSE MAP([]::VARCHAR[], []::BIGINT[]) END AS invalid
                FROM records""".formatted(seed);
    }

    /** Orphaned SYN-ACKs in their last revision, and INVALID drops, with the columns of the lake's table. */
    String events(long from, long to, long hour) {
        String common = """
                  %s AS time_ns, 'gwa' AS gateway, 'wan' AS interface, '1:' || base64(unhex(sha)) AS community_id, ('0x' || sha[1:16])::UBIGINT AS community_hash,
                  6::USMALLINT AS protocol, CASE WHEN NOT v6 THEN server4 END AS source_v4, CASE WHEN v6 THEN server_hi END AS source_hi,
                  CASE WHEN v6 THEN server_lo END AS source_lo, server_port AS source_port, CASE WHEN NOT v6 THEN client4 END AS destination_v4,
                  CASE WHEN v6 THEN client_hi END AS destination_hi, CASE WHEN v6 THEN client_lo END AS destination_lo, client_port AS destination_port,
                  18::USMALLINT AS flags,""";
        return conversations(from, to, hour, true) + ", orphans AS (SELECT md5(concat(i, ' orphan %d')) AS id, 2 AS revision, true AS last, 'orphaned-syn-ack' AS kind,".formatted(seed)
                + common.formatted("end_ns") + """
                  'ASYMMETRIC' AS verdict, NULL AS blind_reason, NULL AS blind_at, 'CERTIFIED' AS pairing, 'gwb' AS syn_gateway, true AS dropped,
                  ((h4 >> 12)::BIGINT %% 5)::INTEGER AS retransmissions, NULL AS reason, NULL AS state, NULL AS evidence,
                  '{"event":"orphaned-syn-ack","id":"' || id || '"}' AS record FROM keyed),
                copies AS (SELECT *, unnest(range(1 + (h4 >> 12)::BIGINT %% 5)) AS copy FROM keyed),
                drops AS (SELECT md5(concat(i, ' drop ', copy, ' %d')) AS id, 0 AS revision, true AS last, 'invalid-drop' AS kind,"""
                        .formatted(seed)
                + common.formatted("least(end_ns + (power(2, copy) - 1)::BIGINT * 1000000000, " + (hour + 3_599_999_999_999L) + ")") + """
                  NULL AS verdict, NULL AS blind_reason, NULL AS blind_at, NULL AS pairing, NULL AS syn_gateway, NULL AS dropped, NULL AS retransmissions,
                  CASE WHEN h4 % 20 = 0 THEN 'INVALID_NEW_RST' ELSE 'INVALID_NEW_SYN_ACK' END AS reason, 'NONE' AS state,
                  CASE WHEN h4 % 3 = 0 THEN 'NOT_FORWARDED' ELSE 'LOGGED' END AS evidence, '{"event":"invalid-drop","id":"' || id || '"}' AS record FROM copies)
                FROM orphans UNION ALL FROM drops""";
    }
}
