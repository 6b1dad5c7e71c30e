package io.crossgate.ingest.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The log prefixes met so far, each as one string: a hash table over the prefixes' bytes, so that finding one again allocates nothing. A rule set has few
 * prefixes; where there are more than {@value #MAX_DISTINCT}, as only hostile bytes have, further ones are passed over.
 */
final class LogPrefixes {
    static final int MAX_DISTINCT = 1000;
    /** The kernel's own limit, NF_LOG_PREFIXLEN. */
    private static final int MAX_LENGTH = 128;
    private static final int SLOTS = 2048;

    private final byte[][] keys = new byte[SLOTS][];
    private final String[] values = new String[SLOTS];
    private int size;

    /** The prefix in {@code bytes} from {@code from} to {@code to} or to the first NUL; "" if it is one too many. */
    String intern(byte[] bytes, int from, int to) {
        int end = from;
        int hash = 0x811c9dc5;
        while (end < to && bytes[end] != 0 && end - from < MAX_LENGTH) {
            hash = (hash ^ bytes[end]) * 0x01000193;
            end++;
        }
        if (end == from) {
            return "";
        }
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        while (keys[slot] != null) {
            if (Arrays.equals(keys[slot], 0, keys[slot].length, bytes, from, end)) {
                return values[slot];
            }
            slot = slot + 1 & SLOTS - 1;
        }
        if (size == MAX_DISTINCT) {
            return "";
        }
        size++;
        keys[slot] = Arrays.copyOfRange(bytes, from, end);
        values[slot] = new String(keys[slot], StandardCharsets.UTF_8);
        return values[slot];
    }
}
