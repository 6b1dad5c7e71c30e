package io.crossgate.benchmarks.workload;

import java.util.Arrays;

/** Conversations by the time of their next packet: a heap of four children a node, times beside the objects so that comparing touches no object. */
final class EventQueue {
    private long[] times = new long[1024];
    private Talk[] talks = new Talk[1024];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Time of the next packet; {@link Long#MAX_VALUE} if there is none. */
    long nextTime() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    Talk next() {
        return talks[0];
    }

    void add(Talk talk) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            talks = Arrays.copyOf(talks, size * 2);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 2;
            if (times[parent] <= talk.at) {
                break;
            }
            put(i, times[parent], talks[parent]);
            i = parent;
        }
        put(i, talk.at, talk);
    }

    /** The first one has another time now. */
    void moveNext() {
        sink(talks[0]);
    }

    void removeNext() {
        Talk last = talks[--size];
        talks[size] = null;
        if (size > 0) {
            sink(last);
        }
    }

    private void sink(Talk talk) {
        int i = 0;
        while (true) {
            int first = (i << 2) + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            for (int child = first + 1; child < Math.min(first + 4, size); child++) {
                if (times[child] < times[least]) {
                    least = child;
                }
            }
            if (times[least] >= talk.at) {
                break;
            }
            put(i, times[least], talks[least]);
            i = least;
        }
        put(i, talk.at, talk);
    }

    private void put(int i, long time, Talk talk) {
        times[i] = time;
        talks[i] = talk;
    }
}
