package io.crossgate.detect;

import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A packet that entered a gateway, or of which only its firewall's log tells, while it may still be seen leaving. */
final class Entered {
    Seen packet;
    InvalidReason reason = InvalidReason.NONE;
    TcpState state = TcpState.NONE;
    /** False for a packet whose flow may be older than the capture: that the tracker knows no entry then proves nothing. */
    boolean historyKnown;
    boolean leftKnown;
    long leftAt;
    boolean logged;
    boolean decided;
    /** Counts packets of equal time and content, so that each has an id of its own. */
    int ordinal;
    /** True if its flow keeps a sample of it, which wants to know whether it left. Not stored: after a restart the samples are searched. */
    boolean sampled;
    /** The next one in its gateway's list. */
    Entered next;

    Entered set(Seen seen) {
        packet = seen;
        reason = InvalidReason.NONE;
        state = TcpState.NONE;
        historyKnown = leftKnown = logged = decided = sampled = false;
        leftAt = 0;
        ordinal = 0;
        return this;
    }

    boolean invalid() {
        return reason != InvalidReason.NONE;
    }

    boolean leftBy(long deadline) {
        return leftKnown && leftAt <= deadline;
    }

    void write(DataOutput out) throws IOException {
        packet.write(out);
        out.writeByte(reason.ordinal());
        out.writeByte(state.ordinal());
        out.writeByte((leftKnown ? 1 : 0) | (logged ? 2 : 0) | (decided ? 4 : 0) | (historyKnown ? 8 : 0));
        out.writeLong(leftAt);
        out.writeInt(ordinal);
    }

    static Entered read(DataInput in) throws IOException {
        Entered e = new Entered().set(Seen.read(in));
        e.sampled = true;
        e.reason = InvalidReason.values()[in.readByte()];
        e.state = TcpState.values()[in.readByte()];
        int bits = in.readByte();
        e.leftKnown = (bits & 1) != 0;
        e.logged = (bits & 2) != 0;
        e.decided = (bits & 4) != 0;
        e.historyKnown = (bits & 8) != 0;
        e.leftAt = in.readLong();
        e.ordinal = in.readInt();
        return e;
    }
}
