package io.crossgate.ingest.decode;

/** Ethernet, and whatever else says by an EtherType or by LLC what it carries. */
final class EtherTypes {
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int BRIDGED = 0x6558;
    private static final int MPLS = 0x8847;

    private static final int ADDRESSES = 12;
    private static final int ARP = 0x0806;
    private static final int VLAN = 0x8100;
    private static final int MPLS_UPSTREAM = 0x8848;
    private static final int PPPOE_SESSION = 0x8864;
    private static final int PPP = 0x880b;
    private static final int JUMBO_LLC = 0x8870;
    private static final int PROVIDER_VLAN = 0x88a8;
    private static final int PROVIDER_INSTANCE = 0x88e7;
    private static final int FABRIC_PATH = 0x8903;
    private static final int VN_TAG = 0x8926;
    private static final int SERVICE_HEADER = 0x894f;
    private static final int OLD_QINQ = 0x9100;
    private static final int OLDER_QINQ = 0x9200;
    /** Below this, the field is the length of an LLC frame (IEEE 802.3). */
    private static final int LOWEST = 0x600;
    private static final int SNAP = 0xaaaa;
    private static final int LLC_IP = 0x0606;
    private static final int UNNUMBERED = 3;
    private static final int OUI_BRIDGED = 0x0080c2;

    private EtherTypes() {}

    static Outcome ethernet(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(ADDRESSES + 2)) {
            return frame.shortage(ADDRESSES + 2);
        }
        int type = frame.u16(ADDRESSES);
        frame.at += ADDRESSES + 2;
        return type < LOWEST ? lengthGiven(frame, type) : decode(frame, type);
    }

    /** An IEEE 802.3 frame: the type field gives the length of an LLC frame, what lies behind is padding. */
    private static Outcome lengthGiven(Frame frame, int length) {
        frame.limitAtMost(length);
        return logicalLink(frame);
    }

    /** LLC (IEEE 802.2): two access points and a control byte; with SNAP, an organisation and a type of its making. */
    static Outcome logicalLink(Frame frame) {
        if (frame.lacks(3)) {
            return frame.shortage(3);
        }
        int accessPoints = frame.u16(0);
        boolean unnumbered = frame.u8(2) == UNNUMBERED;
        if (accessPoints == LLC_IP && unnumbered) {
            frame.at += 3;
            return Ip.v4(frame);
        }
        if (accessPoints != SNAP || !unnumbered) {
            return Outcome.NOT_IP;
        }
        if (frame.lacks(8)) {
            return frame.shortage(8);
        }
        int organisation = frame.u8(3) << 16 | frame.u16(4);
        int type = frame.u16(6);
        frame.at += 8;
        if (organisation == OUI_BRIDGED) {
            return bridged(frame, type);
        }
        return organisation == 0 || organisation == 0x0000f8 ? decode(frame, type) : Outcome.NOT_IP;
    }

    /** A bridged frame (RFC 2684): of Ethernet with or without its check sequence. */
    private static Outcome bridged(Frame frame, int type) {
        return type == 1 || type == 7 ? ethernet(frame) : Outcome.NOT_IP;
    }

    /** Decodes what has the given EtherType, at the frame's position. */
    static Outcome decode(Frame frame, int type) {
        return switch (type) {
            case IPV4 -> Ip.v4(frame);
            case IPV6 -> Ip.v6(frame);
            case VLAN, PROVIDER_VLAN, OLD_QINQ, OLDER_QINQ -> tagged(frame, 2);
            case VN_TAG -> tagged(frame, 4);
            case MPLS, MPLS_UPSTREAM -> Mpls.decode(frame);
            case PPPOE_SESSION -> Ppp.overEthernet(frame);
            case PPP -> Ppp.decode(frame);
            case BRIDGED -> ethernet(frame);
            case PROVIDER_INSTANCE -> wrapped(frame, 4);
            case FABRIC_PATH -> wrapped(frame, 2);
            case JUMBO_LLC -> logicalLink(frame);
            case SERVICE_HEADER -> serviceHeader(frame);
            default -> Outcome.NOT_IP;
        };
    }

    /** A tag of {@code length} bytes, then another type or length. */
    private static Outcome tagged(Frame frame, int length) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(length + 2)) {
            return frame.shortage(length + 2);
        }
        int type = frame.u16(length);
        frame.at += length + 2;
        return type < LOWEST ? lengthGiven(frame, type) : decode(frame, type);
    }

    /** A tag of {@code length} bytes, then a whole Ethernet frame (IEEE 802.1ah, FabricPath). */
    private static Outcome wrapped(Frame frame, int length) {
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        return ethernet(frame);
    }

    /** Network service header (RFC 8300): its length in words is in the low bits of the second byte, what follows it in the fourth. */
    static Outcome serviceHeader(Frame frame) {
        if (!frame.deeper()) {
            return Outcome.TOO_DEEP;
        }
        if (frame.lacks(8)) {
            return frame.shortage(8);
        }
        int length = (frame.u8(1) & 0x3f) * 4;
        int next = frame.u8(3);
        if (length < 8) {
            return Outcome.MALFORMED;
        }
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        frame.at += length;
        return nextProtocol(frame, next);
    }

    /** Decodes what has the given number in a network service header, which VXLAN-GPE shares. */
    static Outcome nextProtocol(Frame frame, int next) {
        return switch (next) {
            case 1 -> Ip.v4(frame);
            case 2 -> Ip.v6(frame);
            case 3 -> ethernet(frame);
            case 4 -> serviceHeader(frame);
            case 5 -> Mpls.decode(frame);
            default -> Outcome.NOT_IP;
        };
    }

    /** True for a type that commonly stands in an Ethernet header: tells an Ethernet frame from other bytes. */
    static boolean isCommon(int type) {
        return type == IPV4 || type == IPV6 || type == ARP || type == VLAN || type == PROVIDER_VLAN || type == MPLS;
    }
}
