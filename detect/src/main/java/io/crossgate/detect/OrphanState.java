package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The stored form of an orphaned SYN-ACK that later revisions are made from. */
final class OrphanState {
    private OrphanState() {}

    static void write(DataOutput out, OrphanedSynAck e) throws IOException {
        out.writeUTF(e.id());
        out.writeInt(e.revision());
        out.writeBoolean(e.last());
        out.writeLong(e.time());
        out.writeUTF(e.gateway());
        out.writeUTF(e.iface());
        out.writeUTF(e.communityId());
        StateIo.write(out, e.source());
        StateIo.write(out, e.destination());
        out.writeInt(e.seq());
        out.writeInt(e.ack());
        out.writeShort(e.flags());
        out.writeByte(e.verdict().ordinal());
        out.writeByte(e.blindReason().ordinal());
        out.writeUTF(e.blindAt());
        out.writeByte(e.pairing().ordinal());
        StateIo.writeAll(out, e.synSeenAt(), (s, o) -> {
            o.writeUTF(s.gateway());
            o.writeUTF(s.iface());
            o.writeLong(s.time());
        });
        out.writeInt(e.retransmissions());
        out.writeBoolean(e.dropped());
    }

    static OrphanedSynAck read(DataInput in) throws IOException {
        return new OrphanedSynAck(in.readUTF(), in.readInt(), in.readBoolean(), in.readLong(), in.readUTF(), in.readUTF(), in.readUTF(),
                StateIo.readEndpoint(in), StateIo.readEndpoint(in), in.readInt(), in.readInt(), in.readShort(), Verdict.values()[in.readByte()],
                BlindReason.values()[in.readByte()], in.readUTF(), Pairing.values()[in.readByte()],
                StateIo.readAll(in, i -> new Sighting(i.readUTF(), i.readUTF(), i.readLong())), in.readInt(), in.readBoolean());
    }
}
