package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/** Which packets a Linux router lets in, and which it sends on, by their addresses alone (RFC 1812, RFC 4291). */
final class Routing {
    private static final long MULTICAST_V6 = 0xffL << 56;

    private Routing() {}

    /** False for addresses that are never routed on: the tracker sees the packet, but what it opens is forgotten. */
    static boolean passesV4(PacketHeader h) {
        int source = (int) h.sourceLow;
        int destination = (int) h.destinationLow;
        boolean fromNowhere = isMulticast(source) || source == -1 || source >>> 24 == 0 && destination != -1;
        boolean toNowhere = destination >>> 24 == 0 || isMulticast(destination) && destination != 0xe0000001;
        return !fromNowhere && !toNowhere;
    }

    private static boolean isMulticast(int address) {
        return address >>> 28 == 0xe;
    }

    /** True if the IPv6 layer drops such a packet before anything else sees it. */
    static boolean refusesV6(PacketHeader h) {
        boolean loopback = h.sourceHigh == 0 && h.sourceLow == 1 || h.destinationHigh == 0 && h.destinationLow == 1;
        boolean fromGroup = (h.sourceHigh & MULTICAST_V6) == MULTICAST_V6;
        int scope = (int) (h.destinationHigh >>> 48) & 0xf;
        boolean toOwnInterface = (h.destinationHigh & MULTICAST_V6) == MULTICAST_V6 && scope <= 1;
        return loopback || fromGroup || toOwnInterface;
    }

    static boolean passesV6(PacketHeader h) {
        boolean unspecified = h.sourceHigh == 0 && h.sourceLow == 0;
        boolean toGroup = (h.destinationHigh & MULTICAST_V6) == MULTICAST_V6;
        return !unspecified && !toGroup;
    }
}
