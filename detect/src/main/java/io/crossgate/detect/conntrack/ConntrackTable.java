package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;

/**
 * The connection tracker of one firewall, over all its connections. Feed it the headers of the packets that reached it, in order; the accessors then tell of
 * the last one. Makes no garbage for packets of known connections.
 */
public final class ConntrackTable {
    /** UDP that goes on in both directions for longer than this is a stream. */
    private static final long STREAM_AFTER = Duration.ofSeconds(2).toNanos();
    private static final int FIRST_SWEEP = 1 << 16;

    private static final class Entry {
        TcpTracker tcp;
        /** Of other protocols: */
        boolean exists;
        boolean fromFirst;
        boolean replied;
        long since;
        long expires;

        boolean existsAt(long time) {
            return tcp != null ? tcp.exists(time) : exists && time < expires;
        }
    }

    private final ConntrackSettings settings;
    private final int maxEntries;
    private final HashMap<Tuple, Entry> entries = new HashMap<>();
    private final Tuple probe = new Tuple();
    private final TcpSegment segment = new TcpSegment();
    private int sweepAt = FIRST_SWEEP;
    private long refused;

    private CtVerdict verdict;
    private InvalidReason reason = InvalidReason.NONE;
    private Note note = Note.NONE;
    private EntryState before = EntryState.NONE;
    private EntryState after = EntryState.NONE;
    private long bound;
    private long value;
    private long expires;

    /**
     * An empty table.
     *
     * @param maxEntries when so many connections live at once, packets that would open another are taken without making an entry (nf_conntrack_max)
     */
    public ConntrackTable(ConntrackSettings settings, int maxEntries) {
        this.settings = settings;
        this.maxEntries = maxEntries;
    }

    /**
     * Takes one packet.
     *
     * @param h its header; protocols other than TCP and ICMP count by their addresses and ports
     * @param leaves false if the packet does not leave the firewall: what it opens is forgotten at once (netfilter: not confirmed)
     * @return its {@code ct state}
     */
    public CtVerdict step(PacketHeader h, boolean leaves) {
        reason = InvalidReason.NONE;
        note = Note.NONE;
        before = after = EntryState.NONE;
        bound = value = 0;
        verdict = switch (h.protocol) {
            case PacketHeader.TCP -> tcp(h, leaves);
            case PacketHeader.ICMP, PacketHeader.ICMPV6 -> icmp(h, leaves);
            default -> badChecksum(h) ? invalid(InvalidReason.BAD_CHECKSUM) : plain(h, leaves, true);
        };
        return verdict;
    }

    /** Takes a packet whose header cannot be read, or which has none: it is INVALID whatever the table holds. */
    public CtVerdict malformed(InvalidReason why) {
        before = after = EntryState.NONE;
        note = Note.NONE;
        bound = value = 0;
        verdict = invalid(why);
        return verdict;
    }

    private boolean badChecksum(PacketHeader h) {
        return h.checksum == PacketHeader.CHECKSUM_BAD && settings.on(ConntrackSetting.CHECKSUM);
    }

    private CtVerdict tcp(PacketHeader h, boolean leaves) {
        probe.ofPacket(h);
        Entry entry = entries.get(probe);
        boolean fresh = entry == null;
        if (fresh) {
            entry = new Entry();
            entry.tcp = new TcpTracker();
        }
        TcpTracker tracker = entry.tcp;
        CtVerdict says = tracker.step(segment.from(h, probe.fromFirst), settings);
        before = EntryState.of(tracker.before());
        after = EntryState.of(tracker.after());
        reason = tracker.reason();
        note = tracker.note();
        bound = tracker.bound();
        value = tracker.value();
        expires = tracker.expires();
        if (tracker.opened() && !leaves) {
            tracker.drop();
        }
        if (fresh && tracker.after() != TcpState.NONE) {
            add(entry, h.time);
        } else if (!fresh && tracker.after() == TcpState.NONE) {
            entries.remove(probe);
        }
        return says;
    }

    private CtVerdict icmp(PacketHeader h, boolean leaves) {
        if (badChecksum(h)) {
            return invalid(InvalidReason.BAD_CHECKSUM);
        }
        if (IcmpQueries.isUntracked(h.protocol, h.icmpType)) {
            return CtVerdict.UNTRACKED;
        }
        if (IcmpQueries.isUnknown(h.protocol, h.icmpType)) {
            return invalid(InvalidReason.ICMP_TYPE);
        }
        if (IcmpQueries.isError(h.protocol, h.icmpType)) {
            return icmpError(h);
        }
        int question = IcmpQueries.question(h.protocol, h.icmpType);
        if (question < 0) {
            return invalid(InvalidReason.ICMP_TYPE);
        }
        return plain(h, leaves, question == h.icmpType);
    }

