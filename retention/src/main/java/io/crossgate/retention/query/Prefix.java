package io.crossgate.retention.query;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 prefix; an address is one of full length.
 *
 * @param v6 true for IPv6
 * @param low its first address, as an unsigned number
 * @param high its last address
 */
public record Prefix(boolean v6, BigInteger low, BigInteger high) {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;
    private static final int V6_GROUPS = 8;
    private static final Pattern OCTETS = Pattern.compile("(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9]\\d{0,2}");

    /**
     * Reads {@code 10.20.0.0/16}, {@code 2001:db8::/32} or an address. Bits behind the length do not count.
     *
     * @throws QueryFault if it is none
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v6 = address.indexOf(':') >= 0;
        BigInteger number = v6 ? v6(address) : v4(address);
        int bits = v6 ? V6_BITS : V4_BITS;
        if (number == null || slash >= 0 && !LENGTH.matcher(text.substring(slash + 1)).matches() || slash >= 0 && Integer.parseInt(text.substring(slash + 1)) > bits) {
            throw new QueryFault("'" + text + "' is no prefix: write 10.20.0.0/16, 2001:db8::/32 or an address");
        }
        int behind = bits - (slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        BigInteger low = number.shiftRight(behind).shiftLeft(behind);
        return new Prefix(v6, low, low.add(BigInteger.ONE.shiftLeft(behind)).subtract(BigInteger.ONE));
    }

    private static BigInteger v4(String text) {
        if (!OCTETS.matcher(text).matches()) {
            return null;
        }
        long number = 0;
        for (String octet : text.split("\\.")) {
            number = number << 8 | Integer.parseInt(octet);
        }
        return BigInteger.valueOf(number);
    }

    private static BigInteger v6(String text) {
        String groups = text;
        if (text.indexOf('.') >= 0) { // the last 32 bits as IPv4
            int tail = text.lastIndexOf(':') + 1;
            BigInteger v4 = v4(text.substring(tail));
            if (v4 == null) {
                return null;
            }
            groups = text.substring(0, tail) + Long.toHexString(v4.longValue() >> 16) + ":" + Long.toHexString(v4.longValue() & 0xffff);
        }
        int gap = groups.indexOf("::");
        List<String> all = new ArrayList<>(split(gap < 0 ? groups : groups.substring(0, gap)));
        if (gap >= 0) {
            List<String> right = split(groups.substring(gap + 2));
            if (all.size() + right.size() >= V6_GROUPS) {
                return null;
            }
            while (all.size() + right.size() < V6_GROUPS) {
                all.add("0");
            }
            all.addAll(right);
        }
        if (all.size() != V6_GROUPS || !all.stream().allMatch(group -> GROUP.matcher(group).matches())) {
            return null;
        }
        BigInteger number = BigInteger.ZERO;
        for (String group : all) {
            number = number.shiftLeft(16).or(BigInteger.valueOf(Integer.parseInt(group, 16)));
        }
        return number;
    }

    private static List<String> split(String groups) {
        return groups.isEmpty() ? List.of() : List.of(groups.split(":", -1));
    }

    /**
     * A condition on the columns of an address, {@code origin} for {@code origin_v4, origin_hi, origin_lo}: bounds on numbers, which files and row groups are pruned by.
     * It is false, not unknown, for an address of the other family.
     */
    String condition(String of) {
        if (!v6) {
            return of + "_v4 IS NOT NULL AND " + of + "_v4 BETWEEN " + low + " AND " + high;
        }
        BigInteger half = BigInteger.ONE.shiftLeft(64);
        BigInteger lowHi = low.divide(half);
        BigInteger highHi = high.divide(half);
        if (!lowHi.equals(highHi)) {
            return of + "_hi IS NOT NULL AND " + of + "_hi BETWEEN " + lowHi + "::UBIGINT AND " + highHi + "::UBIGINT";
        }
        return of + "_hi IS NOT NULL AND " + of + "_hi = " + lowHi + "::UBIGINT AND " + of + "_lo BETWEEN " + low.mod(half) + "::UBIGINT AND " + high.mod(half) + "::UBIGINT";
    }
}
