package io.crossgate.retention.query;

import java.util.List;

/** Functions of SQL that show addresses. What is asked of addresses, {@link UserSql} turns into bounds on numbers. */
final class Macros {
    private Macros() {}

    /** Statements that make them. Those that begin with an underscore are their parts. */
    static List<String> statements() {
        return List.of(
                "CREATE MACRO _text4(v4) AS concat(v4 // 16777216, '.', v4 // 65536 % 256, '.', v4 // 256 % 256, '.', v4 % 256)",
                "CREATE MACRO _joined(hi, lo) AS printf(':%x:%x:%x:%x:%x:%x:%x:%x:', hi // 281474976710656, hi // 4294967296 % 65536, hi // 65536 % 65536, hi % 65536,"
                        + " lo // 281474976710656, lo // 4294967296 % 65536, lo // 65536 % 65536, lo % 65536)",
                // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes ::
                "CREATE MACRO _run(s) AS list_filter([8, 7, 6, 5, 4, 3, 2], lambda n: contains(s, repeat(':0', n) || ':'))[1]",
                "CREATE MACRO _cut(s, n) AS CASE WHEN n IS NULL THEN s[2:-2] ELSE s[2:instr(s, repeat(':0', n) || ':') - 1] || '::'"
                        + " || s[instr(s, repeat(':0', n) || ':') + 2 * n + 1:-2] END",
                "CREATE MACRO _text6(hi, lo) AS _cut(_joined(hi, lo), _run(_joined(hi, lo)))",
                "CREATE MACRO ip(v4, hi, lo) AS CASE WHEN v4 IS NOT NULL THEN _text4(v4) WHEN hi IS NOT NULL THEN _text6(hi, lo) END",
                "CREATE MACRO _site(v4, hi) AS CASE WHEN v4 IS NOT NULL THEN _text4(v4 // 256 * 256) || '/24' WHEN hi IS NOT NULL"
                        + " THEN _text6(hi // 65536 * 65536, 0::UBIGINT) || '/48' END",
                "CREATE MACRO _server_is(v4, hi, lo, port, server_v4, server_hi, server_lo, server_port) AS port = server_port AND v4 IS NOT DISTINCT FROM server_v4"
                        + " AND hi IS NOT DISTINCT FROM server_hi AND lo IS NOT DISTINCT FROM server_lo",
                "CREATE MACRO flag_letters(f) AS concat(CASE WHEN f & 2 > 0 THEN 'S' END, CASE WHEN f & 1 > 0 THEN 'F' END, CASE WHEN f & 4 > 0 THEN 'R' END,"
                        + " CASE WHEN f & 8 > 0 THEN 'P' END, CASE WHEN f & 16 > 0 THEN 'A' END, CASE WHEN f & 32 > 0 THEN 'U' END, CASE WHEN f & 64 > 0 THEN 'E' END,"
                        + " CASE WHEN f & 128 > 0 THEN 'C' END, CASE WHEN f & 256 > 0 THEN 'N' END)");
    }
}
