package io.crossgate.detect.conntrack;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What one side of a connection has shown so far, after van Rooij (2000): how far it has sent, how far it may send, and how large a window it ever announced.
 * Sequence numbers are modulo 2^32.
 */
final class TcpSide {
    /** It sent the window scale option with its SYN. */
    static final int SCALES = 1;
    /** It sent the SACK-permitted option with its SYN. */
    static final int SACKS = 2;
    /** The connection was picked up in its middle: its window is not enforced. */
    static final int LIBERAL = 4;
    /** It sent the first FIN. */
    static final int CLOSED_FIRST = 8;
    /** It acknowledged something: {@link #maxAck} holds. */
    static final int ACKED = 16;
    /** It sent data that the other side has not acknowledged. */
    static final int UNACKNOWLEDGED = 32;

    /** The furthest sequence number behind anything that it sent. */
    int end;
    /** The furthest sequence number behind anything that it may send: acknowledgement plus window of the other side. */
    int maxEnd;
    /** The largest window that it announced, scaled; 0 until it sent anything. */
    int maxWindow;
    /** The highest acknowledgement number that it sent. */
    int maxAck;
    byte scale;
    byte bits;

    boolean is(int bit) {
        return (bits & bit) != 0;
    }

    void clear() {
        end = maxEnd = maxWindow = maxAck = 0;
        scale = bits = 0;
    }

    /** Forgets all but that windows are not enforced. */
    void startOver() {
        int liberal = bits & LIBERAL;
        clear();
        bits = (byte) liberal;
    }

    /** Two words; {@link #marks} are the rest. */
    void store(long[] into, int at) {
        into[at] = (long) end << 32 | maxEnd & 0xffff_ffffL;
        into[at + 1] = (long) maxWindow << 32 | maxAck & 0xffff_ffffL;
    }

    /** Scale and bits, in 16 bits. */
    long marks() {
        return (scale & 0xffL) << 8 | bits & 0xffL;
    }

    void load(long[] from, int at, long marks) {
        end = (int) (from[at] >> 32);
        maxEnd = (int) from[at];
        maxWindow = (int) (from[at + 1] >> 32);
        maxAck = (int) from[at + 1];
        scale = (byte) (marks >> 8);
        bits = (byte) marks;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(end);
        out.writeInt(maxEnd);
        out.writeInt(maxWindow);
        out.writeInt(maxAck);
        out.writeByte(scale);
        out.writeByte(bits);
    }

    void read(DataInput in) throws IOException {
        end = in.readInt();
        maxEnd = in.readInt();
        maxWindow = in.readInt();
        maxAck = in.readInt();
        scale = in.readByte();
        bits = in.readByte();
    }
}
