package io.crossgate.detect;

/** Receives a detector's changed state, entry by entry. */
@FunctionalInterface
public interface StateWriter {
    /** Stores {@code value} under {@code key}; null deletes the entry. Both arrays are the receiver's to keep. */
    void put(byte[] key, byte[] value);
}
