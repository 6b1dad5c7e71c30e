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

    /** Puts the headers of {@code batch} in order, where those from {@code first} on came before the others. */
    void of(HeaderBatch batch, int first) {
        count = batch.count();
        if (sorted.length < count) {
            int room = Math.max(count, 2 * sorted.length);
            sorted = new long[room];
            other = new long[room];
        }
        int place = 0;
        for (int i = first; i < count; i++) {
            sorted[place++] = (long) batch.hash(i) << 32 | i;
        }
        for (int i = 0; i < first; i++) {
            sorted[place++] = (long) batch.hash(i) << 32 | i;
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

    /** The place after the last header of the flow of the one at {@code place}. Where another flow's are among them, for their hashes collide, they come after. */
    int endOf(HeaderBatch batch, int place) {
        int hash = hash(place) & SORTED;
        int end = place + 1;
        for (int i = end; i < count && (hash(i) & SORTED) == hash; i++) {
            if (batch.sameFlow(row(place), row(i))) {
                if (i > end) {
                    long moved = sorted[i];
                    System.arraycopy(sorted, end, sorted, end + 1, i - end);
                    sorted[end] = moved;
                }
                end++;
            }
        }
        return end;
    }

    /** Puts the headers from one place to before another in the order of {@link FlowDetector#compare}; mostly they are. */
    void byTime(HeaderBatch batch, int from, int to, FlowDetector detector) {
        for (int width = 1; width < to - from && !isByTime(batch, from, to, detector); width *= 2) {
            for (int low = from; low + width < to; low += 2 * width) {
                merge(batch, low, low + width, Math.min(low + 2 * width, to), detector);
            }
        }
    }

    private boolean isByTime(HeaderBatch batch, int from, int to, FlowDetector detector) {
        for (int i = from + 1; i < to; i++) {
            if (detector.compare(batch, row(i - 1), row(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private void merge(HeaderBatch batch, int low, int middle, int high, FlowDetector detector) {
        System.arraycopy(sorted, low, other, low, middle - low);
        int left = low;
        int right = middle;
        for (int i = low; left < middle && right < high; i++) {
            sorted[i] = detector.compare(batch, (int) other[left], row(right)) <= 0 ? other[left++] : sorted[right++];
        }
        System.arraycopy(other, left, sorted, right - (middle - left), middle - left);
    }
}
