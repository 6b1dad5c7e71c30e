package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443), and the packet that an error quotes behind its eight bytes.
 *
 * <pre>
 *  0  |  type  |  code  |    checksum     |
 *  4  |   identifier    | sequence number |   of queries; other things in other messages
 *  8  | IP header and the first bytes of the transport header that it carries ...   in errors
 * </pre>
 */
final class Icmp {
    private static final int FIXED = 8;
    /** How much of its transport header a quotation must hold to name a flow: what RFC 792 asks of everyone who sends one. */
    private static final int QUOTED_TRANSPORT = 8;
    /** Linux's connection tracker is content with less: the ports. */
    private static final int QUOTED_PORTS = 4;

    private Icmp() {}

    static Outcome decode(Frame frame, int protocol) {
        PacketHeader into = frame.into;
        if (frame.lacks(FIXED)) {
            return into.fragment && frame.stated - frame.at < FIXED ? Outcome.FRAGMENT : frame.shortage(FIXED);
        }
        into.protocol = protocol;
        into.icmpType = frame.u8(0);
        into.icmpCode = frame.u8(1);
        into.payloadLength = (int) (frame.stated - frame.at) - FIXED;
        into.checksum = Checksum.ofIcmp(frame);
        boolean v6 = protocol == PacketHeader.ICMPV6;
        if (isQuery(v6, into.icmpType)) {
            into.icmpId = frame.u16(4);
            into.icmpSequence = isExtendedEcho(v6, into.icmpType) ? frame.u8(6) : frame.u16(6);
        } else if (v6 ? into.icmpType >= 1 && into.icmpType <= 4 : isIcmpError(into.icmpType)) {
            frame.at += FIXED;
            if (v6) {
                quotedIpv6(frame);
            } else {
                quotedIpv4(frame);
            }
        }
        return Outcome.ICMP;
    }

    private static boolean isQuery(boolean v6, int type) {
        if (v6) {
            return type == 128 || type == 129 || isExtendedEcho(true, type);
        }
        return type == 0 || type == 8 || type >= 13 && type <= 18 || isExtendedEcho(false, type);
    }

    /** RFC 8335: the sequence number has only eight bits. */
    private static boolean isExtendedEcho(boolean v6, int type) {
        return v6 ? type == 160 || type == 161 : type == 42 || type == 43;
    }

    /** Destination unreachable, source quench, redirect, time exceeded, parameter problem. */
    private static boolean isIcmpError(int type) {
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }

    private static void quotedIpv4(Frame frame) {
        if (frame.lacks(20) || frame.u8(0) >>> 4 != 4) {
            return;
        }
        int headerLength = (frame.u8(0) & 0xf) * 4;
        boolean laterFragment = (frame.u16(6) & 0x1fff) != 0;
        int protocol = frame.u8(9);
        if (headerLength < 20 || laterFragment || protocol == PacketHeader.ICMPV6) {
            return;
        }
        if (quotedTransport(frame, protocol, headerLength)) {
            frame.into.quotedSourceLow = IpText.mapped(frame.i32(12));
            frame.into.quotedDestinationLow = IpText.mapped(frame.i32(16));
        }
    }

    private static void quotedIpv6(Frame frame) {
        if (frame.lacks(Ip.V6_HEADER) || frame.u8(0) >>> 4 != 6) {
            return;
        }
        int protocol = frame.u8(6);
        int offset = Ip.V6_HEADER;
        while (Ip.isExtension(protocol, true)) {
            if (frame.lacks(offset + Ip.EXTENSION_FIXED) || !frame.deeper()
                    || protocol == Ip.FRAGMENT && (frame.u16(offset + 2) & Ip.V6_FRAGMENT_OFFSET) != 0) {
                return;
            }
            int length = Ip.extensionLength(frame, offset, protocol);
            protocol = frame.u8(offset);
            offset += length;
        }
        if (protocol != PacketHeader.ICMP && quotedTransport(frame, protocol, offset)) {
            frame.into.quotedSourceHigh = frame.i64(8);
            frame.into.quotedSourceLow = frame.i64(16);
            frame.into.quotedDestinationHigh = frame.i64(24);
            frame.into.quotedDestinationLow = frame.i64(32);
        }
    }

    /** Reads the quoted transport header; false if it is not there or of a protocol that names no flow. */
    private static boolean quotedTransport(Frame frame, int protocol, int offset) {
        PacketHeader into = frame.into;
        boolean ports = protocol == PacketHeader.TCP || protocol == PacketHeader.UDP;
        if (frame.lacks(offset + (ports && frame.strict ? QUOTED_PORTS : QUOTED_TRANSPORT))) {
            return false;
        }
        switch (protocol) {
            case PacketHeader.TCP, PacketHeader.UDP -> {
                into.quotedSourcePort = frame.u16(offset);
                into.quotedDestinationPort = frame.u16(offset + 2);
                into.quotedSeq = protocol == PacketHeader.TCP && !frame.lacks(offset + QUOTED_TRANSPORT) ? frame.i32(offset + 4) : 0;
            }
            case PacketHeader.ICMP, PacketHeader.ICMPV6 -> {
                into.quotedSourcePort = frame.u8(offset);
                into.quotedDestinationPort = frame.u8(offset + 1);
                into.quotedSeq = isQuery(protocol == PacketHeader.ICMPV6, into.quotedSourcePort) ? frame.u16(offset + 4) : 0;
            }
            default -> {
                return false;
            }
        }
        into.quotedProtocol = protocol;
        return true;
    }
}
