package io.crossgate.detect;

import java.util.Arrays;

/**
 * The order in which the headers of a batch are taken: those of a flow one after the other, as they came, and the flows as they are in a table by the lower bits
 * of their hashes. What is looked up and changed for a flow is then looked up once for all of its headers.
 */
final class HeaderOrder {
    private static final int DIGIT = 11;
    private static final int DIGITS = 2;
    private static final int MASK = (1 << DIGIT) - 1;
    /** The bits of a hash by which headers are put in order. */
    static final int SORTED = (1 << DIGIT * DIGITS) - 1;

    private final int[] starts = new int[MASK + 1];
    /** Hashes in the upper half, rows in the lower. */
    private long[] sorted = {};
    private long[] other = {};
    private int count;

    /** Puts the headers of {@code batch} in order. */
    void of(HeaderBatch batch) {
        count = batch.count();
        if (sorted.length < count) {
            int room = Math.max(count, 2 * sorted.length);
            sorted = new long[room];
            other = new long[room];
        }
        for (int i = 0; i < count; i++) {
            sorted[i] = (long) batch.hash(i) << 32 | i;
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            sortBy(Integer.SIZE + digit * DIGIT);
        }
    }

    private void sortBy(int shift) {
        Arrays.fill(starts, 0);
        for (int i = 0; i < count; i++) {
            starts[(int) (sorted[i] >>> shift) & MASK]++;
        }
        int start = 0;
        for (int digit = 0; digit <= MASK; digit++) {
            int n = starts[digit];
            starts[digit] = start;
            start += n;
        }
        for (int i = 0; i < count; i++) {
            other[starts[(int) (sorted[i] >>> shift) & MASK]++] = sorted[i];
        }
        long[] swapped = sorted;
        sorted = other;
        other = swapped;
    }

    int count() {
        return count;
    }

    /** The row of the batch that comes at {@code place}. */
    int row(int place) {
        return (int) sorted[place];
    }

    /** The hash of the flow of the header that comes at {@code place}. */
    int hash(int place) {
        return (int) (sorted[place] >> 32);
    }

    /** The place after the last header whose flow may be that of the one at {@code place}. */
    int endOf(int place) {
        int hash = hash(place) & SORTED;
        int end = place + 1;
        while (end < count && (hash(end) & SORTED) == hash) {
            end++;
        }
        return end;
    }
}
