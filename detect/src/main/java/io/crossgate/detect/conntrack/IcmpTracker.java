package io.crossgate.detect.conntrack;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tracker's entries for the ICMP queries between two hosts at one gateway: one per identifier. Bounded: the entry longest unused makes room.
 */
public final class IcmpTracker {
    private static final int MAX_ENTRIES = 256;

    private static final class Entry {
        final boolean fromLow;
        boolean replied;
        long expires;

        Entry(boolean fromLow, boolean replied, long expires) {
            this.fromLow = fromLow;
            this.replied = replied;
            this.expires = expires;
        }
    }

    private final LinkedHashMap<Integer, Entry> entries = new LinkedHashMap<>(4, 0.75f, true);
    private long latest = Long.MIN_VALUE;

    /**
     * Takes one query or reply.
     *
     * @param time event time, nanoseconds
     * @param fromLow direction within the flow
     * @param request true for a query, false for a reply
     * @param id the query's identifier
     * @param timeout how long an entry lives without a packet, nanoseconds
     * @return its {@code ct state}
     */
    public CtVerdict step(long time, boolean fromLow, boolean request, int id, long timeout) {
        Entry entry = entries.get(id);
        if (entry != null && time >= entry.expires) {
            entries.remove(id);
            entry = null;
        }
        if (entry == null) {
            if (!request) {
                return CtVerdict.INVALID;
            }
            latest = Math.max(latest, time + timeout);
            entries.put(id, new Entry(fromLow, false, time + timeout));
            if (entries.size() > MAX_ENTRIES) {
                Iterator<Integer> eldest = entries.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
            return CtVerdict.NEW;
        }
        entry.replied |= fromLow != entry.fromLow;
        entry.expires = time + timeout;
        latest = Math.max(latest, entry.expires);
        return entry.replied ? CtVerdict.ESTABLISHED : CtVerdict.NEW;
    }

    /** True if some query's entry lives at {@code time}. */
    public boolean exists(long time) {
        return expires() > time && !entries.isEmpty();
    }

    /** When the last entry expires if nothing more comes, nanoseconds; {@link Long#MIN_VALUE} if there never was one. */
    public long expires() {
        return latest;
    }

    /** Writes a form that {@link #read} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeShort(entries.size());
        for (Map.Entry<Integer, Entry> e : entries.entrySet()) {
            out.writeInt(e.getKey());
            out.writeBoolean(e.getValue().fromLow);
            out.writeBoolean(e.getValue().replied);
            out.writeLong(e.getValue().expires);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static IcmpTracker read(DataInput in) throws IOException {
        IcmpTracker tracker = new IcmpTracker();
        for (int n = in.readShort(); n > 0; n--) {
            int id = in.readInt();
            Entry entry = new Entry(in.readBoolean(), in.readBoolean(), in.readLong());
            tracker.entries.put(id, entry);
            tracker.latest = Math.max(tracker.latest, entry.expires);
        }
        return tracker;
    }
}
