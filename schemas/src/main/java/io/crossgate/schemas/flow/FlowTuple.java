package io.crossgate.schemas.flow;

import java.security.SecureRandom;

/**
 * The flow that a header belongs to, as a struct that is filled again and again: the fields of {@link FlowKey}, and the header's direction. For what looks flows
 * up packet by packet.
 */
public final class FlowTuple {
    /** Odd, so that no bit is lost. */
    private static final long[] FACTORS = new SecureRandom().longs(5).map(factor -> factor | 1).toArray();
    private static final long F0 = FACTORS[0];
    private static final long F1 = FACTORS[1];
    private static final long F2 = FACTORS[2];
    private static final long F3 = FACTORS[3];
    private static final long F4 = FACTORS[4];

    public boolean ipv6;
    /** IP protocol number, 0 to 255. */
    public int protocol;
    public long lowHigh;
    public long lowLow;
    public long highHigh;
    public long highLow;
    /** Ports of the lower and the higher endpoint, 0 to 65535; for ICMP as {@link FlowKey} has them. */
    public int lowPort;
    public int highPort;
    /** True if the header travels from the lower to the higher endpoint: {@link FlowKey#isFromLow}. */
    public boolean fromLow;

    /** Fills everything from a header: equal to {@code FlowKey.of(header)}. */
    public void set(PacketHeader h) {
        ipv6 = h.ipv6;
        if (h.quotesFlow()) {
            set(h.quotedProtocol, h.quotedSourceHigh, h.quotedSourceLow, h.quotedSourcePort, h.quotedDestinationHigh, h.quotedDestinationLow,
                    h.quotedDestinationPort);
        } else if (h.protocol == PacketHeader.TCP) {
            protocol = PacketHeader.TCP;
            order(h.sourceHigh, h.sourceLow, h.sourcePort, h.destinationHigh, h.destinationLow, h.destinationPort);
        } else {
            set(h.protocol, h.sourceHigh, h.sourceLow, h.icmpType, h.destinationHigh, h.destinationLow, h.icmpCode);
        }
    }

    private void set(int of, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        protocol = of;
        int counterpart = destinationPort;
        if (of == PacketHeader.ICMP || of == PacketHeader.ICMPV6) {
            counterpart = IcmpCounterparts.of(of, sourcePort);
            if (counterpart < 0) { // one-way: in the packet's own direction
                fromLow = true;
                put(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
                return;
            }
        }
        order(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, counterpart);
    }

    private void order(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        int addresses = Long.compareUnsigned(sourceHigh, destinationHigh);
        addresses = addresses == 0 ? Long.compareUnsigned(sourceLow, destinationLow) : addresses;
        int order = addresses == 0 ? sourcePort - destinationPort : addresses;
        if (order < 0) {
            put(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
        } else {
            put(destinationHigh, destinationLow, destinationPort, sourceHigh, sourceLow, sourcePort);
        }
        fromLow = order <= 0 || addresses == 0 && protocol != PacketHeader.TCP;
    }

    private void put(long aHigh, long aLow, int aPort, long bHigh, long bLow, int bPort) {
        lowHigh = aHigh;
        lowLow = aLow;
        lowPort = aPort;
        highHigh = bHigh;
        highLow = bLow;
        highPort = bPort;
    }

    /** Takes the fields of {@code key}; {@link #fromLow} is left as it is. */
    public void set(FlowKey key) {
        ipv6 = key.ipv6();
        protocol = key.protocol();
        lowHigh = key.lowAddressHigh();
        lowLow = key.lowAddressLow();
        highHigh = key.highAddressHigh();
        highLow = key.highAddressLow();
        lowPort = key.lowPort();
        highPort = key.highPort();
    }

    /** The key with these fields. */
    public FlowKey key() {
        return new FlowKey(ipv6, protocol, lowHigh, lowLow, highHigh, highLow, lowPort, highPort);
    }

    /** True if {@code key} has these fields. */
    public boolean is(FlowKey key) {
        return lowLow == key.lowAddressLow() && highLow == key.highAddressLow() && lowPort == key.lowPort() && highPort == key.highPort()
                && lowHigh == key.lowAddressHigh() && highHigh == key.highAddressHigh() && protocol == key.protocol() && ipv6 == key.ipv6();
    }

    /** A hash of the fields but the direction, well mixed in all of its 32 bits. It holds in this process only: see {@link #hash(long, long, long, long, long)}. */
    public int hash() {
        return hash(protocol, lowHigh, lowLow, highHigh, highLow, lowPort, highPort);
    }

    /** The same hash of {@code key}. */
    public static int hash(FlowKey key) {
        return hash(key.protocol(), key.lowAddressHigh(), key.lowAddressLow(), key.highAddressHigh(), key.highAddressLow(), key.lowPort(), key.highPort());
    }

    private static int hash(int protocol, long lowHigh, long lowLow, long highHigh, long highLow, int lowPort, int highPort) {
        return (int) (hash(lowHigh, lowLow, highHigh, highLow, (long) protocol << 32 | (long) lowPort << 16 | highPort) >>> 32);
    }

    /**
     * A hash of two addresses and what else a flow is known by, best mixed in its upper bits. Its factors are secret and of this process: who sends the packets cannot
     * choose their places in a table.
     */
    public static long hash(long lowHigh, long lowLow, long highHigh, long highLow, long rest) {
        long hash = lowHigh * F0 + lowLow * F1 + highHigh * F2 + highLow * F3 + rest * F4;
        return (hash ^ hash >>> 32) * F4;
    }
}
