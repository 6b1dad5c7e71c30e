package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The first sight of a SYN at a gateway; retransmissions of it are not kept.
 *
 * @param gateway index
 * @param point index of the point at which it entered
 * @param time nanoseconds
 * @param fromLow direction
 * @param seq the client's initial sequence number
 * @param payloadLength bytes sent with the SYN (Fast Open, RFC 7413)
 * @param transit how long it took through the gateway, nanoseconds: neighbour resolution may hold it for a second; 0 if it was not seen leaving
 */
record SynSighting(int gateway, int point, long time, boolean fromLow, int seq, int payloadLength, long transit) {
    /** True if a SYN-ACK with this acknowledgement number answers this SYN for certain. */
    boolean answeredBy(int ack) {
        return seq + 1 == ack || payloadLength > 0 && seq + 1 + payloadLength == ack;
    }

    /** The same SYN, known to have left the gateway at {@code leftAt}. */
    SynSighting left(long leftAt) {
        return new SynSighting(gateway, point, time, fromLow, seq, payloadLength, leftAt - time);
    }

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
        return new SynSighting(in.readInt(), in.readInt(), in.readLong(), in.readBoolean(), in.readInt(), in.readInt(), in.readLong());
    }
}