    private CtVerdict icmpError(PacketHeader h) {
        if (!probe.ofQuoted(h)) {
            return invalid(InvalidReason.ICMP_ERROR_WITHOUT_FLOW);
        }
        Entry entry = entries.get(probe);
        if (entry == null || !entry.existsAt(h.time)) {
            return invalid(InvalidReason.ICMP_ERROR_FOR_UNKNOWN_FLOW);
        }
        before = after = entry.tcp != null ? EntryState.of(entry.tcp.after()) : entry.replied ? EntryState.REPLIED : EntryState.UNREPLIED;
        if (h.destinationHigh != h.quotedSourceHigh || h.destinationLow != h.quotedSourceLow) {
            return invalid(InvalidReason.ICMP_ERROR_TO_OTHER_HOST);
        }
        return CtVerdict.RELATED;
    }

    /** A packet of a protocol of which only who spoke first and who answered is kept. */
    private CtVerdict plain(PacketHeader h, boolean leaves, boolean opens) {
        probe.ofPacket(h);
        Entry entry = entries.get(probe);
        if (entry != null && h.time >= entry.expires) {
            entries.remove(probe);
            entry = null;
        }
        if (entry == null) {
            if (!opens) {
                return invalid(InvalidReason.INVALID_NEW_ICMP);
            }
            note = Note.OPENED;
            after = EntryState.UNREPLIED;
            if (leaves) {
                entry = new Entry();
                entry.exists = true;
                entry.fromFirst = probe.fromFirst;
                entry.since = h.time;
                entry.expires = h.time + timeout(h, entry);
                add(entry, h.time);
            }
            return CtVerdict.NEW;
        }
        before = entry.replied ? EntryState.REPLIED : EntryState.UNREPLIED;
        boolean forth = probe.fromFirst == entry.fromFirst;
        long timeout = timeout(h, entry);
        entry.replied |= !forth;
        entry.expires = h.time + timeout;
        after = entry.replied ? EntryState.REPLIED : EntryState.UNREPLIED;
        return entry.replied ? CtVerdict.ESTABLISHED : CtVerdict.NEW;
    }

    private long timeout(PacketHeader h, Entry entry) {
        return settings.nanos(switch (h.protocol) {
            case PacketHeader.ICMP -> ConntrackSetting.ICMP_TIMEOUT;
            case PacketHeader.ICMPV6 -> ConntrackSetting.ICMPV6_TIMEOUT;
            case PacketHeader.UDP -> entry.replied && h.time - entry.since > STREAM_AFTER ? ConntrackSetting.UDP_TIMEOUT_STREAM : ConntrackSetting.UDP_TIMEOUT;
            default -> ConntrackSetting.GENERIC_TIMEOUT;
        });
    }

    private void add(Entry entry, long time) {
        if (entries.size() >= sweepAt || entries.size() >= maxEntries) {
            sweep(time);
        }
        if (entries.size() >= maxEntries) {
            refused++;
            return;
        }
        entries.put(probe.copy(), entry);
    }

    private void sweep(long time) {
        Iterator<Entry> each = entries.values().iterator();
        while (each.hasNext()) {
            if (!each.next().existsAt(time)) {
                each.remove();
            }
        }
        sweepAt = Math.max(FIRST_SWEEP, 2 * entries.size());
    }

    private CtVerdict invalid(InvalidReason why) {
        reason = why;
        return CtVerdict.INVALID;
    }

    /** Why the last packet is INVALID; NONE if it is not. */
    public InvalidReason reason() {
        return reason;
    }

    /** What is to be said of the last packet if it is not INVALID. */
    public Note note() {
        return note;
    }

    /** The entry before the last packet. */
    public EntryState before() {
        return before;
    }

    /** The entry after it. */
    public EntryState after() {
        return after;
    }

    /** The bound that the last packet exceeds, where {@link #reason()} is about one. */
    public long bound() {
        return bound;
    }

    /** What was observed against {@link #bound()}. */
    public long value() {
        return value;
    }

    /** When the TCP entry of the last packet expires if nothing more comes, nanoseconds; of no meaning if {@link #after()} is NONE. */
    public long expires() {
        return expires;
    }

    /** Entries now, expired ones that were not yet swept included. */
    public int size() {
        return entries.size();
    }

    /** Connections that found the table full. */
    public long refused() {
        return refused;
    }
}
