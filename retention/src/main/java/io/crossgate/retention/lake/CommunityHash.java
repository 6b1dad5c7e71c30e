package io.crossgate.retention.lake;

/** What rows of one flow are found by: the first 8 bytes, big-endian, of the SHA-1 in its Community ID. */
public final class CommunityHash {
    /** Of what is no Community ID v1. (One in 2^64 of those that are has it, too.) */
    public static final long NONE = 0;

    /** {@code 1:}, and enough of base 64 for 8 bytes. */
    private static final int START = 2;
    private static final int LETTERS = 11;
    private static final byte[] VALUES = new byte[128];

    static {
        java.util.Arrays.fill(VALUES, (byte) -1);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < letters.length(); i++) {
            VALUES[letters.charAt(i)] = (byte) i;
        }
    }

    private CommunityHash() {}

    /** The hash of a Community ID in ASCII, to be taken as unsigned; {@link #NONE} if it is none of version 1. */
    public static long of(byte[] id) {
        if (id.length != 30 || id[0] != '1' || id[1] != ':') {
            return NONE;
        }
        long hash = 0;
        for (int i = START; i < START + LETTERS - 1; i++) {
            hash = hash << 6 | value(id[i]);
        }
        int last = value(id[START + LETTERS - 1]);
        return hash << 4 | last >>> 2 & 0xf;
    }

    private static int value(byte letter) {
        return letter < 0 ? 0 : VALUES[letter] & 0x3f;
    }
}
