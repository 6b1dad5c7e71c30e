package io.crossgate.detect;

import java.util.Arrays;

/**
 * Rows of a fixed number of longs each, by number: what there are millions of is kept here rather than in objects. A row that is given back is used again before
 * a new one is made; memory is taken in chunks, which stay where they are, and is given back all at once.
 */
final class Slab {
    /** No row. */
    static final int NONE = -1;

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final int words;
    private long[][] chunks = {};
    private int made;
    private int used;
    /** The row that was given back last; its first word leads on. */
    private int free = NONE;

    /** Without rows yet; each is going to have {@code words} longs. */
    Slab(int words) {
        this.words = words;
    }

    /** A row to use: whatever it held before is still in it. */
    int take() {
        used++;
        if (free != NONE) {
            int row = free;
            free = (int) chunk(row)[at(row)];
            return row;
        }
        if (made == chunks.length << CHUNK_BITS) {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = new long[words << CHUNK_BITS];
        }
        return made++;
    }

    /** Gives a row back. */
    void give(int row) {
        used--;
        chunk(row)[at(row)] = free;
        free = row;
    }

    /** Gives all rows back, and the memory as well. */
    void clear() {
        chunks = new long[0][];
        made = 0;
        used = 0;
        free = NONE;
    }

    /** The array that holds the row, from {@link #at} on. */
    long[] chunk(int row) {
        return chunks[row >>> CHUNK_BITS];
    }

    /** Index of the row's first word in {@link #chunk}. */
    int at(int row) {
        return (row & CHUNK - 1) * words;
    }

    /** Rows that were ever taken: their numbers are below this. */
    int made() {
        return made;
    }

    /** Rows that are taken now. */
    int used() {
        return used;
    }
}
