package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A SYN-ACK's arrival at one gateway: the first, and how often the same one came again. */
final class Arrival extends Kept<Arrival> {
    /** How far the question "is it orphaned here?" has come. */
    enum Stage {
        /** The SYN may still be found. */
        OPEN,
        /** This gateway saw the SYN. */
        ANSWERS_LOCAL_SYN,
        /** Told as orphaned. */
        TOLD,
        /** Told, and told again as dropped. */
        TOLD_DROPPED,
        /** Told for the last time. */
        CLOSED
    }

    final int gateway;
    final int point;
    final long time;
    final boolean serverFromLow;
    /** Acknowledgement number: the client's initial sequence number + 1 (+ the SYN's payload, for Fast Open). */
    final int ack;
    final int seq;
    final int flags;
    final byte checksum;
    int again;
    boolean dropped;
    Stage stage = Stage.OPEN;
    /** True once it was judged by what all gateways had seen up to its time: the next look comes after the clock tolerance. Not stored: a restart looks again. */
    boolean judged;
    /** True once the outcome of its handshake was told. */
    boolean counted;
    /** What was told of it first, and is told again in later revisions; null before. */
    OrphanedSynAck told;

    Arrival(int gateway, int point, long time, boolean serverFromLow, int ack, int seq, int flags, byte checksum) {
        this.gateway = gateway;
        this.point = point;
        this.time = time;
        this.serverFromLow = serverFromLow;
        this.ack = ack;
        this.seq = seq;
        this.flags = flags;
        this.checksum = checksum;
    }

    static Arrival of(int gateway, Seen p) {
        return new Arrival(gateway, p.point, p.time, p.fromLow, p.ack, p.seq, p.flags, p.checksum);
    }

    /** True if the other is the same SYN-ACK at another gateway or another time. */
    boolean sameSynAck(Arrival o) {
        return serverFromLow == o.serverFromLow && ack == o.ack;
    }

    boolean closed() {
        return counted && (stage == Stage.CLOSED || stage == Stage.ANSWERS_LOCAL_SYN);
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeInt(gateway);
        out.writeInt(point);
        out.writeLong(time);
        out.writeBoolean(serverFromLow);
        out.writeInt(ack);
        out.writeInt(seq);
        out.writeShort(flags);
        out.writeByte(checksum);
        out.writeInt(again);
        out.writeBoolean(dropped);
        out.writeByte(stage.ordinal());
        out.writeBoolean(counted);
        out.writeBoolean(told != null);
        if (told != null) {
            OrphanState.write(out, told);
        }
    }

    static Arrival read(DataInput in) throws IOException {
        Arrival a = new Arrival(in.readInt(), in.readInt(), in.readLong(), in.readBoolean(), in.readInt(), in.readInt(), in.readShort(), in.readByte());
        a.again = in.readInt();
        a.dropped = in.readBoolean();
        a.stage = Stage.values()[in.readByte()];
        a.counted = in.readBoolean();
        a.told = in.readBoolean() ? OrphanState.read(in) : null;
        return a;
    }
}
