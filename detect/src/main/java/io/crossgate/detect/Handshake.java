package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One handshake as its SYN-ACKs tell of it: the same acknowledgement number in the same direction, at every gateway that saw it. */
final class Handshake {
    final boolean serverFromLow;
    /** The SYN-ACK's acknowledgement number: the client's initial sequence number + 1 (+ the SYN's payload, for Fast Open). */
    final int ack;
    final List<Arrival> arrivals = new ArrayList<>(2);
    boolean outcomeTold;

    Handshake(boolean serverFromLow, int ack) {
        this.serverFromLow = serverFromLow;
        this.ack = ack;
    }

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

    /** The SYN-ACK's arrival at one gateway: the first, and how often it came again. */
    static final class Arrival {
        final int gateway;
        final int point;
        final long time;
        final int seq;
        final int flags;
        final byte checksum;
        int again;
        boolean dropped;
        Stage stage = Stage.OPEN;
        /** What was told of it first, and is told again in later revisions; null before. */
        OrphanedSynAck told;

        Arrival(int gateway, int point, long time, int seq, int flags, byte checksum) {
            this.gateway = gateway;
            this.point = point;
            this.time = time;
            this.seq = seq;
            this.flags = flags;
            this.checksum = checksum;
        }

        void write(DataOutput out) throws IOException {
            out.writeInt(gateway);
            out.writeInt(point);
            out.writeLong(time);
            out.writeInt(seq);
            out.writeShort(flags);
            out.writeByte(checksum);
            out.writeInt(again);
            out.writeBoolean(dropped);
            out.writeByte(stage.ordinal());
            out.writeBoolean(told != null);
            if (told != null) {
                OrphanState.write(out, told);
            }
        }

        static Arrival read(DataInput in) throws IOException {
            Arrival a = new Arrival(in.readInt(), in.readInt(), in.readLong(), in.readInt(), in.readShort(), in.readByte());
            a.again = in.readInt();
            a.dropped = in.readBoolean();
            a.stage = Stage.values()[in.readByte()];
            a.told = in.readBoolean() ? OrphanState.read(in) : null;
            return a;
        }
    }

    Arrival at(int gateway) {
        for (Arrival arrival : arrivals) {
            if (arrival.gateway == gateway) {
                return arrival;
            }
        }
        return null;
    }

    /** The first arrival at any gateway, by the gateways' own clocks. */
    long firstTime() {
        long first = Long.MAX_VALUE;
        for (Arrival arrival : arrivals) {
            first = Math.min(first, arrival.time);
        }
        return first;
    }

    long lastTime() {
        long last = Long.MIN_VALUE;
        for (Arrival arrival : arrivals) {
            last = Math.max(last, arrival.time);
        }
        return last;
    }

    boolean closed() {
        for (Arrival arrival : arrivals) {
            if (arrival.stage != Stage.CLOSED && arrival.stage != Stage.ANSWERS_LOCAL_SYN) {
                return false;
            }
        }
        return outcomeTold;
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(serverFromLow);
        out.writeInt(ack);
        out.writeBoolean(outcomeTold);
        StateIo.writeAll(out, arrivals, (a, o) -> a.write(o));
    }

    static Handshake read(DataInput in) throws IOException {
        Handshake h = new Handshake(in.readBoolean(), in.readInt());
        h.outcomeTold = in.readBoolean();
        h.arrivals.addAll(StateIo.readAll(in, Arrival::read));
        return h;
    }
}
