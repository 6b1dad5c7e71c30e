package io.crossgate.retention.lake;

import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Addresses that share their first bits; one address is a prefix, too. An IPv6 prefix of addresses that map IPv4 ones is one of IPv4, as they are in the lake.
 *
 * @param high upper half, host bits cleared
 * @param low lower half; an IPv4 address in its mapped form
 * @param bits of 128; of IPv4, 96 and more
 */
public record Prefix(long high, long low, int bits) {
    private static final Pattern LENGTH = Pattern.compile("0|[1-9]\\d{0,2}");

    /**
     * Reads {@code 10.20.0.0/16}, {@code 2001:db8::/32} or an address. Bits behind the length do not count.
     *
     * @throws IllegalArgumentException if it is none; the message says so
     */
    public static Prefix parse(String text) {
        IpNumbers address = new IpNumbers();
        int slash = text.indexOf('/');
        boolean read = address.parse(slash < 0 ? text : text.substring(0, slash)) && (slash < 0 || LENGTH.matcher(text.substring(slash + 1)).matches());
        int most = address.ipv4 ? 32 : 128;
        int length = !read || slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        if (!read || length > most) {
            throw new IllegalArgumentException("'" + text + "' is no prefix: write 10.20.0.0/16, 2001:db8::/32 or an address");
        }
        int bits = length + 128 - most;
        return new Prefix(IpText.maskHigh(address.high, bits), IpText.maskLow(address.low, bits), bits);
    }

    /**
     * Reads a prefix, and takes nothing for granted: for what can't be taken back.
     *
     * @throws IllegalArgumentException if it is none, is all addresses, or has bits behind its length; the message says why
     */
    public static Prefix parseExact(String text) {
        Prefix prefix = parse(text);
        if (prefix.length() < 1) {
            throw new IllegalArgumentException("'" + text + "': a prefix length is from 1 to " + (prefix.isIpv4() ? 32 : 128));
        }
        Prefix address = parse(text.replaceAll("/.*", ""));
        if (prefix.high != address.high || prefix.low != address.low) {
            throw new IllegalArgumentException("'" + text + "' has bits beyond its length: did you mean " + prefix + "?");
        }
        return prefix;
    }

    /** True for a prefix of IPv4 addresses. */
    public boolean isIpv4() {
        return IpText.isMapped(high, low);
    }

    /** True if it holds one address alone. */
    public boolean isOneAddress() {
        return bits == 128;
    }

    /** Bits as people count them: 0 to 32 for IPv4. */
    public int length() {
        return isIpv4() ? bits - 96 : bits;
    }

    /** True if all of the other's addresses are among these. */
    public boolean contains(Prefix other) {
        return other.bits >= bits && IpText.maskHigh(other.high, bits) == high && IpText.maskLow(other.low, bits) == low;
    }

    /** A condition in SQL that rows meet whose address is among these, in one of {@code columns}. */
    public String condition(List<String> columns) {
        return columns.stream().map(this::condition).collect(Collectors.joining(" OR ", "(", ")"));
    }

    /**
     * A condition on the columns of an address, {@code origin} for {@code origin_v4, origin_hi, origin_lo}: bounds on numbers, which files and row groups are pruned by.
     * It is false, not unknown, for an address of the other family.
     */
    public String condition(String of) {
        if (isIpv4()) {
            long first = low & 0xffff_ffffL;
            return of + "_v4 IS NOT NULL AND " + of + "_v4 BETWEEN " + first + " AND " + (first | (1L << 128 - bits) - 1);
        }
        if (bits <= 64) {
            return of + "_hi IS NOT NULL AND " + of + "_hi BETWEEN " + unsigned(high) + " AND " + unsigned(high | (bits == 64 ? 0 : -1L >>> bits));
        }
        return of + "_hi IS NOT NULL AND " + of + "_hi = " + unsigned(high) + " AND " + of + "_lo BETWEEN " + unsigned(low) + " AND "
                + unsigned(low | (bits == 128 ? 0 : -1L >>> bits - 64));
    }

    private static String unsigned(long number) {
        return Long.toUnsignedString(number) + "::UBIGINT";
    }

    @Override
    public String toString() {
        return IpText.prefix(high, low, length());
    }
}
