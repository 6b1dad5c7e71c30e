package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * What makes packets belong to one entry, in either direction: addresses, protocol and ports. Of ICMP queries it is the one who asks, the one who answers,
 * identifier, type and code of the question. Mutable, so that looking up makes no garbage; the table keeps copies.
 */
final class Tuple {
    private boolean ipv6;
    private int protocol;
    private long firstHigh;
    private long firstLow;
    private long secondHigh;
    private long secondLow;
    private int firstPort;
    private int secondPort;
    /** True if the packet goes from the first to the second endpoint. */
    boolean fromFirst;

    /** Takes the packet's own tuple; false if it is of a kind that has none. */
    boolean ofPacket(PacketHeader h) {
        if (h.protocol == PacketHeader.ICMP || h.protocol == PacketHeader.ICMPV6) {
            return ofIcmp(h.ipv6, h.protocol, h.sourceHigh, h.sourceLow, h.destinationHigh, h.destinationLow, h.icmpType, h.icmpCode, h.icmpId);
        }
        set(h.ipv6, h.protocol, h.sourceHigh, h.sourceLow, h.sourcePort, h.destinationHigh, h.destinationLow, h.destinationPort);
        return true;
    }

    /** Takes the tuple of the packet that an ICMP error quotes; false if there is none. */
    boolean ofQuoted(PacketHeader h) {
        if (!h.quotesFlow()) {
            return false;
        }
        if (h.quotedProtocol == PacketHeader.ICMP || h.quotedProtocol == PacketHeader.ICMPV6) {
            return ofIcmp(h.ipv6, h.quotedProtocol, h.quotedSourceHigh, h.quotedSourceLow, h.quotedDestinationHigh, h.quotedDestinationLow,
                    h.quotedSourcePort, h.quotedDestinationPort, h.quotedSeq);
        }
        set(h.ipv6, h.quotedProtocol, h.quotedSourceHigh, h.quotedSourceLow, h.quotedSourcePort, h.quotedDestinationHigh, h.quotedDestinationLow,
                h.quotedDestinationPort);
        return true;
    }

    private boolean ofIcmp(boolean v6, int icmp, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int type, int code, int id) {
        int question = IcmpQueries.question(icmp, type);
        if (question < 0) {
            return false;
        }
        ipv6 = v6;
        protocol = icmp;
        fromFirst = question == type;
        firstHigh = fromFirst ? sourceHigh : destinationHigh;
        firstLow = fromFirst ? sourceLow : destinationLow;
        secondHigh = fromFirst ? destinationHigh : sourceHigh;
        secondLow = fromFirst ? destinationLow : sourceLow;
        firstPort = id;
        secondPort = question << 8 | code;
        return true;
    }

    private void set(boolean v6, int of, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        ipv6 = v6;
        protocol = of;
        int order = Long.compareUnsigned(sourceHigh, destinationHigh);
        order = order != 0 ? order : Long.compareUnsigned(sourceLow, destinationLow);
        fromFirst = order != 0 ? order < 0 : sourcePort <= destinationPort;
        firstHigh = fromFirst ? sourceHigh : destinationHigh;
        firstLow = fromFirst ? sourceLow : destinationLow;
        firstPort = fromFirst ? sourcePort : destinationPort;
        secondHigh = fromFirst ? destinationHigh : sourceHigh;
        secondLow = fromFirst ? destinationLow : sourceLow;
        secondPort = fromFirst ? destinationPort : sourcePort;
    }

    Tuple copy() {
        Tuple copy = new Tuple();
        copy.ipv6 = ipv6;
        copy.protocol = protocol;
        copy.firstHigh = firstHigh;
        copy.firstLow = firstLow;
        copy.secondHigh = secondHigh;
        copy.secondLow = secondLow;
        copy.firstPort = firstPort;
        copy.secondPort = secondPort;
        return copy;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Tuple t && secondLow == t.secondLow && firstLow == t.firstLow && firstPort == t.firstPort && secondPort == t.secondPort
                && protocol == t.protocol && firstHigh == t.firstHigh && secondHigh == t.secondHigh && ipv6 == t.ipv6;
    }

    @Override
    public int hashCode() {
        long mixed = (firstHigh * 31 + firstLow) * 0x9e3779b97f4a7c15L ^ (secondHigh * 31 + secondLow) * 0xc2b2ae3d27d4eb4fL;
        mixed ^= ((long) firstPort << 24 | (long) secondPort << 8 | protocol) * 0x165667b19e3779f9L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
