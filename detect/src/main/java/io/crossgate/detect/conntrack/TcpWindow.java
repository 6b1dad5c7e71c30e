package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * Is a segment within the window? After Guido van Rooij, "Real Stateful TCP Packet Filtering in IP Filter" (2000), as nf_conntrack applies it. Four bounds, for a
 * segment [seq, end) with acknowledgement ack (the furthest SACK edge, where SACK was agreed on):
 *
 * <pre>
 *   I    seq <= sender.maxEnd                                   else INVALID: sends more than it may (ignored, if by less than one window)
 *   II   end >  sender.end - receiver.maxWindow - 1             else ignored: all of it was acknowledged
 *   III  ack <= receiver.end                                    else INVALID: acknowledges what was not seen
 *   IV   ack >= receiver.end - max(sender.maxWindow, 66000)     else ignored: acknowledges too little
 * </pre>
 */
final class TcpWindow {
    /** An acknowledgement may lag behind by this much at least, however small the window: van Rooij's MAXACKWINDOW. */
    private static final int ACK_LAG = 66_000;
    private static final int MAX_SCALE = 14;

    enum Place { INSIDE, IGNORED, OUTSIDE }

    private TcpWindow() {}

    static Place check(TcpSegment p, TcpKind kind, boolean forth, TcpState state, TcpSide sender, TcpSide receiver, LastPacket last, TcpTracker tracker,
            ConntrackSettings settings) {
        boolean syn = p.has(PacketHeader.SYN);
        boolean acks = p.has(PacketHeader.ACK);
        int seq = p.seq;
        int end = p.end();
        int ack = p.ack;
        int sack = receiver.is(TcpSide.SACKS) ? p.sackEdge : ack;

        if (sender.maxWindow == 0) {
            if (syn) {
                begin(sender, receiver, p, forth);
                if (!acks) {
                    return Place.INSIDE; // SYNs crossed
                }
            } else {
                beginInTheMiddle(sender, receiver, p, sack);
            }
        } else if (syn && end - sender.end > 0 && (state == TcpState.SYN_SENT || state == TcpState.SYN_RECV)) {
            begin(sender, receiver, p, forth); // starts over with a higher sequence number
            if (!forth && !acks) {
                return Place.INSIDE;
            }
        }
        if (!acks || p.has(PacketHeader.RST) && ack == 0) {
            ack = sack = receiver.end; // acknowledges nothing; some stacks set ACK in a RST all the same
        }
        if (p.has(PacketHeader.RST) && seq == 0 && state == TcpState.SYN_SENT) {
            seq = end = sender.end; // refuses a SYN
        }

        int ackLag = Integer.compareUnsigned(sender.maxWindow, ACK_LAG) > 0 ? sender.maxWindow : ACK_LAG;
        boolean notStale = end - (sender.end - receiver.maxWindow - 1) > 0;
        boolean acksEnough = sack - (receiver.end - ackLag - 1) > 0;
        boolean acksSeen = sack - (receiver.end + 1) < 0;
        if (seq - (sender.maxEnd + 1) >= 0) {
            int beyond = end - sender.maxEnd + 1;
            if (receiver.maxWindow != 0 && notStale && acksEnough && acksSeen && Integer.compareUnsigned(beyond, receiver.maxWindow) <= 0) {
                // It may be let through all the same, and acknowledged: that acknowledgement is then not of unseen data.
                sender.end = end;
                sender.bits |= TcpSide.UNACKNOWLEDGED;
                return under(Note.MORE_BYTES_THAN_EXPECTED, sender, tracker, settings);
            }
            return outside(InvalidReason.SEQ_OVER_UPPER_BOUND, sender.maxEnd, seq, sender, tracker, settings);
        }
        if (!acksSeen) {
            return outside(InvalidReason.ACK_OVER_UPPER_BOUND, receiver.end, sack, sender, tracker, settings);
        }
        if (receiver.maxWindow != 0 && !notStale) {
            return under(Note.SEQ_UNDER_LOWER_BOUND, sender, tracker, settings);
        }
        if (!acksEnough) {
            return under(Note.ACK_UNDER_LOWER_BOUND, sender, tracker, settings);
        }

        int window = syn ? p.window : p.window << sender.scale;
        learn(sender, receiver, end, ack, sack, window, acks);
        if (kind == TcpKind.ACK) {
            countRepeats(p, forth, seq, end, ack, last);
        }
        return Place.INSIDE;
    }

