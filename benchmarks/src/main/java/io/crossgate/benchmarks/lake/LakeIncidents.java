package io.crossgate.benchmarks.lake;

/** The SQL that makes incidents from numbers: a few a day, each in its last revision, of clients and servers that the orphans are of. */
final class LakeIncidents {
    private static final int PER_DAY_LIMIT = 1000;

    private final long seed;

    LakeIncidents(long seed) {
        this.seed = seed;
    }

    /**
     * Incidents first seen in one hour, or null if there are none.
     *
     * @param day running number
     * @param hour its begin, nanoseconds since the epoch
     * @param count incidents of that day
     */
    String startIn(int day, long hour, int count) {
        int hourOfDay = (int) (hour / 3_600_000_000_000L % 24);
        StringBuilder numbers = new StringBuilder();
        for (int n = 0; n < count; n++) {
            if (Math.floorMod(seed + 5L * n + 7L * day, 24L) == hourOfDay) {
                numbers.append(numbers.isEmpty() ? "" : ", ").append((long) day * PER_DAY_LIMIT + n);
            }
        }
        return numbers.isEmpty() ? null : """
                WITH drawn AS (SELECT i, hash(i + %d) AS h, unnest([0, 1]) AS step FROM (SELECT unnest([%s]) AS i))
                SELECT md5(concat(i, ' incident %d')) AS id, step AS revision, step = 1 AS last, %d + (h %% 3600000000000)::BIGINT AS first_ns,
                  first_ns + (60 + step * 1800)::BIGINT * 1000000000 AS last_ns, CASE WHEN h %% 4 = 0 THEN 'FORWARD_ROUTE_BYPASSES_FIREWALL' ELSE 'EQUAL_COST_ROUTES' END AS cause,
                  'gwb' AS syn_gateway, 'gwa' AS syn_ack_gateway, 'gwa' AS drop_gateway, concat('10.20.', 40 + i %% 10, '.0/24') AS clients,
                  (10 + (h >> 20) %% 190)::INTEGER AS client_count, false AS client_count_at_least, (3405803777 + i %% 6)::UINTEGER AS server_v4, NULL::UBIGINT AS server_hi,
                  NULL::UBIGINT AS server_lo, 443::USMALLINT AS server_port, 40 * (1 + step) + (h >> 30)::BIGINT %% 300 AS handshakes, handshakes // 2 AS failed,
                  500::BIGINT AS handshakes_before, 0::BIGINT AS failed_before, failed * 4 AS drops, 'LOGGED' AS evidence, 'INVALID_NEW_SYN_ACK' AS reason, 'NONE' AS state,
                  20::BIGINT AS ping_requests, 20::BIGINT AS ping_replies, '{"event":"incident","id":"' || id || '"}' AS record FROM drawn"""
                .formatted(seed, numbers, seed, hour);
    }
}
