package io.crossgate.schemas.flow;

/**
 * The flow that a header belongs to, as a struct that is filled again and again: the fields of {@link FlowKey}, and the header's direction. For what looks flows
 * up packet by packet.
 */
public final class FlowTuple {
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
}
