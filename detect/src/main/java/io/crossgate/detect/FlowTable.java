package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowTuple;

/**
 * The flows that a detector keeps: a hash table with open addressing and linear probing, and two lists from the longest idle to the latest used: of flows that
 * were seen in one direction only, as floods and scans leave them behind, and of those that were seen in both. A flow that is used again moves to its list's end
 * once it has been in its place for {@link #REORDER} of event time: the order is exact to that, and costs next to nothing per packet.
 */
final class FlowTable {
    /** Nanoseconds. */
    static final long REORDER = 1_000_000_000L;
    private static final int INITIAL = 1 << 10;
    /** Flows seen in one direction only may be this part of all: so a flood keeps to its quarter, and memory to what is worth it. */
    static final int ONE_WAY_SHARE = 4;
    /** Of {@link Flow#directions}. */
    static final int BOTH_DIRECTIONS = 3;

    /** From the longest idle to the latest used. */
    private static final class Idle {
        Flow eldest;
        Flow newest;
        int count;

        void append(Flow flow) {
            flow.older = newest;
            flow.newer = null;
            if (newest == null) {
                eldest = flow;
            } else {
                newest.newer = flow;
            }
            newest = flow;
            count++;
        }

        void unlink(Flow flow) {
            count--;
            if (flow.older == null) {
                eldest = flow.newer;
            } else {
                flow.older.newer = flow.newer;
            }
            if (flow.newer == null) {
                newest = flow.older;
            } else {
                flow.newer.older = flow.older;
            }
            flow.older = flow.newer = null;
        }
    }

    private int[] hashes = new int[INITIAL];
    private Flow[] flows = new Flow[INITIAL];
    private int size;
    private final Idle oneWay = new Idle();
    private final Idle bothWays = new Idle();

    int size() {
        return size;
    }

    /** Flows that were seen in one direction only. */
    int oneWay() {
        return oneWay.count;
    }

    /** The flow with these fields and their {@link FlowTuple#hash()}, or null. */
    Flow find(FlowTuple key, int hash) {
        int mask = flows.length - 1;
        for (int i = hash & mask;; i = i + 1 & mask) {
            Flow flow = flows[i];
            if (flow == null) {
                return null;
            }
            if (hashes[i] == hash && flow.is(key)) {
                return flow;
            }
        }
    }

    /** Adds a flow whose key is not there. */
    void add(Flow flow, int hash) {
        if (2 * (size + 1) > flows.length) {
            grow();
        }
        flow.hash = hash;
        put(flow, hash);
        size++;
        idle(flow).append(flow);
    }

    private void put(Flow flow, int hash) {
        int mask = flows.length - 1;
        int i = hash & mask;
        while (flows[i] != null) {
            i = i + 1 & mask;
        }
        flows[i] = flow;
        hashes[i] = hash;
    }

    private void grow() {
        Flow[] oldFlows = flows;
        int[] oldHashes = hashes;
        flows = new Flow[2 * oldFlows.length];
        hashes = new int[flows.length];
        for (int i = 0; i < oldFlows.length; i++) {
            if (oldFlows[i] != null) {
                put(oldFlows[i], oldHashes[i]);
            }
        }
    }

    /** Removes a flow that is there. */
    void remove(Flow flow) {
        int mask = flows.length - 1;
        int i = flow.hash & mask;
        while (flows[i] != flow) {
            i = i + 1 & mask;
        }
        // What was displaced past the gap moves into it, so that every search still ends at an empty slot.
        int next = i + 1 & mask;
        while (flows[next] != null) {
            int home = hashes[next] & mask;
            if ((next - home & mask) >= (next - i & mask)) {
                flows[i] = flows[next];
                hashes[i] = hashes[next];
                i = next;
            }
            next = next + 1 & mask;
        }
        flows[i] = null;
        size--;
        idle(flow).unlink(flow);
    }

    /** The flow was used at {@code time}, by a packet in the given direction. */
    void used(Flow flow, long time, boolean fromLow) {
        int directions = flow.directions | (fromLow ? 1 : 2);
        if (directions != flow.directions || time - flow.orderedAt > REORDER) {
            idle(flow).unlink(flow);
            flow.directions = (byte) directions;
            flow.orderedAt = time;
            idle(flow).append(flow);
        }
    }

    private Idle idle(Flow flow) {
        return flow.directions == BOTH_DIRECTIONS ? bothWays : oneWay;
    }

    /** The longest idle of those that were seen in one direction only, or of the others; null if there is none. {@link Flow#newer} leads on. */
    Flow eldest(boolean ofOneWay) {
        return (ofOneWay ? oneWay : bothWays).eldest;
    }
}
