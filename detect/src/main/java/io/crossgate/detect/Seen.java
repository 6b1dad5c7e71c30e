package io.crossgate.detect;

import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What detection keeps of one header: until its gateway's watermark has passed it, and after that while its leaving copy may still come. A reusable struct: see
 * {@link SeenPool}.
 */
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
    byte windowScale;
    boolean sackPermitted;
    int payloadLength;
    int ipLength;
    int icmpType;
    int icmpCode;
    int icmpId;
    int icmpSequence;
    boolean quotes;
    /** The packet's own sender and receiver where these are not its flow's endpoints: of an error that quotes the flow. Null otherwise. */
    Endpoint source;
    Endpoint destination;
    /** The next one that waits for its gateway's watermark. */
    Seen next;

    /** Takes what {@code h} says, which belongs to a flow in the direction {@code headerFromLow}. Times before 1970 or after 2223 are taken for the nearest of these. */
    void set(int at, boolean headerFromLow, PacketHeader h) {
        point = at;
        logged = h.logged;
        time = time(h);
        fromLow = headerFromLow;
        logsInvalid = h.logged && saysInvalid(h.logPrefix);
        way = h.way;
        checksum = h.checksum;
        ttl = h.ttl;
        ipId = h.ipId;
        protocol = h.protocol;
        payloadLength = h.payloadLength;
        ipLength = h.ipLength;
        if (h.protocol == PacketHeader.TCP) {
            setTcp(h.seq, h.ack, TcpSegment.sackEdge(h), h.flags, h.window, (byte) Math.min(h.windowScale, Byte.MAX_VALUE), h.sackPermitted);
        } else {
            boolean quoting = h.quotesFlow();
            setIcmp(h.icmpType, h.icmpCode, h.icmpId, h.icmpSequence, quoting ? new Endpoint(h.sourceHigh, h.sourceLow, 0) : null,
                    quoting ? new Endpoint(h.destinationHigh, h.destinationLow, 0) : null);
        }
    }

    /** The time by which a header is ordered. */
    static long time(PacketHeader h) {
        return FlowDetector.clamp(h.logged ? h.time + LOG_LAG : h.time);
    }

    void setTcp(int number, int acknowledged, int edge, int flagBits, int advertised, byte scale, boolean mayUseSack) {
        seq = number;
        ack = acknowledged;
        sackEdge = edge;
        flags = flagBits;
        window = advertised;
        windowScale = scale;
        sackPermitted = mayUseSack;
        icmpType = icmpCode = -1;
        icmpId = icmpSequence = 0;
        quotes = false;
        source = destination = null;
    }

    /** {@code from} and {@code to} are null unless the packet quotes another. */
    void setIcmp(int type, int code, int id, int sequence, Endpoint from, Endpoint to) {
        seq = ack = flags = window = sackEdge = 0;
        windowScale = PacketHeader.ABSENT;
        sackPermitted = false;
        icmpType = type;
        icmpCode = code;
        icmpId = id;
        icmpSequence = sequence;
        quotes = from != null;
        source = from;
        destination = to;
    }

    /** True if the prefix of a log record does not say that it was made for anything but INVALID. */
    static boolean saysInvalid(String prefix) {
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
        if (quotes) {
            StateIo.write(out, source);
            StateIo.write(out, destination);
        }
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
        if (s.quotes) {
            s.source = StateIo.readEndpoint(in);
            s.destination = StateIo.readEndpoint(in);
        }
        return s;
    }
}
