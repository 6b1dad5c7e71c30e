package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The first sight of a SYN at a gateway; retransmissions of it are not kept. */
final class SynSighting extends Kept<SynSighting> {
    final int gateway;
    /** The point at which it entered. */
    final int point;
    /** Nanoseconds. */
    final long time;
    final boolean fromLow;
    /** The client's initial sequence number. */
    final int seq;
    /** Bytes sent with the SYN (Fast Open, RFC 7413), 0 to 65535. */
    final char payloadLength;
    /** How long it took through the gateway, nanoseconds: neighbour resolution may hold it for a second; 0 if it was not seen leaving. */
    long transit;

    SynSighting(int gateway, int point, long time, boolean fromLow, int seq, int payloadLength) {
        this.gateway = gateway;
        this.point = point;
        this.time = time;
        this.fromLow = fromLow;
        this.seq = seq;
        this.payloadLength = (char) Math.min(payloadLength, Character.MAX_VALUE);
    }

    /** True if a SYN-ACK with this acknowledgement number answers this SYN for certain. */
    boolean answeredBy(int ack) {
        return seq + 1 == ack || payloadLength > 0 && seq + 1 + payloadLength == ack;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeInt(gateway);
        out.writeInt(point);
        out.writeLong(time);
        out.writeBoolean(fromLow);
        out.writeInt(seq);
        out.writeInt(payloadLength);
        out.writeLong(transit);
    }

    static SynSighting read(DataInput in) throws IOException {
        SynSighting syn = new SynSighting(in.readInt(), in.readInt(), in.readLong(), in.readBoolean(), in.readInt(), in.readInt());
        syn.transit = in.readLong();
        return syn;
    }
}
