package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * Reads packets as a Linux firewall does on their way to its connection tracker: the outermost IP packet (a tunnel's inside is its payload), refused where the IP
 * layer refuses it, put together from its fragments, down to the transport header of whatever protocol. A {@link PacketDecoder} finds the innermost TCP or ICMP
 * header instead, which is what the two ends speak.
 *
 * <p>Belongs to one thread. Allocates only for fragments. Never throws, whatever the bytes are.
 */
public final class FirewallDecoder {
    private static final byte[] NOTHING = {};
    private static final int V4_HEADER = 20;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ICMP_HEADER = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int GRE = 47;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT = 59;
    private static final int DESTINATION = 60;
    private static final int DCCP = 33;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int V4_MORE_OR_OFFSET = 0x3fff;

    private final Frame frame = new Frame();
    private final Reassembly reassembly = new Reassembly();
    private final boolean verifyIpChecksum;

    /**
     * A decoder for the packets of one firewall.
     *
     * @param verifyIpChecksum false if IPv4 header checksums are not to be believed: sending hosts leave them to their network cards, and tools that alter
     *                         captures forget them
     */
    public FirewallDecoder(boolean verifyIpChecksum) {
        this.verifyIpChecksum = verifyIpChecksum;
    }

    /**
     * Decodes one frame.
     *
     * @param time event time, nanoseconds: fragments wait for a while only
     * @param into filled with the header, if the outcome is {@link Reach#tracked}; its time is {@code time}. Protocols other than TCP and ICMP have ports where
     *             the tracker knows them to
     */
    public Reach decode(int linkType, byte[] bytes, int offset, int capturedLength, long originalLength, long time, PacketHeader into) {
        into.clear();
        frame.open(bytes, offset, capturedLength, originalLength, into);
        frame.stopAtIp = true;
        frame.strict = true;
        try {
            Outcome outcome = Links.decode(frame, linkType);
            if (!frame.atIp || frame.lacks(1)) {
                return outcome == Outcome.TRUNCATED ? Reach.CUT_OFF : Reach.NOT_IP;
            }
            return frame.u8(0) >>> 4 == 6 ? v6(time) : v4(time);
        } finally {
            into.time = time;
            frame.bytes = NOTHING;
            frame.into = null;
        }
    }

    private Reach cut(int needed, Reach otherwise) {
        return frame.stated - frame.at < needed ? otherwise : Reach.CUT_OFF;
    }

    private Reach v4(long time) {
        if (frame.lacks(V4_HEADER)) {
            return cut(V4_HEADER, Reach.BAD_IP_HEADER);
        }
        int headerLength = (frame.u8(0) & 0xf) * 4;
        int total = frame.u16(2);
        if (frame.u8(0) >>> 4 != 4 || headerLength < V4_HEADER) {
            return Reach.BAD_IP_HEADER;
        }
        if (frame.lacks(headerLength)) {
            return cut(headerLength, Reach.BAD_IP_HEADER);
        }
        if (total < headerLength || verifyIpChecksum && !Checksum.isRight(frame, headerLength)) {
            return Reach.BAD_IP_HEADER;
        }
        if (total > frame.stated - frame.at) {
            return Reach.IP_LENGTH;
        }
        frame.limit(total);
        PacketHeader into = frame.into;
        into.ipLength = total;
        into.ipId = frame.u16(4);
        into.ttl = frame.u8(8);
        into.sourceLow = IpText.mapped(frame.i32(12));
        into.destinationLow = IpText.mapped(frame.i32(16));
        int protocol = frame.u8(9);
        if ((frame.u16(6) & V4_MORE_OR_OFFSET) != 0) {
            byte[] whole = reassembly.v4(frame, headerLength, time);
            if (whole == null) {
                return reassembly.refused() ? Reach.FRAGMENT_REFUSED : Reach.FRAGMENT_HELD;
            }
            open(whole);
            into.ipLength = whole.length;
        }
        frame.at += headerLength;
        boolean routed = Routing.passesV4(frame.into);
        return transport(protocol, routed);
    }

    /** Goes on in a datagram that was put together; nothing of it is missing, but bytes that the capture cut off are zero. */
    private void open(byte[] whole) {
        boolean strict = frame.strict;
        PacketHeader into = frame.into;
        frame.open(whole, 0, whole.length, whole.length, into);
        frame.strict = strict;
        frame.cut = reassembly.wasCut();
    }

    private Reach v6(long time) {
        if (frame.lacks(Ip.V6_HEADER)) {
            return cut(Ip.V6_HEADER, Reach.BAD_IP_HEADER);
        }
        PacketHeader into = frame.into;
        into.ipv6 = true;
        into.sourceHigh = frame.i64(8);
        into.sourceLow = frame.i64(16);
        into.destinationHigh = frame.i64(24);
        into.destinationLow = frame.i64(32);
        into.ttl = frame.u8(7);
        if (Routing.refusesV6(into)) {
            return Reach.REFUSED_ADDRESS;
        }
        int payload = frame.u16(4);
        int next = frame.u8(6);
        if (payload != 0 || next != HOP_BY_HOP) {
            if (payload + Ip.V6_HEADER > frame.stated - frame.at) {
                return Reach.IP_LENGTH;
            }
            frame.limit(payload + Ip.V6_HEADER);
        }
        into.ipLength = (int) Math.min(frame.stated - frame.at, Integer.MAX_VALUE);
        if (next == HOP_BY_HOP && !HopByHop.isAccepted(frame, Ip.V6_HEADER)) {
            return frame.end < frame.stated ? Reach.CUT_OFF : Reach.BAD_OPTIONS;
        }
        int fragment = fragmentHeader();
        if (fragment > 0) {
            byte[] whole = reassembly.v6(frame, fragment, time);
            if (whole == null) {
                return reassembly.refused() ? Reach.FRAGMENT_REFUSED : Reach.FRAGMENT_HELD;
            }
            open(whole);
            into.ipLength = whole.length;
        }
        return v6Transport();
    }

    /** Where the fragment header begins, counted from the IP header; 0 without one. */
    private int fragmentHeader() {
        int next = frame.u8(6);
        int offset = Ip.V6_HEADER;
        while (isSkipped(next)) {
            if (frame.lacks(offset + Ip.EXTENSION_FIXED)) {
                return 0;
            }
            if (next == Ip.FRAGMENT) {
                return offset;
            }
            int length = Ip.extensionLength(frame, offset, next);
            next = frame.u8(offset);
            offset += length;
        }
        return 0;
    }

    private static boolean isSkipped(int next) {
        return next == HOP_BY_HOP || next == ROUTING || next == Ip.FRAGMENT || next == AUTHENTICATION || next == DESTINATION;
    }

    private Reach v6Transport() {
        int next = frame.u8(6);
        boolean routed = Routing.passesV6(frame.into);
        frame.at += Ip.V6_HEADER;
        while (isSkipped(next)) {
            if (frame.lacks(Ip.EXTENSION_FIXED)) {
                return cut(Ip.EXTENSION_FIXED, Reach.NO_TRANSPORT);
            }
            int length = Ip.extensionLength(frame, 0, next);
            if (next == Ip.FRAGMENT && (frame.u16(2) & Ip.V6_FRAGMENT_OFFSET) != 0) {
                return Reach.NO_TRANSPORT;
            }
            next = frame.u8(0);
            if (frame.stated - frame.at < length) {
                return Reach.NO_TRANSPORT;
            }
            if (frame.lacks(length)) {
                return Reach.CUT_OFF;
            }
            frame.at += length;
        }
        return next == NO_NEXT ? Reach.NO_TRANSPORT : transport(next, routed);
    }

    private Reach transport(int protocol, boolean routed) {
        PacketHeader into = frame.into;
        into.protocol = protocol;
        into.fragment = false;
        long length = frame.stated - frame.at;
        Reach reach = switch (protocol) {
            case PacketHeader.TCP -> tcp(length);
            case PacketHeader.ICMP, PacketHeader.ICMPV6 -> icmp(protocol, length);
            case PacketHeader.UDP, UDP_LITE -> udp(protocol, length);
            case SCTP, DCCP -> ports(length);
            case GRE -> gre(length);
            default -> Reach.TRACKED;
        };
        return reach == Reach.TRACKED && !routed ? Reach.TRACKED_NOT_ROUTED : reach;
    }

    private Reach tcp(long length) {
        if (frame.lacks(TCP_HEADER)) {
            return cut(TCP_HEADER, Reach.MALFORMED_TRANSPORT);
        }
        return Tcp.decode(frame) == Outcome.TCP ? Reach.TRACKED : Reach.MALFORMED_TRANSPORT;
    }

    private Reach icmp(int protocol, long length) {
        if (frame.lacks(ICMP_HEADER)) {
            return cut(ICMP_HEADER, Reach.MALFORMED_TRANSPORT);
        }
        return Icmp.decode(frame, protocol) == Outcome.ICMP ? Reach.TRACKED : Reach.MALFORMED_TRANSPORT;
    }

    private Reach udp(int protocol, long length) {
        if (frame.lacks(UDP_HEADER)) {
            return cut(UDP_HEADER, Reach.MALFORMED_TRANSPORT);
        }
        int stated = frame.u16(4);
        frame.into.sourcePort = frame.u16(0);
        frame.into.destinationPort = frame.u16(2);
        if (protocol == PacketHeader.UDP && (stated > length || stated < UDP_HEADER)) {
            return Reach.MALFORMED_TRANSPORT;
        }
        frame.into.payloadLength = stated - UDP_HEADER;
        frame.into.checksum = protocol == PacketHeader.UDP && frame.u16(6) != 0 ? Checksum.ofUdp(frame, stated) : PacketHeader.CHECKSUM_UNKNOWN;
        return Reach.TRACKED;
    }

    private Reach ports(long length) {
        if (frame.lacks(4)) {
            return cut(4, Reach.MALFORMED_TRANSPORT);
        }
        frame.into.sourcePort = frame.u16(0);
        frame.into.destinationPort = frame.u16(2);
        return Reach.TRACKED;
    }

    /** Version 1 (PPTP) carries a call identifier, which each side chooses for itself. */
    private Reach gre(long length) {
        if (frame.lacks(4)) {
            return cut(4, Reach.MALFORMED_TRANSPORT);
        }
        if ((frame.u16(0) & 7) == 1) {
            if (frame.lacks(8)) {
                return cut(8, Reach.MALFORMED_TRANSPORT);
            }
            frame.into.destinationPort = frame.u16(6);
        }
        return Reach.TRACKED;
    }
}
