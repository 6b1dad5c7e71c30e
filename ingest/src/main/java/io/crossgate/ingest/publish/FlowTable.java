package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.CommunityIds;
import io.crossgate.schemas.flow.FlowTuple;
import java.util.Arrays;

/**
 * The flows of an observation point: for each, the key of its records, and the headers that are gathered for the next one. Open addressing over flat arrays, so
 * that a packet costs one place in memory; a place is known by its slot, until the table grows or is cleared.
 *
 * <pre>
 *   slot   | lower address | higher address | ports, protocol, USED | head, tail chunk | headers, bytes | partition, LISTED, ROUTED |   8 longs
 *   id     | Community ID, ASCII  |                                                                                                    32 bytes
 * </pre>
 */
final class FlowTable {
    /** Longs that a flow is known by. */
    static final int KEY = 5;

    private static final int WORDS = 8;
    private static final int ID_BYTES = 32;
    private static final int SMALLEST = 1024;
    private static final int PORTS = 4;
    private static final int CHAIN = 5;
    private static final int GATHERED = 6;
    private static final int ROUTE = 7;

    private static final long USED = 1L << 63;
    private static final long IPV6 = 1L << 40;
    private static final long LISTED = 1L << 62;
    private static final long ROUTED = 1L << 61;
    private static final long LOW_INT = 0xffff_ffffL;

    private final int largest;
    private long[] words;
    private byte[] ids;
    private int shift;
    private int mask;
    private int size;
    private int most;

    /** A table of at most {@code slots} slots, a power of two, of which three quarters can be filled. */
    FlowTable(int slots) {
        largest = Math.max(SMALLEST, slots);
        allocate(SMALLEST);
    }

    private void allocate(int slots) {
        words = new long[slots * WORDS];
        ids = new byte[slots * ID_BYTES];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
        mask = slots - 1;
        most = slots / 4 * 3;
    }

    /** Flows that there is still room for: {@link #grow} or {@link #clear} makes more. */
    int room() {
        return most - size;
    }

    /** Writes a flow to {@code to[at…]} as the table keeps it: {@link #KEY} longs. */
    static void put(FlowTuple flow, long[] to, int at) {
        to[at] = flow.lowHigh;
        to[at + 1] = flow.lowLow;
        to[at + 2] = flow.highHigh;
        to[at + 3] = flow.highLow;
        to[at + PORTS] = USED | (flow.ipv6 ? IPV6 : 0) | (long) flow.protocol << 32 | (long) flow.lowPort << 16 | flow.highPort;
    }

    /** Where the search for the flow at {@code keys[from…]} begins; holds until the table grows. */
    int first(long[] keys, int from) {
        return (int) (FlowTuple.hash(keys[from], keys[from + 1], keys[from + 2], keys[from + 3], keys[from + PORTS]) >>> shift);
    }

    /** Asks for a slot's place in memory ahead of time: several such are waited for together. */
    long touch(int slot) {
        return words[slot * WORDS + CHAIN];
    }

    /** Asks for all that {@link #id} and its like will read of a slot. */
    long touchAll(int slot) {
        return words[slot * WORDS + CHAIN] + ids[slot * ID_BYTES];
    }

