package io.crossgate.detect.conntrack;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What was remembered of the last packet: of any one its kind and direction, of ACKs and of ignored ones more. */
final class LastPacket {
    private static final TcpKind[] KINDS = TcpKind.values();

    /** Beside {@link TcpSide#SCALES} and {@link TcpSide#SACKS}, of an ignored SYN: a challenge ACK may answer it. */
    static final int CHALLENGE_MAY_COME = 64;
    /** SYNs crossed: simultaneous open. */
    static final int SYNS_CROSSED = 32;

    TcpKind kind = TcpKind.NONE;
    boolean forth;
    int seq;
    int ack;
    int end;
    /** As on the wire. */
    char window;
    byte scale;
    byte bits;
    /** How often the same ACK came again. */
    short repeats;

    void clear() {
        kind = TcpKind.NONE;
        forth = false;
        seq = ack = end = 0;
        window = 0;
        scale = bits = 0;
        repeats = 0;
    }

    /** Two words; {@link #marks} are the rest. */
    void store(long[] into, int at) {
        into[at] = (long) seq << 32 | ack & 0xffff_ffffL;
        into[at + 1] = (long) end << 32 | (long) window << 16 | (scale & 0xffL) << 8 | bits & 0xffL;
    }

    /** Repetitions, kind and direction, in 16 bits. */
    long marks() {
        return repeats & 0xffL | (long) kind.ordinal() << 8 | (forth ? 1L << 12 : 0);
    }

    void load(long[] from, int at, long marks) {
        seq = (int) (from[at] >> 32);
        ack = (int) from[at];
        end = (int) (from[at + 1] >> 32);
        window = (char) (from[at + 1] >> 16);
        scale = (byte) (from[at + 1] >> 8);
        bits = (byte) from[at + 1];
        repeats = (short) (marks & 0xff);
        kind = KINDS[(int) marks >> 8 & 0xf];
        forth = (marks & 1L << 12) != 0;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(kind.ordinal());
        out.writeBoolean(forth);
        out.writeInt(seq);
        out.writeInt(ack);
        out.writeInt(end);
        out.writeShort(window);
        out.writeByte(scale);
        out.writeByte(bits);
        out.writeByte(repeats);
    }

    void read(DataInput in) throws IOException {
        kind = KINDS[in.readByte()];
        forth = in.readBoolean();
        seq = in.readInt();
        ack = in.readInt();
        end = in.readInt();
        window = (char) in.readUnsignedShort();
        scale = in.readByte();
        bits = in.readByte();
        repeats = (short) in.readUnsignedByte();
    }
}
