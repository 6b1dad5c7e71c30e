package io.crossgate.benchmarks.workload;

import java.io.IOException;

/**
 * An attack from random addresses on the WAN side: SYNs to one server behind either gateway, which go through, and SYN-ACKs that nothing asked for, which the
 * firewall drops. Every packet is a flow of its own.
 */
final class Flood extends Talk {
    /** Captured packets of a SYN and a SYN-ACK together: one is seen on both sides, one enters only. */
    static final int CAPTURED_OF_TWO = 3;

    private final long meanGap;
    private final double ipv6Share;
    private long left;

    /** @param meanGap between packets, nanoseconds */
    Flood(long at, long packets, long meanGap, double ipv6Share) {
        this.at = packets == 0 ? END : at;
        this.meanGap = Math.max(1, meanGap);
        this.ipv6Share = ipv6Share;
        left = packets;
        clientTtl = 49;
    }

    @Override
    void step(Network n) throws IOException {
        // The source is the client here, and outside.
        long bits = n.random.nextLong();
        boolean v6 = n.random.nextDouble() < ipv6Share;
        int sourcePort = 1024 + (int) (bits >>> 16 & 0x7fff);
        boolean syn = (left & 1) == 0;
        long sourceHigh = v6 ? 0x2a00_0000_0000_0000L | bits >>> 12 : 0;
        long sourceLow = v6 ? n.random.nextLong() : outsideAddress(bits);
        long targetHigh = v6 ? syn ? Addresses.V6_ATTACKED : Addresses.V6_CLIENTS : 0;
        long targetLow = syn ? v6 ? 80 : Addresses.V4_ATTACKED : v6 ? bits & 0xffff : Addresses.V4_CLIENTS + (bits & 0xffff);
        between(v6, sourceHigh, sourceLow, syn ? sourcePort : 443, targetHigh, targetLow, syn ? 443 : 32_768 + (sourcePort & 0x3fff), (int) bits);
        if (syn) {
            n.frame.tcp(this, true, Frame.SYN, n.random.nextInt(), 0, 29_200, 0, clock(), 0, 0, 0);
            n.cross((int) (bits & 1), false, at);
        } else {
            n.frame.tcp(this, true, Frame.SYN | Frame.ACK, n.random.nextInt(), n.random.nextInt(), 28_960, 0, clock(), clock() - 5, 0, 0);
            n.enter(Network.FIREWALL, false, at);
            n.truth.unsolicited();
        }
        n.truth.flood();
        at = --left == 0 ? END : at + 1 + n.random.nextLong(2 * meanGap);
    }

    /** Any address but those of networks 0, 10, 127 and 198 and of multicast. */
    private static long outsideAddress(long bits) {
        long address = bits >>> 32;
        int network = (int) (address >>> 24);
        boolean taken = network == 0 || network == 10 || network == 127 || network == 198 || network == 203 || network >= 224;
        return taken ? address & 0xffffff | 0x5b000000L : address;
    }
}
