package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/** What stands before the network layer, by the link types that the tcpdump group registers. Ethernet and what shares its types are elsewhere. */
final class Links {
    private static final int BSD_NULL = 0;
    static final int ETHERNET = 1;
    private static final int TOKEN_RING = 6;
    private static final int PPP = 9;
    private static final int FDDI = 10;
    private static final int RAW_12 = 12;
    private static final int RAW_14 = 14;
    private static final int PPP_SERIAL = 50;
    private static final int PPPOE = 51;
    private static final int RAW = 101;
    private static final int C_HDLC = 104;
    private static final int IEEE_802_11 = 105;
    private static final int LOOP = 108;
    private static final int LINUX_COOKED = 113;
    private static final int RADIOTAP = 127;
    private static final int ARCNET_LINUX = 129;
    private static final int PER_PACKET = 192;
    private static final int RAW_IPV4 = 228;
    private static final int RAW_IPV6 = 229;
    private static final int NFLOG = 239;
    private static final int IP_OVER_INFINIBAND = 242;
    private static final int PKTAP = 258;
    private static final int LINUX_COOKED_2 = 276;

    /** Linux packet types (PACKET_HOST and so on). */
    private static final int TO_OTHERS = 3;
    private static final int FROM_US = 4;
    /** The Linux cooked headers' own protocol numbers; from 0x600 on they are EtherTypes. */
    private static final int COOKED_LLC = 4;

    private Links() {}

    static Outcome decode(Frame frame, int linkType) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        return switch (linkType) {
            case BSD_NULL, LOOP -> loopback(frame);
            case ETHERNET -> EtherTypes.ethernet(frame);
            case TOKEN_RING -> tokenRing(frame);
            case PPP, PPP_SERIAL -> Ppp.decode(frame);
            case FDDI -> fddi(frame);
            case RAW_12, RAW_14, RAW -> Ip.either(frame);
            case PPPOE -> Ppp.overEthernet(frame);
            case C_HDLC -> typed(frame, 2, 4);
            case IEEE_802_11 -> Wireless.decode(frame);
            case LINUX_COOKED -> cooked(frame);
            case RADIOTAP -> Wireless.radiotap(frame);
            case ARCNET_LINUX -> arcnet(frame);
            case PER_PACKET -> wrapped(frame, frame.lacks(8) ? 8 : frame.u16le(2), 4, 8);
            case RAW_IPV4 -> Ip.v4(frame);
            case RAW_IPV6 -> Ip.v6(frame);
            case NFLOG -> Nflog.decode(frame);
            case IP_OVER_INFINIBAND -> typed(frame, 40, 44);
            case PKTAP -> wrapped(frame, frame.lacks(12) ? 12 : frame.u16le(0), 8, 12);
            case LINUX_COOKED_2 -> cooked2(frame);
            default -> Outcome.UNSUPPORTED_LINK;
        };
    }

    /** A header of {@code length} bytes, with an EtherType at {@code offset}. */
    private static Outcome typed(Frame frame, int offset, int length) {
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        int type = frame.u16(offset);
        frame.at += length;
        return EtherTypes.decode(frame, type);
    }

    /** A header of {@code length} bytes and at least {@code atLeast}, with the link type of what follows at {@code offset}, low byte first. */
    private static Outcome wrapped(Frame frame, int length, int offset, int atLeast) {
        if (frame.lacks(Math.max(length, atLeast))) {
            return frame.shortage(Math.max(length, atLeast));
        }
        int linkType = frame.u16le(offset);
        frame.at += Math.max(length, atLeast);
        return decode(frame, linkType);
    }

    /** An address family in the byte order of the machine that captured it. Those of IPv6 differ from system to system. */
    private static Outcome loopback(Frame frame) {
        if (frame.lacks(4)) {
            return frame.shortage(4);
        }
        int family = frame.i32(0);
        if (family >>> 16 != 0) {
            family = Integer.reverseBytes(family);
        }
        frame.at += 4;
        return switch (family) {
            case 2 -> Ip.v4(frame);
            case 10, 24, 28, 30 -> Ip.v6(frame);
            default -> family >= 0x600 ? EtherTypes.decode(frame, family) : Outcome.NOT_IP;
        };
    }

    /** Access control, frame control, two addresses, a route where the source address announces one, LLC. */
    private static Outcome tokenRing(Frame frame) {
        if (frame.lacks(16)) {
            return frame.shortage(16);
        }
        boolean logicalLink = (frame.u8(1) & 0xc0) == 0x40;
        boolean routed = (frame.u8(8) & 0x80) != 0;
        int length = 14 + (routed ? frame.u8(14) & 0x1f : 0);
        if (!logicalLink) {
            return Outcome.NOT_IP;
        }
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        return EtherTypes.logicalLink(frame);
    }

    /** Frame control, two addresses, LLC. */
    private static Outcome fddi(Frame frame) {
        if (frame.lacks(13)) {
            return frame.shortage(13);
        }
        boolean logicalLink = (frame.u8(0) & 0x70) == 0x50;
        frame.at += 13;
        return logicalLink ? EtherTypes.logicalLink(frame) : Outcome.NOT_IP;
    }

    /** Two addresses, two bytes of offset, a protocol; in RFC 1201's encapsulation also a split flag and a sequence number. */
    private static Outcome arcnet(Frame frame) {
        if (frame.lacks(8)) {
            return frame.shortage(8);
        }
        int protocol = frame.u8(4);
        boolean whole = frame.u8(5) == 0;
        frame.at += protocol == 240 ? 5 : 8;
        return switch (protocol) {
            case 240 -> Ip.v4(frame); // RFC 1051
            case 212 -> whole ? Ip.v4(frame) : Outcome.FRAGMENT;
            case 196 -> whole ? Ip.v6(frame) : Outcome.FRAGMENT;
            default -> Outcome.NOT_IP;
        };
    }

    /**
     * Linux cooked capture.
     *
     * <pre>
     *  0  | packet type  | hardware type |
     *  4  | addr. length |    address ...
     *  8  |  ...         |  ... protocol |
     * </pre>
     */
    private static Outcome cooked(Frame frame) {
        if (frame.lacks(16)) {
            return frame.shortage(16);
        }
        frame.into.way = way(frame.u16(0));
        int type = frame.u16(14);
        frame.at += 16;
        return cookedProtocol(frame, type);
    }

    /**
     * Linux cooked capture, version 2.
     *
     * <pre>
     *  0  |   protocol   |     zero      |
     *  4  |       interface index        |
     *  8  | hardware type | packet type, address length |
     * 12  |           address            |
     * </pre>
     */
    private static Outcome cooked2(Frame frame) {
        if (frame.lacks(20)) {
            return frame.shortage(20);
        }
        frame.interfaceIndex = frame.i32(4);
        frame.into.way = way(frame.u8(10));
        int type = frame.u16(0);
        frame.at += 20;
        return cookedProtocol(frame, type);
    }

    private static Outcome cookedProtocol(Frame frame, int type) {
        return type == COOKED_LLC ? EtherTypes.logicalLink(frame) : EtherTypes.decode(frame, type);
    }

    /** To this machine, to all and to a group are all received; what is for others is only overheard. */
    private static byte way(int packetType) {
        if (packetType == FROM_US) {
            return PacketHeader.WAY_OUT;
        }
        return packetType < TO_OTHERS ? PacketHeader.WAY_IN : PacketHeader.WAY_UNKNOWN;
    }
}
