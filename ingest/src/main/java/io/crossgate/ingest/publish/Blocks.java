package io.crossgate.ingest.publish;

import java.util.Arrays;

/**
 * Memory for what is gathered: blocks of which there is a limited number. They are made as they are needed, and kept. One thread takes them, and another gives them
 * back.
 */
final class Blocks {
    /** Bytes of a block, unless more are asked for. */
    static final int SIZE = 1 << 16;

    private final int limit;
    private byte[][] free = {};
    private int freeCount;
    private int taken;

    /** Blocks of {@code bytes} bytes altogether at most, and at least one. */
    Blocks(long bytes) {
        limit = (int) Math.max(1, bytes / SIZE);
    }

    /** True if there is none left: some must be given back before one is taken. */
    synchronized boolean exhausted() {
        return taken == limit;
    }

    /** A block of at least that many bytes; what it holds is undefined. */
    synchronized byte[] take(int atLeast) {
        taken++;
        byte[] block = freeCount == 0 ? null : free[--freeCount];
        return block != null && block.length >= atLeast ? block : new byte[Math.max(SIZE, atLeast)];
    }

    synchronized void giveBack(byte[] block) {
        taken--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, Math.max(16, 2 * freeCount));
        }
        free[freeCount++] = block;
    }
}
