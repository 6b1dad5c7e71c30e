package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The tracker's entry for one TCP connection at one gateway. Feed it the packets that entered, in order; {@link #reason()}, {@link #note()}, {@link #before()}
 * and {@link #after()} then tell of the last one.
 *
 * <p>A packet passes three gates: its flags make sense; {@link TcpTransitions} allows it in the entry's state; {@link TcpWindow} finds it within the window.
 * What the table cannot say is here, one method for each rule.
 */
public final class TcpTracker {
    private static final TcpState[] STATES = TcpState.values();
    /** A connection whose rest of life is shorter than this, in nanoseconds, is not cut shorter by RST and FIN outside the window. */
    private static final long SHORT_LIFE = 120_000_000_000L;

    /** How a rule beyond the table decides. */
    private enum Way { CHECK_WINDOW, SKIP_WINDOW, IGNORE, INVALID, REOPEN }

    private TcpState state = TcpState.NONE;
    private boolean originalFromLow;
    private boolean replied;
    private boolean assured;
    private long expires;
    private long unconfirmedUntil = Long.MAX_VALUE;
    private final TcpSide original = new TcpSide();
    private final TcpSide reply = new TcpSide();
    private final LastPacket last = new LastPacket();

    private TcpState before = TcpState.NONE;
    private InvalidReason reason = InvalidReason.NONE;
    private Note note = Note.NONE;
    // As unsigned numbers.
    private int bound;
    private int value;
    /** The state that the packet at hand leads to. */
    private TcpState next = TcpState.NONE;

    /**
     * Takes one packet that reached the firewall.
     *
     * @return its {@code ct state}
     */
    public CtVerdict step(TcpSegment p, ConntrackSettings settings) {
        expire(p.time);
        before = state;
        reason = InvalidReason.NONE;
        note = Note.NONE;
        bound = value = 0;
        if (p.checksum == PacketHeader.CHECKSUM_BAD && settings.on(ConntrackSetting.CHECKSUM)) {
            return invalid(InvalidReason.BAD_CHECKSUM);
        }
        if (!TcpFlags.valid(p.flags)) {
            return invalid(InvalidReason.INVALID_TCP_FLAG_COMBINATION);
        }
        return state == TcpState.NONE ? first(p, settings) : later(p, settings);
    }

    /** A packet without an entry: it opens one, or is INVALID. */
    private CtVerdict first(TcpSegment p, ConntrackSettings settings) {
        TcpKind kind = TcpKind.of(p.flags);
        byte cell = TcpTransitions.of(true, kind, TcpState.NONE);
        if (cell == TcpTransitions.INVALID || kind == TcpKind.ACK && !settings.on(ConntrackSetting.TCP_LOOSE)) {
            return invalid(withoutEntry(kind));
        }
        forget();
        originalFromLow = p.fromLow;
        original.end = p.end();
        original.maxWindow = Math.max(1, p.window);
        original.maxEnd = original.end;
        if (kind == TcpKind.SYN) {
            TcpWindow.takeOptions(original, p);
            note = Note.OPENED;
        } else {
            original.maxEnd += original.maxWindow;
            original.bits = TcpSide.SACKS | TcpSide.LIBERAL;
            reply.bits = TcpSide.SACKS | TcpSide.LIBERAL;
            note = Note.PICKED_UP;
        }
        next = STATES[cell];
        return checkWindow(p, kind, true, settings);
    }

    private CtVerdict later(TcpSegment p, ConntrackSettings settings) {
        TcpKind kind = TcpKind.of(p.flags);
        boolean forth = p.fromLow == originalFromLow;
        byte cell = TcpTransitions.of(forth, kind, state);
        Way way;
        if (cell == TcpTransitions.INVALID) {
            return invalid(InvalidReason.INVALID_STATE);
        } else if (cell == TcpTransitions.IGNORED) {
            next = state;
            way = outOfSync(p, kind, forth);
        } else {
            next = STATES[cell];
            way = switch (next) {
                case SYN_SENT -> newSyn(p, kind, forth);
                case SYN_SENT2 -> crossedSyns();
                case SYN_RECV -> answeredCrossedSyn(kind, forth);
                case TIME_WAIT -> lastAck(kind, forth);
                case CLOSE -> kind == TcpKind.RST ? rst(p, forth, settings) : Way.CHECK_WINDOW;
                default -> Way.CHECK_WINDOW;
            };
        }
        return switch (way) {
            case REOPEN -> {
                state = TcpState.NONE;
                CtVerdict verdict = first(p, settings);
                note = Note.REOPENED;
                yield verdict;
            }
            case IGNORE -> passed(forth);
            case INVALID -> CtVerdict.INVALID;
            case CHECK_WINDOW -> checkWindow(p, kind, forth, settings);
            case SKIP_WINDOW -> accept(p, kind, forth, settings);
        };
    }

    private CtVerdict checkWindow(TcpSegment p, TcpKind kind, boolean forth, ConntrackSettings settings) {
        TcpSide sender = forth ? original : reply;
        TcpSide receiver = forth ? reply : original;
        return switch (TcpWindow.check(p, kind, forth, state, sender, receiver, last, this, settings)) {
            case OUTSIDE -> {
                shortenLife(p, kind, forth, settings);
                yield CtVerdict.INVALID;
            }
            case IGNORED -> passed(forth);
            case INSIDE -> accept(p, kind, forth, settings);
        };
    }

    private CtVerdict accept(TcpSegment p, TcpKind kind, boolean forth, ConntrackSettings settings) {
        TcpState old = state;
        last.kind = kind;
        last.forth = forth;
        state = next;
        TcpSide sender = forth ? original : reply;
        if (old != state && state == TcpState.FIN_WAIT) {
            sender.bits |= TcpSide.CLOSED_FIRST;
        }
        long timeout = timeout(kind, settings);
        if (!replied) {
            if (kind == TcpKind.RST) {
                note = Note.ENTRY_REMOVED;
                state = TcpState.NONE;
                return verdict(forth);
            }
            if (kind == TcpKind.SYN && old == TcpState.SYN_SENT) {
                return passed(forth); // a repeated SYN does not lengthen the entry's life
            }
            if (state == TcpState.ESTABLISHED) {
                timeout = Math.min(timeout, settings.nanos(ConntrackSetting.TCP_TIMEOUT_UNACKNOWLEDGED));
            }
        } else if (state == TcpState.ESTABLISHED && (old == TcpState.SYN_RECV || old == TcpState.ESTABLISHED)) {
            assured = true;
        }
        expires = p.time + timeout;
        return passed(forth);
    }

    private long timeout(TcpKind kind, ConntrackSettings settings) {
        long timeout = settings.timeout(state);
        if (last.repeats >= settings.get(ConntrackSetting.TCP_MAX_RETRANS)) {
            return Math.min(timeout, settings.nanos(ConntrackSetting.TCP_TIMEOUT_MAX_RETRANS));
        }
        if (kind == TcpKind.RST) {
            return settings.timeout(TcpState.CLOSE); // even where the entry stays: only a challenge ACK lengthens its life again
        }
        if (((original.bits | reply.bits) & TcpSide.UNACKNOWLEDGED) != 0) {
            return Math.min(timeout, settings.nanos(ConntrackSetting.TCP_TIMEOUT_UNACKNOWLEDGED));
        }
        return last.window == 0 ? Math.min(timeout, settings.nanos(ConntrackSetting.TCP_TIMEOUT_MAX_RETRANS)) : timeout;
    }

    private CtVerdict verdict(boolean forth) {
        return forth && !replied ? CtVerdict.NEW : CtVerdict.ESTABLISHED;
    }

    /** The packet is part of the connection. From the first one in reply direction on, all are ESTABLISHED. */
    private CtVerdict passed(boolean forth) {
        replied |= !forth;
        return verdict(forth);
    }

    /** A SYN where the table says that it may open a connection: the entry's own SYN again, or one in place of a closed connection. */
    private Way newSyn(TcpSegment p, TcpKind kind, boolean forth) {
        if (state != TcpState.TIME_WAIT && state != TcpState.CLOSE) {
            return Way.CHECK_WINDOW;
        }
        boolean closedByFin = ((original.bits | reply.bits) & TcpSide.CLOSED_FIRST) != 0;
        boolean resetByItself = last.forth == forth && last.kind == TcpKind.RST;
        if (closedByFin || resetByItself) {
            return Way.REOPEN;
        }
        next = state;
        return outOfSync(p, kind, forth);
    }

    /** A packet that may be stale, or may be right where the firewall is wrong: let through; what follows will tell. */
    private Way outOfSync(TcpSegment p, TcpKind kind, boolean forth) {
        if (kind == TcpKind.SYN_ACK && last.kind == TcpKind.SYN && last.forth != forth && p.ack == last.end) {
            TcpSide sender = forth ? reply : original; // of the SYN that was ignored
            sender.end = sender.maxEnd = last.end;
            sender.maxWindow = Math.max(1, last.window);
            sender.scale = last.scale;
            last.bits &= ~LastPacket.CHALLENGE_MAY_COME;
            sender.bits = last.bits;
            (forth ? original : reply).startOver();
            state = TcpState.SYN_SENT;
            next = TcpState.SYN_RECV;
            note = Note.RESYNCHRONISED;
            return Way.CHECK_WINDOW;
        }
        last.kind = kind;
        last.forth = forth;
        last.seq = p.seq;
        last.end = p.end();
        last.window = (char) p.window;
        if (kind == TcpKind.SYN && forth) {
            last.bits = (byte) (state == TcpState.LAST_ACK ? LastPacket.CHALLENGE_MAY_COME : 0);
            last.scale = 0;
            if (p.windowScale >= 0) {
                last.bits |= TcpSide.SCALES;
                last.scale = TcpWindow.scale(p);
            }
            if (p.sackPermitted) {
                last.bits |= TcpSide.SACKS;
            }
        }
        if (state == TcpState.SYN_SENT && kind == TcpKind.ACK && !forth) {
            last.ack = p.ack;
        }
        note = Note.OUT_OF_SYNC;
        return Way.IGNORE;
    }

    private Way crossedSyns() {
        last.bits |= LastPacket.SYNS_CROSSED;
        return Way.CHECK_WINDOW;
    }

    /** After crossed SYNs, the answer to the second one completes the handshake. */
    private Way answeredCrossedSyn(TcpKind kind, boolean forth) {
        if (!forth && kind == TcpKind.ACK && (last.bits & LastPacket.SYNS_CROSSED) != 0) {
            next = TcpState.ESTABLISHED;
        }
        return Way.CHECK_WINDOW;
    }

    /** In LAST_ACK, an ACK just after an ignored SYN is taken for that SYN's challenge ACK (RFC 5961), not for the last one. */
    private Way lastAck(TcpKind kind, boolean forth) {
        if (state == TcpState.LAST_ACK && kind == TcpKind.ACK && last.kind == TcpKind.SYN && last.forth != forth
                && (last.bits & LastPacket.CHALLENGE_MAY_COME) != 0) {
            last.bits &= ~LastPacket.CHALLENGE_MAY_COME;
            note = Note.CHALLENGE_ACK;
            return Way.IGNORE;
        }
        return Way.CHECK_WINDOW;
    }

    /**
     * A RST. It must not be older than what the other side acknowledged. In an established connection it closes the entry only if it is exactly at that edge, or
     * ends a train of its sender's packets; otherwise a challenge ACK may show that the connection lives.
     */
    private Way rst(TcpSegment p, boolean forth, ConntrackSettings settings) {
        if (state.isClosing()) {
            return Way.SKIP_WINDOW;
        }
        TcpSide receiver = forth ? reply : original;
        boolean established = state == TcpState.ESTABLISHED && assured;
        if (receiver.is(TcpSide.ACKED) && last.kind != TcpKind.SYN) {
            if (p.seq == 0 && !established) {
                return Way.CHECK_WINDOW;
            }
            if (p.seq - receiver.maxAck < 0 && !settings.on(ConntrackSetting.TCP_IGNORE_INVALID_RST)) {
                outside(InvalidReason.INVALID_RST, receiver.maxAck, p.seq);
                return Way.INVALID;
            }
            boolean train = last.kind == TcpKind.ACK && last.forth == forth && p.seq == last.end;
            if (!established || p.seq == receiver.maxAck || train) {
                return Way.CHECK_WINDOW;
            }
            next = state;
            note = Note.RST_NOT_EXACT;
        }
        boolean answersIgnoredSyn = replied && last.kind == TcpKind.SYN && last.forth != forth;
        boolean answersHalfOpen = !assured && last.kind == TcpKind.ACK;
        if ((answersIgnoredSyn || answersHalfOpen) && p.ack == last.end) {
            return Way.SKIP_WINDOW;
        }
        boolean answersChallenge = state == TcpState.SYN_SENT && last.kind == TcpKind.ACK && !last.forth && forth && p.seq == last.ack;
        return answersChallenge ? Way.SKIP_WINDOW : Way.CHECK_WINDOW;
    }

    /** RST or FIN from both sides, outside the window: the connection is over in a way that the firewall did not follow, so its entry goes sooner. */
    private void shortenLife(TcpSegment p, TcpKind kind, boolean forth, ConntrackSettings settings) {
        if (kind != TcpKind.RST && kind != TcpKind.FIN || !assured) {
            return;
        }
        boolean fromBoth = last.forth != forth && (last.kind == TcpKind.RST || last.kind == TcpKind.FIN);
        if (fromBoth && expires - p.time >= SHORT_LIFE) {
            expires = Math.min(expires, p.time + settings.nanos(ConntrackSetting.TCP_TIMEOUT_UNACKNOWLEDGED));
        } else if (!fromBoth) {
            last.kind = kind;
            last.forth = forth;
        }
    }

    /** Notes that the packet is outside a bound of the window; what follows of it is the caller's. */
    void outside(InvalidReason why, int limit, int observed) {
        reason = why;
        bound = limit;
        value = observed;
    }

    /** Notes something about a packet that is not INVALID. */
    void note(Note what) {
        note = what;
    }

    /** The packet that opened the entry must leave by {@code deadline} or there never was an entry (netfilter: not confirmed). */
    public void confirmBy(long deadline) {
        unconfirmedUntil = deadline;
    }

    /** The packet that opened the entry was seen leaving, or nothing watches whether it does. */
    public void confirm() {
        unconfirmedUntil = Long.MAX_VALUE;
    }

    /** The packet that opened the entry never left: there is no entry. */
    public void drop() {
        state = TcpState.NONE;
    }

    /** Reads a little of all that {@link #step} will read, for a caller that knows long before that it will come. The sum says nothing. */
    public int fetch() {
        return original.end + reply.end + last.end;
    }

    /** True if the last packet made this entry. */
    public boolean opened() {
        return note == Note.OPENED || note == Note.PICKED_UP || note == Note.REOPENED;
    }

    /** True if there is an entry at {@code time}. */
    public boolean exists(long time) {
        expire(time);
        return state != TcpState.NONE;
    }

    /** When the entry expires if nothing more comes, nanoseconds. */
    public long expires() {
        return expires;
    }

    /** The state before the last packet. */
    public TcpState before() {
        return before;
    }

    /** The state after the last packet. */
    public TcpState after() {
        return state;
    }

    /** Why the last packet is INVALID; NONE if it is not. */
    public InvalidReason reason() {
        return reason;
    }

    /** What is to be said of the last packet if it is not INVALID. */
    public Note note() {
        return note;
    }

    /** The bound that the last packet exceeds, where {@link #reason()} is about one: a sequence or acknowledgement number, 0 to 2^32-1. */
    public long bound() {
        return Integer.toUnsignedLong(bound);
    }

    /** What was observed against {@link #bound()}. */
    public long value() {
        return Integer.toUnsignedLong(value);
    }

    private void expire(long time) {
        if (state != TcpState.NONE && (time >= expires || time > unconfirmedUntil)) {
            state = TcpState.NONE;
        }
    }

    private void forget() {
        replied = false;
        assured = false;
        unconfirmedUntil = Long.MAX_VALUE;
        original.clear();
        reply.clear();
        last.clear();
    }

    private CtVerdict invalid(InvalidReason why) {
        reason = why;
        return CtVerdict.INVALID;
    }

    private static InvalidReason withoutEntry(TcpKind kind) {
        return switch (kind) {
            case SYN_ACK -> InvalidReason.INVALID_NEW_SYN_ACK;
            case FIN -> InvalidReason.INVALID_NEW_FIN;
            case RST -> InvalidReason.INVALID_NEW_RST;
            case ACK -> InvalidReason.INVALID_NEW_ACK;
            case SYN, NONE -> InvalidReason.INVALID_TCP_FLAG_COMBINATION;
        };
    }

    /** Words that {@link #store} fills. */
    public static final int WORDS = 9;

    /** Puts all that the entry is into {@link #WORDS} longs from {@code at} on: what there are millions of need not be objects. */
    public void store(long[] into, int at) {
        into[at] = expires;
        into[at + 1] = unconfirmedUntil;
        original.store(into, at + 2);
        reply.store(into, at + 4);
        last.store(into, at + 6);
        into[at + 8] = state.ordinal() | (originalFromLow ? 1L << 8 : 0) | (replied ? 1L << 9 : 0) | (assured ? 1L << 10 : 0)
                | original.marks() << 16 | reply.marks() << 32 | last.marks() << 48;
    }

    /** Takes over what {@link #store} put there. */
    public void load(long[] from, int at) {
        long bits = from[at + 8];
        expires = from[at];
        unconfirmedUntil = from[at + 1];
        original.load(from, at + 2, bits >> 16);
        reply.load(from, at + 4, bits >> 32);
        last.load(from, at + 6, bits >> 48);
        state = STATES[(int) bits & 0xff];
        originalFromLow = (bits & 1L << 8) != 0;
        replied = (bits & 1L << 9) != 0;
        assured = (bits & 1L << 10) != 0;
    }

    /** Forgets everything. */
    public void reset() {
        state = TcpState.NONE;
        expires = 0;
        forget();
    }

    /** When the entry that {@link #store} put there expires, nanoseconds; {@link Long#MIN_VALUE} if there is none. */
    public static long expires(long[] stored, int at) {
        return (stored[at + 8] & 0xff) == TcpState.NONE.ordinal() ? Long.MIN_VALUE : stored[at];
    }

    /** Writes a form that {@link #read} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        if (state == TcpState.NONE) {
            return;
        }
        out.writeByte((originalFromLow ? 1 : 0) | (replied ? 2 : 0) | (assured ? 4 : 0));
        out.writeLong(expires);
        out.writeLong(unconfirmedUntil);
        original.write(out);
        reply.write(out);
        last.write(out);
    }

    /** Reads what {@link #write} wrote. */
    public static TcpTracker read(DataInput in) throws IOException {
        TcpTracker tracker = new TcpTracker();
        tracker.state = STATES[in.readByte()];
        if (tracker.state == TcpState.NONE) {
            return tracker;
        }
        int bits = in.readByte();
        tracker.originalFromLow = (bits & 1) != 0;
        tracker.replied = (bits & 2) != 0;
        tracker.assured = (bits & 4) != 0;
        tracker.expires = in.readLong();
        tracker.unconfirmedUntil = in.readLong();
        tracker.original.read(in);
        tracker.reply.read(in);
        tracker.last.read(in);
        return tracker;
    }
}
