package io.crossgate.schemas.flow;

/** IP addresses as people write them: dotted quads, and RFC 5952 for IPv6. */
public final class IpText {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    private IpText() {}

    /** An IPv4 address given as 32 bits, in the 128-bit form that {@link PacketHeader} uses: the lower long (the upper one is 0). */
    public static long mapped(int ipv4) {
        return V4_MAPPED | Integer.toUnsignedLong(ipv4);
    }

    /** True if the two longs hold an IPv4-mapped address. */
    public static boolean isMapped(long high, long low) {
        return high == 0 && (low >>> 32) == 0xffffL;
    }

    /** The address in text: IPv4 for a mapped address, RFC 5952 otherwise. */
    public static String address(long high, long low) {
        if (isMapped(high, low)) {
            int v4 = (int) low;
            return (v4 >>> 24) + "." + (v4 >>> 16 & 0xff) + "." + (v4 >>> 8 & 0xff) + "." + (v4 & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i)) & 0xffff;
            groups[i + 4] = (int) (low >>> (48 - 16 * i)) & 0xffff;
        }
        int zerosAt = -1;
        int zeros = 1; // RFC 5952 section 4.2.2: a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > zeros) {
                zerosAt = i;
                zeros = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == zerosAt) {
                text.append("::");
                i += zeros - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /**
     * The prefix of the given length that holds the address, for example {@code 10.20.30.0/24}.
     *
     * @param bits prefix length: 0 to 32 for a mapped IPv4 address, 0 to 128 otherwise
     */
    public static String prefix(long high, long low, int bits) {
        int significant = isMapped(high, low) ? bits + 96 : bits;
        return address(maskHigh(high, significant), maskLow(low, significant)) + "/" + bits;
    }

    /** The upper long with all bits beyond the first {@code bits} of 128 cleared. */
    public static long maskHigh(long high, int bits) {
        return bits >= 64 ? high : bits == 0 ? 0 : high & -1L << (64 - bits);
    }

    /** The lower long with all bits beyond the first {@code bits} of 128 cleared. */
    public static long maskLow(long low, int bits) {
        return bits >= 128 ? low : bits <= 64 ? 0 : low & -1L << (128 - bits);
    }
}
