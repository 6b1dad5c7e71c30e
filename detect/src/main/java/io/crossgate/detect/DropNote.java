package io.crossgate.detect;

import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Drops of one kind at one gateway, close together in time, kept until it is known which handshake they belong to. */
final class DropNote {
    final int gateway;
    final long time;
    final boolean fromLow;
    final boolean synAck;
    final int ack;
    final InvalidReason reason;
    final TcpState state;
    final Evidence evidence;
    long lastTime;
    long count = 1;

    DropNote(int gateway, Seen packet, InvalidReason reason, TcpState state, Evidence evidence) {
        this(gateway, packet.time, packet.fromLow, packet.isSynAck(), packet.isSynAck() ? packet.ack : 0, reason, state, evidence);
        lastTime = packet.time;
    }

    private DropNote(int gateway, long time, boolean fromLow, boolean synAck, int ack, InvalidReason reason, TcpState state, Evidence evidence) {
        this.gateway = gateway;
        this.time = time;
        this.fromLow = fromLow;
        this.synAck = synAck;
        this.ack = ack;
        this.reason = reason;
        this.state = state;
        this.evidence = evidence;
    }

    /** Takes {@code other} into this note if it tells of the same; false if not. */
    boolean merge(DropNote other, long span) {
        boolean same = gateway == other.gateway && fromLow == other.fromLow && synAck == other.synAck && ack == other.ack && reason == other.reason
                && state == other.state && evidence == other.evidence && other.time - time < span;
        if (same) {
            count += other.count;
            lastTime = Math.max(lastTime, other.lastTime);
        }
        return same;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(gateway);
        out.writeLong(time);
        out.writeBoolean(fromLow);
        out.writeBoolean(synAck);
        out.writeInt(ack);
        out.writeByte(reason.ordinal());
        out.writeByte(state.ordinal());
        out.writeByte(evidence.ordinal());
        out.writeLong(lastTime);
        out.writeLong(count);
    }

    static DropNote read(DataInput in) throws IOException {
        DropNote note = new DropNote(in.readInt(), in.readLong(), in.readBoolean(), in.readBoolean(), in.readInt(), InvalidReason.values()[in.readByte()],
                TcpState.values()[in.readByte()], Evidence.values()[in.readByte()]);
        note.lastTime = in.readLong();
        note.count = in.readLong();
        return note;
    }
}
