package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts over event time, in a bounded number of buckets: when there are too many, two neighbours become one. The result does not depend on the order in which
 * counts come.
 */
final class TimeHistogram {
    private static final int MAX_BUCKETS = 1024;

    private final TreeMap<Long, Long> counts = new TreeMap<>();
    /** A bucket holds 2^shift of {@link TallyBook#BUCKET}. */
    private int shift;

    /** Counts {@code n} in the given bucket of length {@link TallyBook#BUCKET}. */
    void add(long bucket, long n) {
        counts.merge(bucket >> shift, n, Long::sum);
        while (counts.size() > MAX_BUCKETS) {
            shift++;
            TreeMap<Long, Long> wider = new TreeMap<>();
            counts.forEach((b, c) -> wider.merge(b >> 1, c, Long::sum));
            counts.clear();
            counts.putAll(wider);
        }
    }

    /** The sum of all buckets before the one that holds {@code bucket}. */
    long before(long bucket) {
        return sum(counts.headMap(bucket >> shift));
    }

    /** The sum of the bucket that holds {@code bucket} and all later ones. */
    long from(long bucket) {
        return sum(counts.tailMap(bucket >> shift));
    }

    private static long sum(Map<Long, Long> part) {
        long sum = 0;
        for (long n : part.values()) {
            sum += n;
        }
        return sum;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(shift);
        StateIo.writeAll(out, counts.entrySet(), (e, o) -> {
            o.writeLong(e.getKey());
            o.writeLong(e.getValue());
        });
    }

    static TimeHistogram read(DataInput in) throws IOException {
        TimeHistogram h = new TimeHistogram();
        h.shift = in.readByte();
        for (int n = in.readInt(); n > 0; n--) {
            h.counts.put(in.readLong(), in.readLong());
        }
        return h;
    }
}
