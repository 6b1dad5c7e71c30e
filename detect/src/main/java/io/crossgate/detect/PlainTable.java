package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;

/**
 * The rows of {@link PlainFlows}: a flow each, found by its key, and in a list from the longest idle to the latest used, as in {@link FlowTable}. A row is
 * {@value #WORDS} longs:
 *
 * <pre>
 *   0 to 3  addresses: low, high         9 to 17  the tracker's entry        21  the SYN-ACK's time
 *   4       hash | low port | high port  18       the SYN's time             22  its seq | ack
 *   5       older | newer                19       its seq | payload length   23  first entered packet | latest sample
 *   6       ordered at                   20       its transit
 *   7       latest header                8        marks
 * </pre>
 */
final class PlainTable {
    static final int LATEST = 7;
    static final int MARKS = 8;
    static final int TRACKER = 9;
    static final int SYN_TIME = 18;
    static final int SYN = 19;
    static final int TRANSIT = 20;
    static final int ARRIVAL_TIME = 21;
    static final int ARRIVAL = 22;
    static final int LISTS = 23;
    static final int WORDS = 24;

    private static final int ADDRESSES = 0;
    private static final int PORTS = 4;
    private static final int NEIGHBOURS = 5;
    private static final int ORDERED = 6;

    // Of the marks. The directions are those of Flow#directions.
    static final long IN_USE = 1;
    static final long IPV6 = 1L << 1;
    static final long CHANGED = 1L << 2;
    static final long STORED = 1L << 3;
    static final long HAS_SYN = 1L << 4;
    static final long SYN_FROM_LOW = 1L << 5;
    static final long HAS_ARRIVAL = 1L << 6;
    static final long COUNTED = 1L << 7;
    static final int DIRECTIONS = 8;
    static final int GATEWAY = 16;
    static final int SYN_POINT = 24;
    static final int ARRIVAL_POINT = 32;
    static final int ARRIVAL_FLAGS = 40;
    static final int ARRIVAL_CHECKSUM = 49;
    static final int AGAIN = 51;
    /** How often a SYN-ACK may come again in a row. */
    static final int MAX_AGAIN = (1 << 13) - 1;

    private static final int INITIAL = 1 << 10;
    private static final int BOTH_WAYS = 1;
    /** Longs that a processor reads at once. */
    private static final int CACHE_LINE = 8;

    private final Slab rows = new Slab(WORDS);
    /** By the lower bits of the hash, with linear probing: the hash in the upper half, in the lower the row's number, 1 more; 0 for none. */
    private long[] slots = new long[INITIAL];
    /** Of flows seen in one direction only, and of those seen in both. */
    private final int[] eldest = {Slab.NONE, Slab.NONE};
    private final int[] newest = {Slab.NONE, Slab.NONE};
    private final int[] counts = new int[2];

    int size() {
        return rows.used();
    }

    /** Flows that were seen in one direction only. */
    int oneWay() {
        return counts[0];
    }

    /** Rows have numbers below this. */
    int made() {
        return rows.made();
    }

    long[] chunk(int row) {
        return rows.chunk(row);
    }

    int at(int row) {
        return rows.at(row);
    }

    boolean inUse(int row) {
        return (rows.chunk(row)[rows.at(row) + MARKS] & IN_USE) != 0;
    }

    /** The row of the flow with this key and its {@link FlowTuple#hash()}, or {@link Slab#NONE}. */
    int find(FlowTuple key, int hash) {
        int mask = slots.length - 1;
        for (int i = hash & mask; slots[i] != 0; i = i + 1 & mask) {
            if ((int) (slots[i] >> 32) == hash && is((int) slots[i] - 1, key)) {
                return (int) slots[i] - 1;
            }
        }
        return Slab.NONE;
    }

    private boolean is(int row, FlowTuple key) {
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        return r[at + ADDRESSES + 1] == key.lowLow && r[at + ADDRESSES + 3] == key.highLow && (int) r[at + PORTS] == (key.lowPort << 16 | key.highPort)
                && r[at + ADDRESSES] == key.lowHigh && r[at + ADDRESSES + 2] == key.highHigh && key.protocol == PacketHeader.TCP
                && (r[at + MARKS] & IPV6) != 0 == key.ipv6;
    }

    /** Reads a little of what is likely the row of a flow with that hash, for a caller that will soon read the rest. The sum says nothing. */
    long fetch(int hash) {
        int row = (int) slots[hash & slots.length - 1];
        if (row == 0) {
            return 0;
        }
        long[] r = rows.chunk(row - 1);
        int at = rows.at(row - 1);
        return r[at] + r[at + CACHE_LINE] + r[at + 2 * CACHE_LINE] + r[at + WORDS - 1];
    }

    /** A row for a flow that has none: of nothing but its key, at a gateway. */
    int add(FlowTuple key, int hash, int gateway) {
        if (2 * (rows.used() + 1) > slots.length) {
            grow();
        }
        int row = rows.take();
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        r[at + ADDRESSES] = key.lowHigh;
        r[at + ADDRESSES + 1] = key.lowLow;
        r[at + ADDRESSES + 2] = key.highHigh;
        r[at + ADDRESSES + 3] = key.highLow;
        r[at + PORTS] = (long) hash << 32 | key.lowPort << 16 & 0xffff_ffffL | key.highPort;
        r[at + ORDERED] = Long.MIN_VALUE / 2;
        r[at + LATEST] = Long.MIN_VALUE;
        r[at + MARKS] = IN_USE | (key.ipv6 ? IPV6 : 0) | (long) gateway << GATEWAY;
        r[at + LISTS] = -1L; // two of Slab.NONE
        put(row, hash);
        append(row, r, at);
        return row;
    }

