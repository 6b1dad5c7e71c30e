package io.crossgate.detect;

import io.crossgate.schemas.flow.PacketHeader;

/** Which ICMP messages ask and which answer (RFC 792, RFC 950, RFC 4443): the ones that the connection tracker follows by identifier. */
enum IcmpQuery {
    REQUEST,
    REPLY,
    NONE;

    static IcmpQuery of(int protocol, int type) {
        if (protocol == PacketHeader.ICMPV6) {
            return type == 128 ? REQUEST : type == 129 ? REPLY : NONE;
        }
        return switch (type) {
            case 8, 13, 15, 17 -> REQUEST;
            case 0, 14, 16, 18 -> REPLY;
            default -> NONE;
        };
    }

    /** True for echo request and reply alone: ping. */
    static boolean isEcho(int protocol, int type) {
        return protocol == PacketHeader.ICMPV6 ? type == 128 || type == 129 : type == 8 || type == 0;
    }
}
