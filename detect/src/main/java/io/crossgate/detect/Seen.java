package io.crossgate.detect;

import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What detection keeps of one header: until its gateway's watermark has passed it, and after that while its leaving copy may still come. */
final class Seen {
    /** A log record may carry a coarser clock than the capture of the packet that it tells of: it is taken this much later, nanoseconds. */
    private static final long LOG_LAG = 1_000_000L;

    int point;
    /** The time by which it is ordered, nanoseconds. */
    long time;
    boolean fromLow;
    boolean logged;
    /** Of a log record: true if nothing in it says that it was made for anything but INVALID. */
    boolean logsInvalid;
    byte way;
    byte checksum;
    int ttl;
    int ipId;
    int protocol;
    int seq;
    int ack;
    int flags;
    /** As in {@link TcpSegment}. */
    int sackEdge;
    int window;
    byte windowScale = PacketHeader.ABSENT;
    boolean sackPermitted;
    int payloadLength;
    int ipLength;
    int icmpType = -1;
    int icmpCode = -1;
    int icmpId;
    int icmpSequence;
    boolean quotes;
    Endpoint source;
    Endpoint destination;

    static Seen of(int point, FlowKey key, PacketHeader h) {
        Seen s = new Seen();
        s.point = point;
        s.logged = h.logged;
        s.time = h.logged ? h.time + LOG_LAG : h.time;
        s.fromLow = key.isFromLow(h);
        s.logsInvalid = h.logged && saysInvalid(h.logPrefix);
        s.way = h.way;
        s.checksum = h.checksum;
        s.ttl = h.ttl;
        s.ipId = h.ipId;
        s.protocol = h.protocol;
        boolean tcp = h.protocol == PacketHeader.TCP;
        if (tcp) {
            s.seq = h.seq;
            s.ack = h.ack;
            s.flags = h.flags;
            s.window = h.window;
            s.sackEdge = TcpSegment.sackEdge(h);
            s.windowScale = (byte) Math.min(h.windowScale, Byte.MAX_VALUE);
            s.sackPermitted = h.sackPermitted;
        } else {
            s.icmpType = h.icmpType;
            s.icmpCode = h.icmpCode;
            s.icmpId = h.icmpId;
            s.icmpSequence = h.icmpSequence;
            s.quotes = h.quotesFlow();
        }
        s.payloadLength = h.payloadLength;
        s.ipLength = h.ipLength;
        s.source = new Endpoint(h.sourceHigh, h.sourceLow, tcp ? h.sourcePort : 0);
        s.destination = new Endpoint(h.destinationHigh, h.destinationLow, tcp ? h.destinationPort : 0);
        return s;
    }

    private static boolean saysInvalid(String prefix) {
        for (int i = 0; i + 3 <= prefix.length(); i++) {
            if (prefix.regionMatches(true, i, "inv", 0, 3)) {
                return true;
            }
        }
        return prefix.isBlank();
    }

    /** The packet's own time: of a log record, the time that the log gives. */
    long packetTime() {
        return logged ? time - LOG_LAG : time;
    }

    boolean isTcp() {
        return protocol == PacketHeader.TCP;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isSyn() {
        return isTcp() && (flags & (PacketHeader.SYN | PacketHeader.ACK | PacketHeader.RST | PacketHeader.FIN)) == PacketHeader.SYN;
    }

    boolean isSynAck() {
        return isTcp() && (flags & (PacketHeader.SYN | PacketHeader.ACK | PacketHeader.RST | PacketHeader.FIN)) == (PacketHeader.SYN | PacketHeader.ACK);
    }

    /** True if the other is the same packet as far as a router leaves it alone: all but time, place and TTL. */
    boolean samePacket(Seen o) {
        return seq == o.seq && ack == o.ack && flags == o.flags && ipId == o.ipId && window == o.window && payloadLength == o.payloadLength
                && fromLow == o.fromLow && protocol == o.protocol && icmpType == o.icmpType && icmpCode == o.icmpCode && icmpId == o.icmpId
                && icmpSequence == o.icmpSequence;
    }

    /** What the tracker needs of a TCP packet. */
    TcpSegment to(TcpSegment segment) {
        segment.time = time;
        segment.fromLow = fromLow;
        segment.flags = flags;
        segment.checksum = checksum;
        segment.seq = seq;
        segment.ack = ack;
        segment.sackEdge = sackEdge;
        segment.window = window;
        segment.payloadLength = payloadLength;
        segment.windowScale = windowScale;
        segment.sackPermitted = sackPermitted;
        return segment;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(point);
        out.writeLong(time);
        out.writeByte((fromLow ? 1 : 0) | (logged ? 2 : 0) | (logsInvalid ? 4 : 0) | (quotes ? 8 : 0) | (sackPermitted ? 16 : 0));
        out.writeByte(way);
        out.writeByte(checksum);
        out.writeByte(ttl);
        out.writeInt(ipId);
        out.writeByte(protocol);
        out.writeInt(seq);
        out.writeInt(ack);
        out.writeShort(flags);
        out.writeInt(sackEdge);
        out.writeInt(window);
        out.writeByte(windowScale);
        out.writeInt(payloadLength);
        out.writeInt(ipLength);
        out.writeShort(icmpType);
        out.writeShort(icmpCode);
        out.writeInt(icmpId);
        out.writeInt(icmpSequence);
        StateIo.write(out, source);
        StateIo.write(out, destination);
    }

    static Seen read(DataInput in) throws IOException {
        Seen s = new Seen();
        s.point = in.readInt();
        s.time = in.readLong();
        int bits = in.readByte();
        s.fromLow = (bits & 1) != 0;
        s.logged = (bits & 2) != 0;
        s.logsInvalid = (bits & 4) != 0;
        s.quotes = (bits & 8) != 0;
        s.sackPermitted = (bits & 16) != 0;
        s.way = in.readByte();
        s.checksum = in.readByte();
        s.ttl = in.readUnsignedByte();
        s.ipId = in.readInt();
        s.protocol = in.readUnsignedByte();
        s.seq = in.readInt();
        s.ack = in.readInt();
        s.flags = in.readShort();
        s.sackEdge = in.readInt();
        s.window = in.readInt();
        s.windowScale = in.readByte();
        s.payloadLength = in.readInt();
        s.ipLength = in.readInt();
        s.icmpType = in.readShort();
        s.icmpCode = in.readShort();
        s.icmpId = in.readInt();
        s.icmpSequence = in.readInt();
        s.source = StateIo.readEndpoint(in);
        s.destination = StateIo.readEndpoint(in);
        return s;
    }
}