    private void put(int row, int hash) {
        int mask = slots.length - 1;
        int i = hash & mask;
        while (slots[i] != 0) {
            i = i + 1 & mask;
        }
        slots[i] = pair(hash, row + 1);
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (long slot : old) {
            if (slot != 0) {
                put((int) slot - 1, (int) (slot >> 32));
            }
        }
    }

    /** Gives back the row of a flow. */
    void remove(int row) {
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        int mask = slots.length - 1;
        int i = hash(row) & mask;
        while ((int) slots[i] != row + 1) {
            i = i + 1 & mask;
        }
        // What was displaced past the gap moves into it, so that every search still ends at an empty slot.
        for (int next = i + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            if ((next - (int) (slots[next] >> 32) & mask) >= (next - i & mask)) {
                slots[i] = slots[next];
                i = next;
            }
        }
        slots[i] = 0;
        unlink(r, at);
        r[at + MARKS] = 0;
        rows.give(row);
    }

    /** Gives back the rows of all flows. */
    void clear() {
        rows.clear();
        slots = new long[INITIAL];
        Arrays.fill(eldest, Slab.NONE);
        Arrays.fill(newest, Slab.NONE);
        Arrays.fill(counts, 0);
    }

    int hash(int row) {
        return (int) (rows.chunk(row)[rows.at(row) + PORTS] >> 32);
    }

    /** Fills in the key of a row's flow. */
    void key(int row, FlowTuple into) {
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        into.lowHigh = r[at + ADDRESSES];
        into.lowLow = r[at + ADDRESSES + 1];
        into.highHigh = r[at + ADDRESSES + 2];
        into.highLow = r[at + ADDRESSES + 3];
        into.lowPort = (int) r[at + PORTS] >>> 16;
        into.highPort = (int) r[at + PORTS] & 0xffff;
        into.protocol = PacketHeader.TCP;
        into.ipv6 = (r[at + MARKS] & IPV6) != 0;
    }

    /** The endpoint on the given side of a row's flow. */
    Endpoint endpoint(int row, boolean low) {
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        int ports = (int) r[at + PORTS];
        return low ? new Endpoint(r[at + ADDRESSES], r[at + ADDRESSES + 1], ports >>> 16)
                : new Endpoint(r[at + ADDRESSES + 2], r[at + ADDRESSES + 3], ports & 0xffff);
    }

    /** The flow was used at {@code time}, by packets in the given directions. */
    void used(int row, long time, int directions) {
        long[] r = rows.chunk(row);
        int at = rows.at(row);
        r[at + LATEST] = Math.max(r[at + LATEST], time);
        long marks = r[at + MARKS];
        long now = marks | (long) directions << DIRECTIONS;
        if (now != marks || time - r[at + ORDERED] > FlowTable.REORDER) {
            unlink(r, at);
            r[at + MARKS] = now;
            r[at + ORDERED] = time;
            append(row, r, at);
        }
    }

    private static int list(long marks) {
        return (int) (marks >> DIRECTIONS & FlowTable.BOTH_DIRECTIONS) == FlowTable.BOTH_DIRECTIONS ? BOTH_WAYS : 0;
    }

    private void append(int row, long[] r, int at) {
        int list = list(r[at + MARKS]);
        int last = newest[list];
        r[at + NEIGHBOURS] = pair(last, Slab.NONE);
        if (last == Slab.NONE) {
            eldest[list] = row;
        } else {
            setNewer(last, row);
        }
        newest[list] = row;
        counts[list]++;
    }

    private void unlink(long[] r, int at) {
        int list = list(r[at + MARKS]);
        int older = (int) (r[at + NEIGHBOURS] >> 32);
        int newer = (int) r[at + NEIGHBOURS];
        counts[list]--;
        if (older == Slab.NONE) {
            eldest[list] = newer;
        } else {
            setNewer(older, newer);
        }
        if (newer == Slab.NONE) {
            newest[list] = older;
        } else {
            long[] n = rows.chunk(newer);
            int place = rows.at(newer) + NEIGHBOURS;
            n[place] = pair(older, (int) n[place]);
        }
    }

    private void setNewer(int row, int newer) {
        long[] r = rows.chunk(row);
        int place = rows.at(row) + NEIGHBOURS;
        r[place] = pair((int) (r[place] >> 32), newer);
    }

    static long pair(int upper, int lower) {
        return (long) upper << 32 | lower & 0xffff_ffffL;
    }

    /** The longest idle of those seen in one direction only, or of the others; {@link Slab#NONE} if there is none. */
    int eldest(boolean oneWay) {
        return eldest[oneWay ? 0 : BOTH_WAYS];
    }

    /** The next later used one in the same list, or {@link Slab#NONE}. */
    int newer(int row) {
        return (int) rows.chunk(row)[rows.at(row) + NEIGHBOURS];
    }

    /** When the flow was put at its place in the list: event time, nanoseconds. */
    long orderedAt(int row) {
        return rows.chunk(row)[rows.at(row) + ORDERED];
    }
}