    /** The slot of the flow at {@code keys[from…]}, sought from {@code first} on; it becomes known if it was not, for which the table must not be full. */
    int slot(long[] keys, int from, int first) {
        int slot = first;
        while (true) {
            int at = slot * WORDS;
            long there = words[at + PORTS];
            if (there == keys[from + PORTS] && words[at + 1] == keys[from + 1] && words[at + 3] == keys[from + 3] && words[at] == keys[from]
                    && words[at + 2] == keys[from + 2]) {
                return slot;
            }
            if (there == 0) {
                System.arraycopy(keys, from, words, at, KEY);
                words[at + CHAIN] = -1;
                size++;
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    /** Fills {@code flow} with the flow at a slot; of its direction, nothing. */
    void get(int slot, FlowTuple flow) {
        int at = slot * WORDS;
        flow.lowHigh = words[at];
        flow.lowLow = words[at + 1];
        flow.highHigh = words[at + 2];
        flow.highLow = words[at + 3];
        long ports = words[at + PORTS];
        flow.ipv6 = (ports & IPV6) != 0;
        flow.protocol = (int) (ports >>> 32) & 0xff;
        flow.lowPort = (int) ports >>> 16;
        flow.highPort = (int) ports & 0xffff;
    }

    /** First chunk of what is gathered, or {@link Chunks#NONE}. */
    int head(int slot) {
        return (int) (words[slot * WORDS + CHAIN] >> 32);
    }

    /** Last chunk of it. */
    int tail(int slot) {
        return (int) words[slot * WORDS + CHAIN];
    }

    /** Headers gathered. */
    int count(int slot) {
        return (int) (words[slot * WORDS + GATHERED] >>> 32);
    }

    /** Their bytes. */
    int bytes(int slot) {
        return (int) words[slot * WORDS + GATHERED];
    }

    /**
     * Notes that a header of {@code more} bytes was gathered, and gives how many there are now.
     *
     * @param head the chain's first chunk, if these are its first bytes
     * @param tail its last
     */
    int gathered(int slot, int head, int tail, int more) {
        int at = slot * WORDS;
        long first = words[at + CHAIN] >> 32;
        words[at + CHAIN] = (first == Chunks.NONE ? head : first) << 32 | tail;
        words[at + GATHERED] += (1L << 32) + more;
        return count(slot);
    }

    /** Nothing is gathered for the flow any more. */
    void sent(int slot) {
        words[slot * WORDS + CHAIN] = -1;
        words[slot * WORDS + GATHERED] = 0;
    }

    /** Marks the flow as one that is to be looked at when the span ends; false if it was marked already. */
    boolean list(int slot) {
        int at = slot * WORDS + ROUTE;
        boolean listed = (words[at] & LISTED) != 0;
        words[at] |= LISTED;
        return !listed;
    }

    void unlist(int slot) {
        words[slot * WORDS + ROUTE] &= ~LISTED;
    }

    /** True if the key and the partition of the flow's records are known. */
    boolean isRouted(int slot) {
        return (words[slot * WORDS + ROUTE] & ROUTED) != 0;
    }

    /** Notes the flow's Community ID, {@link CommunityIds#LENGTH} bytes, and its partition. */
    void route(int slot, byte[] id, int partition) {
        System.arraycopy(id, 0, ids, slot * ID_BYTES, CommunityIds.LENGTH);
        int at = slot * WORDS + ROUTE;
        words[at] = words[at] & LISTED | ROUTED | partition;
    }

    int partition(int slot) {
        return (int) (words[slot * WORDS + ROUTE] & LOW_INT);
    }

    /** The flow's Community ID, in an array of its own. */
    byte[] id(int slot) {
        return Arrays.copyOfRange(ids, slot * ID_BYTES, slot * ID_BYTES + CommunityIds.LENGTH);
    }

    /** Doubles the table and rewrites the slots in {@code listed[0…count)}; false, and nothing changed, if it is as large as it may be. */
    boolean grow(int[] listed, int count) {
        int slots = mask + 1;
        if (slots >= largest) {
            return false;
        }
        long[] old = words;
        byte[] oldIds = ids;
        int[] moved = new int[slots];
        allocate(slots * 2);
        for (int from = 0; from < slots; from++) {
            int at = from * WORDS;
            if (old[at + PORTS] != 0) {
                int to = first(old, at);
                while (words[to * WORDS + PORTS] != 0) {
                    to = to + 1 & mask;
                }
                System.arraycopy(old, at, words, to * WORDS, WORDS);
                System.arraycopy(oldIds, from * ID_BYTES, ids, to * ID_BYTES, ID_BYTES);
                moved[from] = to;
            }
        }
        for (int i = 0; i < count; i++) {
            listed[i] = moved[listed[i]];
        }
        return true;
    }

    /** Forgets all flows; nothing may be gathered. */
    void clear() {
        Arrays.fill(words, 0);
        size = 0;
    }
}