    /** Outside, unless windows are not enforced: by setting, or because the connection was picked up in its middle. */
    private static Place outside(InvalidReason why, int bound, int value, TcpSide sender, TcpTracker tracker, ConntrackSettings settings) {
        if (tolerated(sender, tracker, settings)) {
            return Place.INSIDE;
        }
        tracker.outside(why, bound, value);
        return Place.OUTSIDE;
    }

    private static Place under(Note what, TcpSide sender, TcpTracker tracker, ConntrackSettings settings) {
        if (tolerated(sender, tracker, settings)) {
            return Place.INSIDE;
        }
        tracker.note(what);
        return Place.IGNORED;
    }

    private static boolean tolerated(TcpSide sender, TcpTracker tracker, ConntrackSettings settings) {
        boolean tolerated = sender.is(TcpSide.LIBERAL) || settings.on(ConntrackSetting.TCP_BE_LIBERAL);
        if (tolerated && !tracker.opened()) {
            tracker.note(Note.OUTSIDE_WINDOW_TOLERATED);
        }
        return tolerated;
    }

    /** The sender's SYN or SYN-ACK. Windows are scaled only if both sides offer it. */
    private static void begin(TcpSide sender, TcpSide receiver, TcpSegment p, boolean forth) {
        sender.end = sender.maxEnd = p.end();
        sender.maxWindow = Math.max(1, p.window);
        takeOptions(sender, p);
        if (!forth && !(sender.is(TcpSide.SCALES) && receiver.is(TcpSide.SCALES))) {
            sender.scale = receiver.scale = 0;
        }
    }

    /** The sender's beginning was not seen: what this packet shows has to do. */
    private static void beginInTheMiddle(TcpSide sender, TcpSide receiver, TcpSegment p, int sack) {
        sender.end = p.end();
        int window = p.window << sender.scale;
        sender.maxWindow = window == 0 ? 1 : window;
        sender.maxEnd = sender.end + sender.maxWindow;
        if (receiver.maxWindow == 0) {
            receiver.end = receiver.maxEnd = sack;
        } else if (sack == receiver.end + 1) {
            receiver.end++; // an answer to a keep-alive
        }
    }

    static void takeOptions(TcpSide side, TcpSegment p) {
        side.bits &= TcpSide.LIBERAL;
        side.scale = 0;
        if (p.sackPermitted) {
            side.bits |= TcpSide.SACKS;
        }
        if (p.windowScale >= 0) {
            side.bits |= TcpSide.SCALES;
            side.scale = scale(p);
        }
    }

    static byte scale(TcpSegment p) {
        return (byte) Math.min(p.windowScale, MAX_SCALE);
    }

    private static void learn(TcpSide sender, TcpSide receiver, int end, int ack, int sack, int window, boolean acks) {
        int seenWindow = window + (sack - ack);
        if (Integer.compareUnsigned(seenWindow, sender.maxWindow) > 0) {
            sender.maxWindow = seenWindow;
        }
        if (end - sender.end > 0) {
            sender.end = end;
            sender.bits |= TcpSide.UNACKNOWLEDGED;
        }
        if (acks && (!sender.is(TcpSide.ACKED) || ack - sender.maxAck > 0)) {
            sender.maxAck = ack;
            sender.bits |= TcpSide.ACKED;
        }
        if (receiver.maxWindow != 0 && end - sender.maxEnd > 0) {
            receiver.maxWindow += end - sender.maxEnd;
        }
        if (sack + window - (receiver.maxEnd - 1) > 0) {
            receiver.maxEnd = sack + window + (window == 0 ? 1 : 0);
        }
        if (ack == receiver.end) {
            receiver.bits &= ~TcpSide.UNACKNOWLEDGED;
        }
    }

    private static void countRepeats(TcpSegment p, boolean forth, int seq, int end, int ack, LastPacket last) {
        if (last.forth == forth && last.seq == seq && last.ack == ack && last.end == end && last.window == p.window) {
            last.repeats = (short) Math.min(last.repeats + 1, 255);
            return;
        }
        last.forth = forth;
        last.seq = seq;
        last.ack = ack;
        last.end = end;
        last.window = (char) p.window;
        last.repeats = 0;
    }
}
