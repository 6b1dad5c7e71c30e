package io.crossgate.retention.query;

import java.util.List;

/**
 * Functions of SQL for addresses. What they make of texts is constant, so {@code in_cidr} becomes bounds on the columns of numbers before a file is read, and files and
 * row groups are pruned by their least and greatest.
 */
final class Macros {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

    private Macros() {}

    /** Statements that make them. Those that begin with an underscore are their parts. */
    static List<String> statements() {
        return List.of(
                "CREATE MACRO _v4(t) AS CASE WHEN regexp_full_match(t, '" + OCTET + "(\\." + OCTET + "){3}')"
                        + " THEN list_reduce(string_split(t, '.')::BIGINT[], lambda a, b: a * 256 + b)"
                        + " ELSE error('''' || t || ''' is no IP address') END",
                // the last 32 bits may be written as IPv4
                "CREATE MACRO _hex(t) AS CASE WHEN contains(t, '.') THEN regexp_replace(t, '[^:]*$', '')"
                        + " || printf('%x:%x', _v4(string_split(t, ':')[-1]) // 65536, _v4(string_split(t, ':')[-1]) % 65536) ELSE t END",
                "CREATE MACRO _split(t) AS CASE WHEN t = '' THEN []::VARCHAR[] ELSE string_split(t, ':') END",
                "CREATE MACRO _filled(l, r) AS l || CASE WHEN len(l) + len(r) < 8 THEN list_transform(range(8 - len(l) - len(r)), lambda x: '0') ELSE ['-'] END || r",
                "CREATE MACRO _groups(t) AS CASE WHEN NOT contains(t, '::') THEN string_split(t, ':')"
                        + " ELSE _filled(_split(t[1:instr(t, '::') - 1]), _split(t[instr(t, '::') + 2:])) END",
                "CREATE MACRO _checked(g, t) AS CASE WHEN len(g) = 8 AND list_bool_and(list_transform(g, lambda x: regexp_full_match(x, '[0-9a-fA-F]{1,4}'))) THEN g"
                        + " ELSE error('''' || t || ''' is no IP address') END",
                "CREATE MACRO _v6(t) AS _checked(_groups(_hex(t)), t)",
                "CREATE MACRO _number(g) AS list_reduce(list_transform(g, lambda x: ('0x' || x)::HUGEINT), lambda a, b: a * 65536 + b)",
                "CREATE MACRO _address(c) AS string_split(c, '/')[1]",
                "CREATE MACRO _length(c, bits) AS CASE WHEN NOT contains(c, '/') THEN bits"
                        + " WHEN regexp_full_match(c, '[^/]*/(0|[1-9][0-9]{0,2})') AND string_split(c, '/')[2]::INTEGER <= bits THEN string_split(c, '/')[2]::INTEGER"
                        + " ELSE error('''' || c || ''' is no prefix') END",
                "CREATE MACRO _first(n, behind) AS n // (1::HUGEINT << behind) * (1::HUGEINT << behind)",
                "CREATE MACRO _last(n, behind) AS n // (1::HUGEINT << behind) * (1::HUGEINT << behind) + ((1::HUGEINT << behind) - 1)",
                "CREATE MACRO _between_v4(v4, c) AS v4 IS NOT NULL AND v4 BETWEEN _first(_v4(_address(c))::HUGEINT, 32 - _length(c, 32))::UINTEGER"
                        + " AND _last(_v4(_address(c))::HUGEINT, 32 - _length(c, 32))::UINTEGER",
                "CREATE MACRO _between_hi(hi, c) AS hi IS NOT NULL AND hi BETWEEN _first(_number(_v6(_address(c))[1:4]), 64 - least(64, _length(c, 128)))::UBIGINT"
                        + " AND _last(_number(_v6(_address(c))[1:4]), 64 - least(64, _length(c, 128)))::UBIGINT",
                "CREATE MACRO _between_lo(lo, c) AS lo IS NOT NULL AND lo BETWEEN _first(_number(_v6(_address(c))[5:8]), 64 - (greatest(64, _length(c, 128)) - 64))::UBIGINT"
                        + " AND _last(_number(_v6(_address(c))[5:8]), 64 - (greatest(64, _length(c, 128)) - 64))::UBIGINT",
                "CREATE MACRO in_cidr(v4, hi, lo, c) AS CASE WHEN NOT contains(c, ':') THEN _between_v4(v4, c) WHEN _length(c, 128) <= 64 THEN _between_hi(hi, c)"
                        + " ELSE _between_hi(hi, c) AND _between_lo(lo, c) END",
                "CREATE MACRO _text4(v4) AS concat(v4 // 16777216, '.', v4 // 65536 % 256, '.', v4 // 256 % 256, '.', v4 % 256)",
                "CREATE MACRO _joined(hi, lo) AS printf(':%x:%x:%x:%x:%x:%x:%x:%x:', hi // 281474976710656, hi // 4294967296 % 65536, hi // 65536 % 65536, hi % 65536,"
                        + " lo // 281474976710656, lo // 4294967296 % 65536, lo // 65536 % 65536, lo % 65536)",
                // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes ::
                "CREATE MACRO _run(s) AS list_filter([8, 7, 6, 5, 4, 3, 2], lambda n: contains(s, repeat(':0', n) || ':'))[1]",
                "CREATE MACRO _cut(s, n) AS CASE WHEN n IS NULL THEN s[2:-2] ELSE s[2:instr(s, repeat(':0', n) || ':') - 1] || '::'"
                        + " || s[instr(s, repeat(':0', n) || ':') + 2 * n + 1:-2] END",
                "CREATE MACRO _text6(hi, lo) AS _cut(_joined(hi, lo), _run(_joined(hi, lo)))",
                "CREATE MACRO ip(v4, hi, lo) AS CASE WHEN v4 IS NOT NULL THEN _text4(v4) WHEN hi IS NOT NULL THEN _text6(hi, lo) END, (t) AS _v4(t)::UINTEGER",
                "CREATE MACRO _site(v4, hi) AS CASE WHEN v4 IS NOT NULL THEN _text4(v4 // 256 * 256) || '/24' WHEN hi IS NOT NULL"
                        + " THEN _text6(hi // 65536 * 65536, 0::UBIGINT) || '/48' END",
                "CREATE MACRO _server_is(v4, hi, lo, port, server_v4, server_hi, server_lo, server_port) AS port = server_port AND v4 IS NOT DISTINCT FROM server_v4"
                        + " AND hi IS NOT DISTINCT FROM server_hi AND lo IS NOT DISTINCT FROM server_lo",
                "CREATE MACRO flag_letters(f) AS concat(CASE WHEN f & 2 > 0 THEN 'S' END, CASE WHEN f & 1 > 0 THEN 'F' END, CASE WHEN f & 4 > 0 THEN 'R' END,"
                        + " CASE WHEN f & 8 > 0 THEN 'P' END, CASE WHEN f & 16 > 0 THEN 'A' END, CASE WHEN f & 32 > 0 THEN 'U' END, CASE WHEN f & 64 > 0 THEN 'E' END,"
                        + " CASE WHEN f & 128 > 0 THEN 'C' END, CASE WHEN f & 256 > 0 THEN 'N' END)");
    }
}
