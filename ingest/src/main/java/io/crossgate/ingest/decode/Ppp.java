package io.crossgate.ingest.decode;

/** PPP (RFC 1661), on its own, in HDLC-like framing (RFC 1662), and over Ethernet (RFC 2516). */
final class Ppp {
    private static final int IPV4 = 0x0021;
    private static final int IPV6 = 0x0057;
    private static final int MULTILINK = 0x003d;
    private static final int MPLS = 0x0281;
    private static final int MPLS_MULTICAST = 0x0283;
    private static final int ALL_STATIONS = 0xff03;
    private static final int CISCO_UNICAST = 0x0f00;
    private static final int CISCO_MULTICAST = 0x8f00;
    private static final int OVER_ETHERNET = 6;

    private Ppp() {}

    static Outcome decode(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(4)) {
            return frame.shortage(4);
        }
        int start = frame.u16(0);
        if (start == CISCO_UNICAST || start == CISCO_MULTICAST) {
            int type = frame.u16(2);
            frame.at += 4;
            return EtherTypes.decode(frame, type);
        }
        frame.at += start == ALL_STATIONS ? 2 : 0;
        return protocol(frame);
    }

    /** The protocol field, which is of one byte if that byte is odd, and what follows. */
    private static Outcome protocol(Frame frame) {
        if (frame.lacks(2)) {
            return frame.shortage(2);
        }
        boolean compressed = (frame.u8(0) & 1) != 0;
        int protocol = compressed ? frame.u8(0) : frame.u16(0);
        frame.at += compressed ? 1 : 2;
        return switch (protocol) {
            case IPV4 -> Ip.v4(frame);
            case IPV6 -> Ip.v6(frame);
            case MPLS, MPLS_MULTICAST -> Mpls.decode(frame);
            case MULTILINK -> multilink(frame);
            default -> Outcome.NOT_IP;
        };
    }

    /** One piece of a multilink bundle (RFC 1990), long sequence numbers: only one that is both first and last holds a whole packet. */
    private static Outcome multilink(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(4)) {
            return frame.shortage(4);
        }
        boolean whole = frame.u8(0) >>> 6 == 3;
        frame.at += 4;
        return whole ? protocol(frame) : Outcome.FRAGMENT;
    }

    /** PPPoE: version and type, a code that is 0 in a session, session, length. */
    static Outcome overEthernet(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(OVER_ETHERNET)) {
            return frame.shortage(OVER_ETHERNET);
        }
        if (frame.u8(1) != 0) {
            return Outcome.NOT_IP;
        }
        frame.at += OVER_ETHERNET;
        return protocol(frame);
    }
}
