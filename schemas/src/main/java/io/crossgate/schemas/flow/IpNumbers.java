package io.crossgate.schemas.flow;

/** Addresses in text, as numbers: a dotted quad, or IPv6 in any of RFC 4291's forms without a zone. Reused for many: it holds the last one. Not thread-safe. */
public final class IpNumbers {
    private static final int GROUPS = 8;

    /** Upper and lower half of the last address, an IPv4 one in its mapped form: see {@link IpText#mapped}. */
    public long high;
    public long low;
    /** True if the last address was a dotted quad. */
    public boolean ipv4;

    private final int[] groups = new int[GROUPS];

    /** Reads an address from ASCII; false if the bytes are none, and what is held is then undefined. */
    public boolean parse(byte[] text, int from, int length) {
        int end = from + length;
        long quad = quad(text, from, end);
        ipv4 = quad >= 0;
        if (ipv4) {
            high = 0;
            low = IpText.mapped((int) quad);
            return true;
        }
        return parseIpv6(text, from, end);
    }

    /** Reads an address; false if the text is none. */
    public boolean parse(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    /** The 32 bits of a dotted quad, or -1. */
    private static long quad(byte[] text, int from, int end) {
        long value = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (at >= end || text[at++] != '.')) {
                return -1;
            }
            int first = at;
            int number = 0;
            while (at < end && text[at] >= '0' && text[at] <= '9' && at - first < 3) {
                number = number * 10 + text[at++] - '0';
            }
            if (at == first || number > 255 || at - first > 1 && text[first] == '0') {
                return -1;
            }
            value = value << 8 | number;
        }
        return at == end ? value : -1;
    }

    private boolean parseIpv6(byte[] text, int from, int end) {
        int count = 0;
        int gap = -1; // groups before "::"
        int at = from;
        if (end - at >= 2 && text[at] == ':' && text[at + 1] == ':') {
            gap = 0;
            at += 2;
        }
        while (at < end) {
            int first = at;
            int number = 0;
            while (at < end && at - first < 4 && digit(text[at]) >= 0) {
                number = number << 4 | digit(text[at++]);
            }
            if (at < end && text[at] == '.') {
                long quad = quad(text, first, end);
                if (quad < 0 || count > GROUPS - 2) {
                    return false;
                }
                groups[count++] = (int) (quad >>> 16);
                groups[count++] = (int) quad & 0xffff;
                at = end;
                break;
            }
            if (at == first || count == GROUPS) {
                return false;
            }
            groups[count++] = number;
            if (at == end) {
                break;
            }
            if (text[at++] != ':' || at == end) {
                return false;
            }
            if (text[at] == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != GROUPS : count >= GROUPS) {
            return false;
        }
        put(count, gap < 0 ? count : gap);
        return true;
    }

    private void put(int count, int gap) {
        high = 0;
        low = 0;
        for (int i = 0; i < count; i++) {
            int place = i < gap ? i : i + GROUPS - count;
            if (place < 4) {
                high |= (long) groups[i] << 48 - 16 * place;
            } else {
                low |= (long) groups[i] << 48 - 16 * (place - 4);
            }
        }
    }

    private static int digit(byte letter) {
        return Character.digit(letter, 16);
    }
}
