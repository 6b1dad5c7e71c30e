package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/** What the tracker needs of one TCP segment: a reusable struct. Numbers are as in {@link PacketHeader}. */
public final class TcpSegment {
    /** Event time, nanoseconds. */
    public long time;
    /** Direction within the flow. */
    public boolean fromLow;
    public int flags;
    public byte checksum;
    public int seq;
    public int ack;
    /** The right edge of the furthest SACK block beyond {@link #ack}; {@link #ack} where there is none. */
    public int sackEdge;
    public int window;
    public int payloadLength;
    /** As sent, or {@link PacketHeader#ABSENT}. */
    public int windowScale;
    public boolean sackPermitted;

    /** Takes over what {@code header} says. */
    public TcpSegment from(PacketHeader header, boolean headerFromLow) {
        time = header.time;
        fromLow = headerFromLow;
        flags = header.flags;
        checksum = header.checksum;
        seq = header.seq;
        ack = header.ack;
        sackEdge = sackEdge(header);
        window = header.window;
        payloadLength = header.payloadLength;
        windowScale = header.windowScale;
        sackPermitted = header.sackPermitted;
        return this;
    }

    /** The right edge of the furthest SACK block beyond the acknowledgement number, or that number. */
    public static int sackEdge(PacketHeader header) {
        int edge = header.ack;
        for (int i = 0; i < header.sackCount; i++) {
            if (header.sackRight[i] - edge > 0) {
                edge = header.sackRight[i];
            }
        }
        return edge;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The sequence number behind the segment: SYN and FIN count as one each. */
    int end() {
        return seq + payloadLength + (has(PacketHeader.SYN) ? 1 : 0) + (has(PacketHeader.FIN) ? 1 : 0);
    }
}
