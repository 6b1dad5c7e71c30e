package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * Headers of any flows on their way to a {@link FlowDetector}, in the order in which they are to be accepted: a reusable structure of columns, so that one thread
 * fills it and another one, which got it by a queue, hands it to the detector.
 */
public final class HeaderBatch {
    /** Filled once each is needed. */
    final Seen[] seen;
    final int[] hashes;
    private final long[] addresses;
    private final int[] ports;
    private final short[] protocols;
    private int count;

    /** An empty batch with room for {@code capacity} headers. */
    public HeaderBatch(int capacity) {
        seen = new Seen[capacity];
        hashes = new int[capacity];
        addresses = new long[4 * capacity];
        ports = new int[capacity];
        protocols = new short[capacity];
    }

    public boolean isFull() {
        return count == seen.length;
    }

    public int count() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    /**
     * Adds a header; not when {@link #isFull}.
     *
     * @param point index that the detector gave to its observation point
     * @param key as set from the header
     * @param hash the key's {@link FlowTuple#hash}
     */
    public void add(int point, FlowTuple key, int hash, PacketHeader header) {
        int i = count++;
        if (seen[i] == null) {
            seen[i] = new Seen();
        }
        seen[i].set(point, key.fromLow, header);
        hashes[i] = hash;
        addresses[4 * i] = key.lowHigh;
        addresses[4 * i + 1] = key.lowLow;
        addresses[4 * i + 2] = key.highHigh;
        addresses[4 * i + 3] = key.highLow;
        ports[i] = key.lowPort << 16 | key.highPort;
        protocols[i] = (short) (key.protocol << 1 | (key.ipv6 ? 1 : 0));
    }

    /** The key of header {@code i}, but for its direction. */
    void key(int i, FlowTuple into) {
        into.lowHigh = addresses[4 * i];
        into.lowLow = addresses[4 * i + 1];
        into.highHigh = addresses[4 * i + 2];
        into.highLow = addresses[4 * i + 3];
        into.lowPort = ports[i] >>> 16;
        into.highPort = ports[i] & 0xffff;
        into.protocol = protocols[i] >>> 1;
        into.ipv6 = (protocols[i] & 1) != 0;
    }
}
