package io.crossgate.detect.conntrack;

import static io.crossgate.detect.conntrack.TcpState.CLOSE;
import static io.crossgate.detect.conntrack.TcpState.CLOSE_WAIT;
import static io.crossgate.detect.conntrack.TcpState.ESTABLISHED;
import static io.crossgate.detect.conntrack.TcpState.FIN_WAIT;
import static io.crossgate.detect.conntrack.TcpState.LAST_ACK;
import static io.crossgate.detect.conntrack.TcpState.SYN_RECV;
import static io.crossgate.detect.conntrack.TcpState.SYN_SENT;
import static io.crossgate.detect.conntrack.TcpState.SYN_SENT2;
import static io.crossgate.detect.conntrack.TcpState.TIME_WAIT;

/**
 * What a packet does to a connection's state, from the point of view of a firewall in the middle: it sees both directions, but not whether a packet arrives
 * where it goes. "Original" is the direction of the packet that opened the entry.
 *
 * <p>A cell is the state after, or one of two words: {@link #INVALID} (the packet is INVALID, the state stays) and {@link #IGNORED} (the packet passes as part
 * of the connection, the state stays: it may be a retransmission, or stale).
 */
final class TcpTransitions {
    static final byte INVALID = -1;
    static final byte IGNORED = -2;

    private static final byte[][][] TABLE = new byte[2][TcpKind.values().length][TcpState.values().length];

    private TcpTransitions() {}

    /** The cell for a packet of the given kind and direction in the given state: a {@link TcpState} ordinal, {@link #INVALID} or {@link #IGNORED}. */
    static byte of(boolean original, TcpKind kind, TcpState before) {
        return TABLE[original ? 0 : 1][kind.ordinal()][before.ordinal()];
    }

    private static byte to(TcpState state) {
        return (byte) state.ordinal();
    }

    /** One row: cells for NONE, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, SYN_SENT2. */
    private static void row(boolean original, TcpKind kind, int... cells) {
        for (int i = 0; i < cells.length; i++) {
            TABLE[original ? 0 : 1][kind.ordinal()][i] = (byte) cells[i];
        }
    }

    static {
        final int iv = INVALID;
        final int ig = IGNORED;
        final int ss = to(SYN_SENT);
        final int sr = to(SYN_RECV);
        final int es = to(ESTABLISHED);
        final int fw = to(FIN_WAIT);
        final int cw = to(CLOSE_WAIT);
        final int la = to(LAST_ACK);
        final int tw = to(TIME_WAIT);
        final int cl = to(CLOSE);
        final int s2 = to(SYN_SENT2);

        // Original direction.           NONE  SS  SR  ES  FW  CW  LA  TW  CL  S2
        // A SYN opens; repeated, it is a retransmission; once a connection is closed, it opens a new one; in between it may be stale.
        row(true, TcpKind.SYN,            ss, ss, ig, ig, ig, ig, ig, ss, ss, s2);
        // Only after crossed SYNs does the originator answer with a SYN-ACK.
        row(true, TcpKind.SYN_ACK,        iv, iv, sr, iv, iv, iv, iv, iv, iv, sr);
        // A FIN cannot come before the peer's SYN-ACK was seen.
        row(true, TcpKind.FIN,            iv, iv, fw, fw, la, la, la, tw, cl, iv);
        // With no entry: picked up in mid-stream (nf_conntrack_tcp_loose). In SYN_SENT it acknowledges a SYN-ACK that went around this firewall.
        row(true, TcpKind.ACK,            es, iv, es, es, cw, cw, tw, tw, cl, iv);
        row(true, TcpKind.RST,            iv, cl, cl, cl, cl, cl, cl, cl, cl, cl);
        row(true, TcpKind.NONE,           iv, iv, iv, iv, iv, iv, iv, iv, iv, iv);

        // Reply direction.              NONE  SS  SR  ES  FW  CW  LA  TW  CL  S2
        // A SYN from the other side: simultaneous open, or after TIME_WAIT a new connection the other way round.
        row(false, TcpKind.SYN,           iv, s2, iv, iv, iv, iv, iv, ss, iv, s2);
        // Later SYN-ACKs may be retransmissions: the originator's ACK may have been lost beyond this firewall.
        row(false, TcpKind.SYN_ACK,       iv, sr, ig, ig, ig, ig, ig, ig, ig, sr);
        row(false, TcpKind.FIN,           iv, iv, fw, fw, la, la, la, tw, cl, iv);
        // In SYN_SENT it may be a challenge: the responder believes in an older connection.
        row(false, TcpKind.ACK,           iv, ig, sr, es, cw, cw, tw, tw, cl, ig);
        row(false, TcpKind.RST,           iv, cl, cl, cl, cl, cl, cl, cl, cl, cl);
        row(false, TcpKind.NONE,          iv, iv, iv, iv, iv, iv, iv, iv, iv, iv);
    }
}
