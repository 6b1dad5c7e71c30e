package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The tracker's entry for one TCP connection at one gateway. Feed it the packets that entered, in order; {@link #reason()}, {@link #before()} and
 * {@link #after()} then tell of the last one.
 */
public final class TcpTracker {
    private static final TcpState[] STATES = TcpState.values();

    private TcpState state = TcpState.NONE;
    private boolean originalFromLow;
    private boolean replied;
    private long expires;
    private long unconfirmedUntil = Long.MAX_VALUE;

    private TcpState before = TcpState.NONE;
    private InvalidReason reason = InvalidReason.NONE;

    /**
     * Takes one packet that reached the firewall.
     *
     * @param time event time, nanoseconds
     * @param fromLow direction within the flow
     * @param flags TCP flags
     * @param checksum one of {@link PacketHeader}'s checksum states
     * @return its {@code ct state}
     */
    public CtVerdict step(long time, boolean fromLow, int flags, byte checksum) {
        expire(time);
        before = state;
        if (checksum == PacketHeader.CHECKSUM_BAD) {
            return invalid(InvalidReason.BAD_CHECKSUM);
        }
        if (!TcpFlags.valid(flags)) {
            return invalid(InvalidReason.INVALID_TCP_FLAG_COMBINATION);
        }
        TcpKind kind = TcpKind.of(flags);
        boolean original = state == TcpState.NONE || fromLow == originalFromLow;
        byte cell = TcpTransitions.of(original, kind, state);
        if (cell == TcpTransitions.INVALID) {
            return invalid(state == TcpState.NONE ? withoutEntry(kind) : InvalidReason.INVALID_STATE);
        }
        reason = InvalidReason.NONE;
        boolean opens = state == TcpState.NONE || cell == TcpState.SYN_SENT.ordinal() && state != TcpState.SYN_SENT;
        if (opens) {
            originalFromLow = fromLow;
            replied = false;
            unconfirmedUntil = Long.MAX_VALUE;
        } else if (!original) {
            replied = true;
        }
        if (cell != TcpTransitions.IGNORED) {
            state = STATES[cell];
            expires = time + state.timeout();
        }
        return replied ? CtVerdict.ESTABLISHED : CtVerdict.NEW;
    }

    /** The packet that opened the entry must leave by {@code deadline} or there never was an entry (netfilter: not confirmed). */
    public void confirmBy(long deadline) {
        unconfirmedUntil = deadline;
    }

    /** The packet that opened the entry was seen leaving, or nothing watches whether it does. */
    public void confirm() {
        unconfirmedUntil = Long.MAX_VALUE;
    }

    /** True if the last packet made this entry. */
    public boolean opened() {
        return reason == InvalidReason.NONE && state != TcpState.NONE && (before == TcpState.NONE || state == TcpState.SYN_SENT && before != TcpState.SYN_SENT);
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

    private void expire(long time) {
        if (state != TcpState.NONE && (time > expires || time > unconfirmedUntil)) {
            state = TcpState.NONE;
            replied = false;
            unconfirmedUntil = Long.MAX_VALUE;
        }
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

    /** Writes a form that {@link #read} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        out.writeBoolean(originalFromLow);
        out.writeBoolean(replied);
        out.writeLong(expires);
        out.writeLong(unconfirmedUntil);
    }

    /** Reads what {@link #write} wrote. */
    public static TcpTracker read(DataInput in) throws IOException {
        TcpTracker tracker = new TcpTracker();
        tracker.state = STATES[in.readByte()];
        tracker.originalFromLow = in.readBoolean();
        tracker.replied = in.readBoolean();
        tracker.expires = in.readLong();
        tracker.unconfirmedUntil = in.readLong();
        return tracker;
    }
}
