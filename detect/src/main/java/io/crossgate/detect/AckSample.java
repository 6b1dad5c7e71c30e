package io.crossgate.detect;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A packet that may complete a handshake, or break it off: an ACK or a RST at one gateway. Only those that say something new are kept. */
final class AckSample extends Kept<AckSample> {
    /** Sequence numbers of one connection within this distance are taken for one: 16 MiB. */
    private static final int NEAR = 1 << 24;

    final int gateway;
    final long time;
    final boolean fromLow;
    final int seq;
    final int ack;
    final boolean reset;
    final boolean invalid;
    /** When it was seen leaving; {@link Long#MAX_VALUE} before. */
    long leftAt = Long.MAX_VALUE;

    AckSample(int gateway, long time, boolean fromLow, int seq, int ack, boolean reset, boolean invalid) {
        this.gateway = gateway;
        this.time = time;
        this.fromLow = fromLow;
        this.seq = seq;
        this.ack = ack;
        this.reset = reset;
        this.invalid = invalid;
    }

    static AckSample of(int gateway, Entered e) {
        Seen p = e.packet;
        return new AckSample(gateway, p.time, p.fromLow, p.seq, p.ack, p.has(PacketHeader.RST), e.invalid());
    }

    /** True if a later packet at a gateway says nothing that this does not say: the same connection, no better fate, not much later. */
    boolean covers(int at, Entered later, long refresh) {
        Seen p = later.packet;
        return gateway == at && fromLow == p.fromLow && reset == p.has(PacketHeader.RST) && (!invalid || later.invalid()) && p.time - time < refresh
                && near(p.seq, seq) && near(p.ack, ack);
    }

    /** True if {@code number} is {@code from} or up to 16 MiB after it, modulo 2^32. */
    static boolean near(int number, int from) {
        int distance = number - from;
        return distance >= 0 && distance < NEAR;
    }

    @Override
    void write(DataOutput out) throws IOException {
        out.writeInt(gateway);
        out.writeLong(time);
        out.writeBoolean(fromLow);
        out.writeInt(seq);
        out.writeInt(ack);
        out.writeByte((reset ? 1 : 0) | (invalid ? 2 : 0));
        out.writeLong(leftAt);
    }

    static AckSample read(DataInput in) throws IOException {
        int gateway = in.readInt();
        long time = in.readLong();
        boolean fromLow = in.readBoolean();
        int seq = in.readInt();
        int ack = in.readInt();
        int bits = in.readByte();
        AckSample sample = new AckSample(gateway, time, fromLow, seq, ack, (bits & 1) != 0, (bits & 2) != 0);
        sample.leftAt = in.readLong();
        return sample;
    }
}
