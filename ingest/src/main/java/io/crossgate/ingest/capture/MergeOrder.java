package io.crossgate.ingest.capture;

/**
 * Observation points by the time of their next packets; equal times go by the points' own order. A binary heap in two flat arrays: the first point's next packet
 * is mostly the next or the one after, so that it rarely sinks far.
 */
final class MergeOrder {
    private final int[] points;
    private final long[] times;
    private int size;

    /** Of {@code most} points at most. */
    MergeOrder(int most) {
        points = new int[most];
        times = new long[most];
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The point whose packet is next. */
    int first() {
        return points[0];
    }

    /** Its time. */
    long time() {
        return times[0];
    }

    void add(int point, long time) {
        int at = size++;
        while (at > 0 && isBefore(point, time, at - 1 >>> 1)) {
            move(at - 1 >>> 1, at);
            at = at - 1 >>> 1;
        }
        points[at] = point;
        times[at] = time;
    }

    /** The first point's packet was taken; its next one has this time. */
    void replaceFirst(long time) {
        sink(points[0], time);
    }

    void removeFirst() {
        size--;
        if (size > 0) {
            sink(points[size], times[size]);
        }
    }

    private void sink(int point, long time) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(points[child + 1], times[child + 1], child)) {
                child++;
            }
            if (isBefore(point, time, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        points[at] = point;
        times[at] = time;
    }

    private boolean isBefore(int point, long time, int place) {
        return time < times[place] || time == times[place] && point < points[place];
    }

    private void move(int from, int to) {
        points[to] = points[from];
        times[to] = times[from];
    }
}
