package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Counts over event time, in a bounded number of buckets: when there are too many, two neighbours become one. The result does not depend on the order in which
 * counts come. Most have one bucket: that is kept here, and several in two small sorted arrays.
 */
final class TimeHistogram {
    private static final int MAX_BUCKETS = 1024;

    /** The only bucket, and its count, while {@link #buckets} is null. */
    private long bucket;
    private long count;
    /** Buckets in rising order, and the count of each; the first {@link #size} are in use. */
    private long[] buckets;
    private long[] counts;
    private int size;
    /** A bucket holds 2^shift of {@link TallyBook#BUCKET}. */
    private int shift;

    /** Counts {@code n} in the given bucket of length {@link TallyBook#BUCKET}. */
    void add(long bucket, long n) {
        put(bucket >> shift, n);
        while (size > MAX_BUCKETS) {
            widen();
        }
    }

    /** Reads a little of what {@link #add} will read. The sum says nothing. */
    long fetch() {
        return bucket + (buckets == null ? 0 : buckets[0] + counts[0]);
    }

    private void put(long to, long n) {
        if (buckets == null) {
            if (size == 0 || bucket == to) {
                size = 1;
                bucket = to;
                count += n;
                return;
            }
            buckets = new long[] {bucket, 0};
            counts = new long[] {count, 0};
        }
        putAmong(to, n);
    }

    private void putAmong(long bucket, long n) {
        int at = place(bucket);
        if (at < size && buckets[at] == bucket) {
            counts[at] += n;
            return;
        }
        if (size == buckets.length) {
            buckets = Arrays.copyOf(buckets, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(buckets, at, buckets, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        buckets[at] = bucket;
        counts[at] = n;
        size++;
    }

    /** Index of the first bucket that is not before {@code bucket}. */
    private int place(long bucket) {
        if (buckets == null) {
            return size == 0 || this.bucket >= bucket ? 0 : 1;
        }
        if (size == 0 || buckets[size - 1] < bucket) {
            return size; // mostly: counts come in order of time, about
        }
        int at = Arrays.binarySearch(buckets, 0, size, bucket);
        return at < 0 ? -at - 1 : at;
    }

    private void widen() {
        shift++;
        int n = size;
        size = 0;
        for (int i = 0; i < n; i++) {
            put(buckets[i] >> 1, counts[i]); // never overtakes what it reads
        }
    }

    /** The sum of all buckets before the one that holds {@code bucket}. */
    long before(long bucket) {
        return sum(0, place(bucket >> shift));
    }

    /** The sum of the bucket that holds {@code bucket} and all later ones. */
    long from(long bucket) {
        return sum(place(bucket >> shift), size);
    }

    private long sum(int first, int end) {
        if (buckets == null) {
            return first < end ? count : 0;
        }
        long sum = 0;
        for (int i = first; i < end; i++) {
            sum += counts[i];
        }
        return sum;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(shift);
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(buckets == null ? bucket : buckets[i]);
            out.writeLong(buckets == null ? count : counts[i]);
        }
    }

    static TimeHistogram read(DataInput in) throws IOException {
        TimeHistogram h = new TimeHistogram();
        h.shift = in.readByte();
        for (int n = in.readInt(); n > 0; n--) {
            h.put(in.readLong(), in.readLong());
        }
        return h;
    }
}
