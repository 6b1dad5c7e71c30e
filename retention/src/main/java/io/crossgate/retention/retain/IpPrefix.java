package io.crossgate.retention.retain;

import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that share their first bits; one address is a prefix, too.
 *
 * @param high upper half, host bits cleared
 * @param low lower half; an IPv4 address in its mapped form
 * @param bits of 128; of IPv4, 96 and more
 */
record IpPrefix(long high, long low, int bits) {
    /**
     * Reads {@code 10.1.2.3}, {@code 10.1.2.0/24}, or the same of IPv6.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static IpPrefix parse(String text) {
        IpNumbers address = new IpNumbers();
        int slash = text.indexOf('/');
        if (!address.parse(slash < 0 ? text : text.substring(0, slash))) {
            throw new IllegalArgumentException("'" + text + "' is no address or prefix: write 10.1.2.3, 10.1.2.0/24 or 2001:db8::/32");
        }
        int most = address.ipv4 ? 32 : 128;
        int length;
        try {
            length = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
            length = -1;
        }
        if (length < 1 || length > most) {
            throw new IllegalArgumentException("'" + text + "': a prefix length is from 1 to " + most);
        }
        int bits = length + 128 - most;
        IpPrefix prefix = new IpPrefix(IpText.maskHigh(address.high, bits), IpText.maskLow(address.low, bits), bits);
        if (prefix.high != address.high || prefix.low != address.low) {
            throw new IllegalArgumentException("'" + text + "' has bits beyond its length: did you mean " + prefix + "?");
        }
        return prefix;
    }

    boolean isIpv4() {
        return IpText.isMapped(high, low);
    }

    boolean isOneAddress() {
        return bits == 128;
    }

    /** Bits as people count them: 0 to 32 for IPv4. */
    int length() {
        return isIpv4() ? bits - 96 : bits;
    }

    boolean contains(IpPrefix other) {
        return other.bits >= bits && IpText.maskHigh(other.high, bits) == high && IpText.maskLow(other.low, bits) == low;
    }

    /** A condition in SQL that rows meet whose address in one of these columns is among these. */
    String condition(List<String> columns) {
        List<String> any = new ArrayList<>();
        for (String column : columns) {
            any.add("coalesce(" + condition(column) + ", false)");
        }
        return "(" + String.join(" OR ", any) + ")";
    }

    private String condition(String column) {
        if (isIpv4()) {
            long first = low & 0xffff_ffffL;
            return column + "_v4 BETWEEN " + first + " AND " + (first | (1L << 128 - bits) - 1);
        }
        if (bits <= 64) {
            return column + "_hi BETWEEN " + Long.toUnsignedString(high) + " AND " + Long.toUnsignedString(high | (bits == 64 ? 0 : -1L >>> bits));
        }
        return column + "_hi = " + Long.toUnsignedString(high) + " AND " + column + "_lo BETWEEN " + Long.toUnsignedString(low) + " AND "
                + Long.toUnsignedString(low | (bits == 128 ? 0 : -1L >>> bits - 64));
    }

    @Override
    public String toString() {
        return IpText.prefix(high, low, length());
    }
}
