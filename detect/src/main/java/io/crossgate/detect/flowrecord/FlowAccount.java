package io.crossgate.detect.flowrecord;

import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The account of one flow at one gateway, one connection at a time: fed the packets that entered, in order of time, it tells a record when the connection ends,
 * when nothing more comes of it, and at intervals while it goes on. Nothing but the packets and their times matters: not when it is asked what is due.
 *
 * <p>Where a connection begins and ends, its state and its history follow Zeek's definitions: a SYN with another number, or after an end, begins the next
 * connection; {@link #CLOSE_DELAY} after FIN of both or a RST the record is over, and so it is {@link #ATTEMPT_DELAY} after a SYN that nobody answered. One
 * rule is stricter than Zeek's: the sender of a SYN-ACK is the responder, whatever its port.
 *
 * <p>Allocates nothing per packet, but for a history that grows, and for the first INVALID packet.
 */
public final class FlowAccount {
    /** What is still sent after a connection's end belongs to it for so long: Zeek's tcp_close_delay, nanoseconds. */
    static final long CLOSE_DELAY = 5_000_000_000L;
    /** How long a SYN waits for its answer: Zeek's tcp_attempt_delay, nanoseconds. */
    static final long ATTEMPT_DELAY = 5_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long UNKNOWN = Long.MIN_VALUE;
    /** A SYN or RST whose number is farther off than this does not move what is known of the sequence. */
    private static final int FAR = 1 << 20;
    private static final int SYN_FIN_RST = PacketHeader.SYN | PacketHeader.FIN | PacketHeader.RST;
    private static final InvalidReason[] REASONS = InvalidReason.values();
    private static final TcpState[] STATES = TcpState.values();

    /** Receives an account when it is to be told. */
    public interface Telling {
        /** The account as it is now; {@code last} if no other version of it follows. */
        void tell(FlowAccount account, EndReason why, boolean last);
    }

    private final Telling telling;
    private final long idle;
    private final long active;

    private boolean open;
    private boolean tcp;
    private boolean originFromLow;
    private long start = UNKNOWN;
    private int ordinal;
    private long last;
    private int revision;
    private boolean news;
    private long nextTold;
    private long attemptUntil;
    private long closedUntil;
    private Side origin = new Side();
    private Side response = new Side();
    private final History history = new History();
    private long synTime;
    private long synAckTime;
    private long ackTime;
    private TcpState tracked;
    private int[] invalid;

    /**
     * An account without a packet.
     *
     * @param settings the time-outs
     * @param telling receives what is to be told
     */
    public FlowAccount(FlowRecordSettings settings, Telling telling) {
        this.telling = telling;
        this.idle = settings.idle().toNanos();
        this.active = settings.active().toNanos();
    }

    /**
     * Takes a TCP packet that entered the gateway.
     *
     * @param time when, nanoseconds since the epoch; never before that of the packet before it
     * @param fromLow whether the low endpoint of the flow's key sent it
     * @param sourcePort the sender's port
     * @param destinationPort the receiver's port
     * @param flags TCP flags
     * @param seq sequence number
     * @param ack acknowledgement number
     * @param payloadLength of the segment, bytes
     * @param ipLength of the packet, bytes
     * @param window as sent, unscaled
     * @param why why the connection tracker calls it INVALID; NONE if it does not. One with a bad checksum, which no receiver takes, is told in the history, and
     *     not counted as a packet
     * @param state the tracker's state after it
     */
    public void tcp(long time, boolean fromLow, int sourcePort, int destinationPort, int flags, int seq, int ack, int payloadLength, int ipLength, int window,
            InvalidReason why, TcpState state) {
        expire(time - 1, time);
        if (open && isReuse(flags, seq)) {
            end(EndReason.REUSED);
        }
        if (!open) {
            boolean pureSyn = (flags & (PacketHeader.SYN | PacketHeader.ACK)) == PacketHeader.SYN;
            boolean synAck = (flags & (PacketHeader.SYN | PacketHeader.ACK)) == (PacketHeader.SYN | PacketHeader.ACK);
            boolean answer = !pureSyn && (synAck || ServerPorts.answers(sourcePort, destinationPort));
            begin(time, fromLow != answer, true);
            if (answer) {
                history.add(History.FLIPPED, true);
            }
        }
        touch(time);
        tracked = state;
        countInvalid(why);
        boolean fromOrigin = fromLow == originFromLow;
        Side sender = fromOrigin ? origin : response;
        if (why == InvalidReason.BAD_CHECKSUM) {
            history.scaled('C', fromOrigin, ++sender.badChecksums);
            return;
        }
        last = time;
        sender.count(flags, ipLength, payloadLength);
        step(sender, fromOrigin ? response : origin, fromOrigin, time, flags, seq, ack, payloadLength, window);
    }

    /**
     * Takes a packet that is no TCP: counted, without state and history. Parameters as of {@link #tcp}.
     */
    public void other(long time, boolean fromLow, int ipLength, InvalidReason why) {
        expire(time - 1, time);
        if (!open) {
            begin(time, fromLow, false);
        }
        touch(time);
        last = time;
        countInvalid(why);
        (fromLow == originFromLow ? origin : response).count(0, ipLength, 0);
    }

    /**
     * The firewall's log tells that a packet, taken already, was INVALID for a reason that the packet does not show.
     *
     * @param time of the log's record, nanoseconds; in order with the packets
     * @param packetTime when the packet was taken: one of an earlier connection is not told of this one
     */
    public void loggedInvalid(long time, long packetTime) {
        expire(time - 1, time);
        if (open && packetTime >= start) {
            touch(time);
            countInvalid(InvalidReason.LOGGED_BY_FIREWALL);
        }
    }

    private void begin(long time, boolean fromLow, boolean isTcp) {
        ordinal = time == start ? ordinal + 1 : 0;
        open = true;
        tcp = isTcp;
        originFromLow = fromLow;
        start = last = time;
        revision = 0;
        news = false;
        nextTold = time + active;
        attemptUntil = closedUntil = NEVER;
        origin.clear();
        response.clear();
        history.clear();
        synTime = synAckTime = ackTime = UNKNOWN;
        tracked = TcpState.NONE;
        invalid = null;
    }

    private void touch(long time) {
        news = true;
        if (time > nextTold) {
            nextTold += (time - nextTold + active - 1) / active * active;
        }
    }

    private void countInvalid(InvalidReason why) {
        if (why == InvalidReason.NONE) {
            return;
        }
        if (invalid == null) {
            invalid = new int[REASONS.length];
        }
        invalid[why.ordinal()]++;
    }

    // One packet's way through the connection's state.

    private void step(Side sender, Side peer, boolean fromOrigin, long time, int flags, int seq, int ack, int length, int window) {
        boolean syn = (flags & PacketHeader.SYN) != 0;
        boolean fin = (flags & PacketHeader.FIN) != 0;
        boolean rst = (flags & PacketHeader.RST) != 0;
        boolean acks = (flags & PacketHeader.ACK) != 0;
        int past = seq + (rst ? 0 : length) + (syn ? 1 : 0) + (fin ? 1 : 0);
        number(sender, syn, seq, past);
        tell(sender, fromOrigin, flags, seq, length);
        if (window == 0 && !rst && peer.state != SideState.CLOSED && sender.state != SideState.RESET) {
            history.scaled('W', fromOrigin, ++sender.zeroWindows);
        }
        timeHandshake(fromOrigin, time, syn, acks, rst);
        if (fin) {
            sender.finished = true;
        }
        if (acks) {
            if (peer.state == SideState.INACTIVE) {
                peer.begin(ack - 1, ack - 1, ack);
            } else if (!rst && ack - peer.acked > 0 && ack - peer.start >= 0 && !(ack == 0 && ack - peer.acked > FAR)) {
                peer.acked = ack;
            }
        }
        advance(sender, fromOrigin, syn, fin, rst, past, length);
        boolean closing = move(sender, peer, fromOrigin, time, syn, fin, rst, acks, seq, length);
        if (acks && peer.acknowledgedUnseen(ack) && sender.isEstablished() && peer.isEstablished()) {
            history.scaled('G', !fromOrigin, ++peer.gaps);
        }
        if (past != seq && seq - sender.start >= 0) {
            sender.saw(seq, past);
        }
        if (closing && !sender.closed) {
            sender.closed = true;
            if (sender.state == SideState.RESET || peer.closed || peer.state == SideState.INACTIVE) {
                closedUntil = Math.min(closedUntil, time + CLOSE_DELAY);
            }
        }
    }

    /** Sets where the sender's numbers begin, with its first packet or with a SYN that begins them anew. */
    private static void number(Side sender, boolean syn, int seq, int past) {
        switch (sender.state) {
            case INACTIVE -> {
                if (syn) {
                    sender.begin(seq, past, seq);
                } else {
                    sender.begin(seq - 1, seq, seq);
                }
            }
            case SYN_SENT, SYN_ACK_SENT, ESTABLISHED, PARTIAL -> {
                if (syn && seq != sender.start) {
                    sender.begin(seq, past, seq);
                }
            }
            case RESET -> {
                if (syn && sender.previous == SideState.INACTIVE) {
                    sender.begin(seq, past, seq);
                }
            }
            case CLOSED -> { }
        }
    }

    private void tell(Side sender, boolean fromOrigin, int flags, int seq, int length) {
        int control = flags & SYN_FIN_RST;
        int relative = seq - sender.start;
        switch (control) {
            case 0 -> {
                if (length > 0) {
                    history.first('D', fromOrigin);
                } else if ((flags & PacketHeader.ACK) != 0) {
                    history.first('A', fromOrigin);
                }
            }
            case PacketHeader.SYN -> {
                char letter = (flags & PacketHeader.ACK) != 0 ? 'H' : 'S';
                if (!history.first(letter, fromOrigin) && relative != sender.synTold) {
                    history.add(letter, fromOrigin);
                }
                sender.synTold = relative;
            }
            case PacketHeader.FIN -> {
                if (!history.first('F', fromOrigin) && relative + length != sender.finTold) {
                    history.add('F', fromOrigin);
                }
                sender.finTold = relative + length;
            }
            case PacketHeader.RST -> {
                if (!history.first('R', fromOrigin) && relative != sender.resetTold) {
                    history.add('R', fromOrigin);
                }
                sender.resetTold = relative;
            }
            case PacketHeader.SYN | PacketHeader.RST, PacketHeader.SYN | PacketHeader.FIN -> history.first('Q', fromOrigin);
            default -> history.first('I', fromOrigin);
        }
    }

    private void timeHandshake(boolean fromOrigin, long time, boolean syn, boolean acks, boolean rst) {
        if (syn && !acks && fromOrigin && synTime == UNKNOWN) {
            synTime = time;
        } else if (syn && acks && !fromOrigin && synAckTime == UNKNOWN) {
            synAckTime = time;
        } else if (acks && !syn && !rst && fromOrigin && synAckTime != UNKNOWN && ackTime == UNKNOWN) {
            ackTime = time;
        }
    }

    /** Moves the end of what the sender sent, or finds that it has sent this before. */
    private void advance(Side sender, boolean fromOrigin, boolean syn, boolean fin, boolean rst, int past, int length) {
        int beyond = past - sender.end;
        if ((syn || rst) && (beyond > FAR || beyond < -FAR)) {
            return;
        }
        if (fin && sender.end == sender.start + 1) {
            sender.end = past;
        } else if (sender.state != SideState.RESET) {
            if (beyond > 0) {
                sender.end = past;
            } else if (length > 0) {
                sender.retransmitted++;
                history.scaled('T', fromOrigin, ++sender.payloadAgain);
            } else if ((syn || fin) && sender.state != SideState.INACTIVE) {
                sender.retransmitted++;
            }
        }
    }

    /** Moves the sender's state; true if this packet says that it will send no more. */
    private boolean move(Side sender, Side peer, boolean fromOrigin, long time, boolean syn, boolean fin, boolean rst, boolean acks, int seq, int length) {
        return switch (sender.state) {
            case INACTIVE -> arise(sender, peer, fromOrigin, time, syn, fin, rst, acks, seq, length);
            case SYN_SENT, SYN_ACK_SENT -> closeOrReset(sender, fin, rst);
            case ESTABLISHED, PARTIAL -> {
                if (syn && !acks && sender.state == SideState.PARTIAL && peer.state == SideState.INACTIVE) {
                    sender.become(SideState.SYN_SENT);
                }
                if (fin && !rst && peer.state == SideState.RESET && peer.previous == SideState.CLOSED) {
                    peer.become(SideState.CLOSED); // it had sent a FIN before its RST: both have ended as they should
                }
                yield closeOrReset(sender, fin, rst);
            }
            case CLOSED -> {
                if (rst && peer.state != SideState.CLOSED) {
                    sender.become(SideState.RESET);
                    yield true;
                }
                yield false;
            }
            case RESET -> false;
        };
    }

    private static boolean closeOrReset(Side sender, boolean fin, boolean rst) {
        if (rst) {
            sender.become(SideState.RESET);
        } else if (fin) {
            sender.become(SideState.CLOSED);
        }
        return fin || rst;
    }

    /** A side is heard of for the first time. */
    private boolean arise(Side sender, Side peer, boolean fromOrigin, long time, boolean syn, boolean fin, boolean rst, boolean acks, int seq, int length) {
        if (syn && fromOrigin) {
            sender.become(acks ? SideState.SYN_ACK_SENT : SideState.SYN_SENT);
            attemptUntil = time + ATTEMPT_DELAY;
        } else if (syn) {
            if (!acks && peer.state == SideState.SYN_ACK_SENT && seq == sender.start) {
                flip(); // SYN and SYN-ACK were captured in the wrong order
                peer.become(SideState.ESTABLISHED);
            } else if (peer.state == SideState.SYN_SENT) {
                peer.become(SideState.ESTABLISHED);
            }
            sender.become(SideState.ESTABLISHED);
        }
        if (fin || rst) {
            return closeOrReset(sender, fin, rst);
        }
        if (sender.state == SideState.INACTIVE) {
            if (!fromOrigin && length == 0 && origin.state == SideState.SYN_SENT) {
                return false; // some acknowledge a SYN before they answer it
            }
            sender.become(acks && peer.state == SideState.ESTABLISHED ? SideState.ESTABLISHED : SideState.PARTIAL);
        }
        return false;
    }

    private void flip() {
        Side other = origin;
        origin = response;
        response = other;
        originFromLow = !originFromLow;
        history.flip();
    }

    /** True if the packet begins the next connection between the same ports. */
    private boolean isReuse(int flags, int seq) {
        if ((flags & PacketHeader.SYN) == 0) {
            return false;
        }
        boolean acks = (flags & PacketHeader.ACK) != 0;
        if (acks && origin.state != SideState.INACTIVE) {
            return false;
        }
        if (origin.closed || response.closed) {
            return true;
        }
        if (origin.state == SideState.INACTIVE && response.state == SideState.INACTIVE) {
            return false;
        }
        Side beginner = acks ? response : origin;
        boolean crossed = !acks && origin.state == SideState.SYN_ACK_SENT && response.state == SideState.INACTIVE && seq == response.start;
        return seq != beginner.start && !crossed;
    }

    // What time brings.

    /** When the connection ends if nothing more comes; {@link Long#MAX_VALUE} without one. A packet just at the idle time-out still comes in time. */
    private long ends() {
        if (!open) {
            return NEVER;
        }
        long ends = Math.min(last + idle + 1, closedUntil);
        if (isAttempt()) {
            ends = Math.min(ends, attemptUntil);
        }
        if (tcp && origin.state == SideState.INACTIVE && response.state == SideState.INACTIVE) {
            ends = Math.min(ends, last + ATTEMPT_DELAY);
        }
        if (isHalfOver()) {
            ends = Math.min(ends, last + CLOSE_DELAY);
        }
        return ends;
    }

    private boolean isAttempt() {
        return (origin.state == SideState.SYN_SENT || origin.state == SideState.SYN_ACK_SENT) && response.state == SideState.INACTIVE;
    }

    private boolean isHalfOver() {
        return (origin.closed || response.closed) && (origin.state == SideState.RESET || response.state == SideState.RESET);
    }

    private EndReason whyEnded(long at) {
        if (origin.closed || response.closed) {
            return at == closedUntil || isHalfOver() ? EndReason.END_OF_FLOW : EndReason.IDLE_TIMEOUT;
        }
        return isAttempt() && at == attemptUntil ? EndReason.UNANSWERED : EndReason.IDLE_TIMEOUT;
    }

    /** The earliest time at which something is due; {@link Long#MAX_VALUE} if nothing ever is. */
    public long due() {
        return open ? Math.min(ends(), news ? nextTold : NEVER) : NEVER;
    }

    /** All packets up to and including {@code time} have been taken: tells what is due by then. */
    public void advance(long time) {
        expire(time, time);
    }

    /** Tells versions due up to {@code told} and the end if it is due by {@code ended}. */
    private void expire(long told, long ended) {
        while (open) {
            long ends = ends();
            long next = news ? nextTold : NEVER;
            if (ends <= ended && ends <= next) {
                end(whyEnded(ends));
            } else if (next <= told) {
                telling.tell(this, EndReason.ACTIVE_TIMEOUT, false);
                revision++;
                news = false;
                nextTold += active;
            } else {
                return;
            }
        }
    }

    /** Tells what is due up to {@code reached}, and then ends what is still open. */
    public void finish(long reached, EndReason why) {
        expire(reached, reached);
        if (open) {
            end(why);
        }
    }

    private void end(EndReason why) {
        open = false;
        telling.tell(this, why, true);
    }

    // What there is to tell.

    /** True while a connection is being counted. */
    public boolean isOpen() {
        return open;
    }

    /** True if the low endpoint of the flow's key is the originator. */
    public boolean originFromLow() {
        return originFromLow;
    }

    /** Time of the first packet, nanoseconds. */
    public long start() {
        return start;
    }

    /** Counts the connections of one flow that began at the same time. */
    public int ordinal() {
        return ordinal;
    }

    /** Time of the last packet, nanoseconds. */
    public long last() {
        return last;
    }

    /** Versions told before this one. */
    public int revision() {
        return revision;
    }

    public long packets(boolean fromOrigin) {
        return side(fromOrigin).packets;
    }

    /** Bytes of IP packets, headers included. */
    public long bytes(boolean fromOrigin) {
        return side(fromOrigin).bytes;
    }

    /** Bytes of payload, retransmitted ones included. */
    public long payloadBytes(boolean fromOrigin) {
        return side(fromOrigin).payload;
    }

    /** All flags that were ever set. */
    public int flags(boolean fromOrigin) {
        return side(fromOrigin).flags;
    }

    /** Packets with payload, SYN or FIN whose sequence numbers had been sent before. */
    public long retransmissions(boolean fromOrigin) {
        return side(fromOrigin).retransmitted;
    }

    private Side side(boolean fromOrigin) {
        return fromOrigin ? origin : response;
    }

    /** By Zeek's definitions; OTH for what is no TCP. */
    public ConnState connState() {
        return tcp ? ConnState.of(origin, response, history) : ConnState.OTH;
    }

    /** By Zeek's definitions; empty for what is no TCP. */
    public String history() {
        return history.toString();
    }

    /** From the first SYN to the first SYN-ACK, nanoseconds; -1 if either was not seen here. */
    public long synToSynAck() {
        return synTime == UNKNOWN || synAckTime == UNKNOWN ? -1 : synAckTime - synTime;
    }

    /** From the first SYN-ACK to the originator's first ACK after it, nanoseconds; -1 if either was not seen here. */
    public long synAckToAck() {
        return ackTime == UNKNOWN ? -1 : ackTime - synAckTime;
    }

    /** The connection tracker's state after the last packet; NONE without an entry. */
    public TcpState tracked() {
        return tracked;
    }

    /** INVALID packets for that reason. */
    public int invalid(InvalidReason why) {
        return invalid == null ? 0 : invalid[why.ordinal()];
    }

    /** True if a packet was INVALID. */
    public boolean hasInvalid() {
        return invalid != null;
    }

    /** Writes what {@link #read} takes back. */
    public void write(DataOutput out) throws IOException {
        out.writeBoolean(open);
        out.writeLong(start);
        out.writeInt(ordinal);
        if (!open) {
            return;
        }
        out.writeByte((tcp ? 1 : 0) | (originFromLow ? 2 : 0) | (news ? 4 : 0) | (invalid != null ? 8 : 0));
        out.writeLong(last);
        out.writeInt(revision);
        out.writeLong(nextTold);
        out.writeLong(attemptUntil);
        out.writeLong(closedUntil);
        origin.write(out);
        response.write(out);
        history.write(out);
        out.writeLong(synTime);
        out.writeLong(synAckTime);
        out.writeLong(ackTime);
        out.writeByte(tracked.ordinal());
        if (invalid != null) {
            for (int count : invalid) {
                out.writeInt(count);
            }
        }
    }

    /** Takes back what was written. */
    public void read(DataInput in) throws IOException {
        open = in.readBoolean();
        start = in.readLong();
        ordinal = in.readInt();
        if (!open) {
            return;
        }
        int bits = in.readByte();
        tcp = (bits & 1) != 0;
        originFromLow = (bits & 2) != 0;
        news = (bits & 4) != 0;
        last = in.readLong();
        revision = in.readInt();
        nextTold = in.readLong();
        attemptUntil = in.readLong();
        closedUntil = in.readLong();
        origin.read(in);
        response.read(in);
        history.read(in);
        synTime = in.readLong();
        synAckTime = in.readLong();
        ackTime = in.readLong();
        tracked = STATES[in.readByte()];
        invalid = (bits & 8) != 0 ? new int[REASONS.length] : null;
        for (int i = 0; invalid != null && i < invalid.length; i++) {
            invalid[i] = in.readInt();
        }
    }
}
