package io.crossgate.streams.state;

import io.crossgate.detect.StateWriter;
import java.util.Arrays;

/** Keys of several owners in one store: the first byte says whose a key is. */
public final class KeyPrefix {
    private KeyPrefix() {}

    /** {@code key} as a key of the owner {@code prefix}. */
    static byte[] add(byte prefix, byte[] key) {
        byte[] prefixed = new byte[key.length + 1];
        prefixed[0] = prefix;
        System.arraycopy(key, 0, prefixed, 1, key.length);
        return prefixed;
    }

    /** The owner's own key again. */
    public static byte[] strip(byte[] prefixed) {
        return Arrays.copyOfRange(prefixed, 1, prefixed.length);
    }

    /** Passes entries on to {@code out} as those of the owner {@code prefix}. */
    public static StateWriter under(byte prefix, StateWriter out) {
        return (key, value) -> out.put(add(prefix, key), value);
    }
}
