package io.crossgate.schemas.flow;

/** Which ICMP message answers which, as Community ID v1 pairs them (section "ICMP" of its specification; types by RFC 792, 4443, 4861, 6275, 4884). */
final class IcmpCounterparts {
    private IcmpCounterparts() {}

    /** The type that answers {@code type}, or -1 for a message that has no counterpart. */
    static int of(int protocol, int type) {
        return protocol == PacketHeader.ICMP ? ofIcmp(type) : ofIcmpv6(type);
    }

    private static int ofIcmp(int type) {
        return switch (type) {
            case 0 -> 8; // echo reply
            case 8 -> 0; // echo
            case 9 -> 10; // router advertisement
            case 10 -> 9; // router solicitation
            case 13 -> 14; // timestamp
            case 14 -> 13; // timestamp reply
            case 15 -> 16; // information request
            case 16 -> 15; // information reply
            case 17 -> 18; // address mask request
            case 18 -> 17; // address mask reply
            default -> -1;
        };
    }

    private static int ofIcmpv6(int type) {
        return switch (type) {
            case 128 -> 129; // echo request
            case 129 -> 128; // echo reply
            case 130 -> 131; // multicast listener query
            case 131 -> 130; // multicast listener report
            case 133 -> 134; // router solicitation
            case 134 -> 133; // router advertisement
            case 135 -> 136; // neighbour solicitation
            case 136 -> 135; // neighbour advertisement
            case 139 -> 140; // node information query
            case 140 -> 139; // node information response
            case 144 -> 145; // home agent address discovery request
            case 145 -> 144; // home agent address discovery reply
            default -> -1;
        };
    }
}
