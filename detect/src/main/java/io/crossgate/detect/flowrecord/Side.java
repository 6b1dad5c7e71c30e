package io.crossgate.detect.flowrecord;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** One side of a connection: what it sent. Sequence numbers are modulo 2^32, and compared as such. */
final class Side {
    private static final SideState[] STATES = SideState.values();

    SideState state = SideState.INACTIVE;
    SideState previous = SideState.INACTIVE;
    /** True once this side has said that it will send no more. */
    boolean closed;
    long packets;
    long bytes;
    long payload;
    /** All flags that it ever set. */
    int flags;
    long retransmitted;
    long payloadAgain;
    long gaps;
    long zeroWindows;
    long badChecksums;
    /** Where its numbers began: that of its SYN, or one before the first that was seen. */
    int start;
    /** One past the highest number that it sent. */
    int end;
    /** The highest number that the other side acknowledged. */
    int acked;
    boolean finished;
    int synTold;
    int finTold;
    int resetTold;
    /** Everything before it was seen. */
    int seenTo;
    /** What was seen beyond a hole, from and to; equal if nothing was. One hole is followed at a time. */
    int beyondFrom;
    int beyondTo;

    void clear() {
        state = previous = SideState.INACTIVE;
        closed = finished = false;
        packets = bytes = payload = retransmitted = payloadAgain = gaps = zeroWindows = badChecksums = 0;
        flags = start = end = acked = synTold = finTold = resetTold = seenTo = beyondFrom = beyondTo = 0;
    }

    void begin(int first, int past, int firstUnseen) {
        start = acked = first;
        end = past;
        seenTo = beyondFrom = beyondTo = firstUnseen;
    }

    void become(SideState next) {
        if (next != state) {
            previous = state;
            state = next;
        }
    }

    void count(int packetFlags, int ipLength, int payloadLength) {
        packets++;
        bytes += ipLength;
        payload += payloadLength;
        flags |= packetFlags;
    }

    /** Payload by sequence numbers, modulo 2^32. */
    long size() {
        boolean heardOf = acked != start;
        if (previous == SideState.SYN_SENT && state == SideState.RESET && !heardOf) {
            return 0;
        }
        long size = Integer.toUnsignedLong((end - acked > 0 ? end : acked) - start);
        if (size > 0) {
            size--;
        }
        return finished && size > 0 ? size - 1 : size;
    }

    /** Numbers from {@code from} up to {@code to} were seen. */
    void saw(int from, int to) {
        if (from - seenTo <= 0) {
            if (to - seenTo > 0) {
                seenTo = to;
            }
            takeBeyond();
        } else if (beyondFrom == beyondTo) {
            beyondFrom = from;
            beyondTo = to;
        } else {
            beyondFrom = from - beyondFrom < 0 ? from : beyondFrom;
            beyondTo = to - beyondTo > 0 ? to : beyondTo;
        }
    }

    /** True if what the other side acknowledges now was never seen, in part. */
    boolean acknowledgedUnseen(int ack) {
        if (ack - seenTo <= 0) {
            return false;
        }
        seenTo = ack;
        takeBeyond();
        return true;
    }

    private void takeBeyond() {
        if (beyondFrom != beyondTo && beyondFrom - seenTo <= 0) {
            if (beyondTo - seenTo > 0) {
                seenTo = beyondTo;
            }
            beyondFrom = beyondTo = seenTo;
        }
    }

    /** True if its numbers may be trusted: those of a RST, and of a connection seen from its middle, may not. */
    boolean isEstablished() {
        return state == SideState.ESTABLISHED || state == SideState.CLOSED && previous == SideState.ESTABLISHED;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        out.writeByte(previous.ordinal());
        out.writeByte((closed ? 1 : 0) | (finished ? 2 : 0));
        out.writeLong(packets);
        out.writeLong(bytes);
        out.writeLong(payload);
        out.writeShort(flags);
        out.writeLong(retransmitted);
        out.writeLong(payloadAgain);
        out.writeLong(gaps);
        out.writeLong(zeroWindows);
        out.writeLong(badChecksums);
        out.writeInt(start);
        out.writeInt(end);
        out.writeInt(acked);
        out.writeInt(synTold);
        out.writeInt(finTold);
        out.writeInt(resetTold);
        out.writeInt(seenTo);
        out.writeInt(beyondFrom);
        out.writeInt(beyondTo);
    }

    void read(DataInput in) throws IOException {
        state = STATES[in.readByte()];
        previous = STATES[in.readByte()];
        int bits = in.readByte();
        closed = (bits & 1) != 0;
        finished = (bits & 2) != 0;
        packets = in.readLong();
        bytes = in.readLong();
        payload = in.readLong();
        flags = in.readShort();
        retransmitted = in.readLong();
        payloadAgain = in.readLong();
        gaps = in.readLong();
        zeroWindows = in.readLong();
        badChecksums = in.readLong();
        start = in.readInt();
        end = in.readInt();
        acked = in.readInt();
        synTold = in.readInt();
        finTold = in.readInt();
        resetTold = in.readInt();
        seenTo = in.readInt();
        beyondFrom = in.readInt();
        beyondTo = in.readInt();
    }
}
