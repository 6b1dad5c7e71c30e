package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/** What the ICMP message types are to the tracker: questions, answers, errors, and what it leaves alone. */
final class IcmpQueries {
    /** The highest ICMP type that the kernel knows; beyond it, any is INVALID. */
    private static final int LAST_ICMP_TYPE = 18;

    private IcmpQueries() {}

    /** The type of the question that {@code type} asks or answers; -1 if it does neither. */
    static int question(int protocol, int type) {
        if (protocol == PacketHeader.ICMP) {
            return switch (type) {
                case 8, 0 -> 8; // echo
                case 13, 14 -> 13; // timestamp
                case 15, 16 -> 15; // information
                case 17, 18 -> 17; // address mask
                default -> -1;
            };
        }
        return switch (type) {
            case 128, 129 -> 128; // echo
            case 139, 140 -> 139; // node information
            default -> -1;
        };
    }

    /** True for a message that reports what became of another packet. */
    static boolean isError(int protocol, int type) {
        if (protocol == PacketHeader.ICMPV6) {
            return type < 128;
        }
        return switch (type) {
            case 3, 4, 5, 11, 12 -> true; // unreachable, source quench, redirect, time exceeded, parameter problem
            default -> false;
        };
    }

    /** Neighbour discovery and multicast listeners: local to a link, never tracked. */
    static boolean isUntracked(int protocol, int type) {
        return protocol == PacketHeader.ICMPV6 && (type >= 130 && type <= 136 || type == 143);
    }

    static boolean isUnknown(int protocol, int type) {
        return protocol == PacketHeader.ICMP && type > LAST_ICMP_TYPE;
    }
}
