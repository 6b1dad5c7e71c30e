package io.crossgate.schemas.flow;

/**
 * The fields of a {@link FlowKey} in a reusable struct, for looking up a packet's flow without an object per packet. Set it from a header; then compare, hash, or
 * make the key of a flow that is new.
 */
public final class FlowKeyFields {
    public boolean ipv6;
    public int protocol;
    public long lowAddressHigh;
    public long lowAddressLow;
    public long highAddressHigh;
    public long highAddressLow;
    public int lowPort;
    public int highPort;
    /** As {@link FlowKey#isFromLow} says of the header that this was set from. */
    public boolean fromLow;

    /** Takes the key of the flow that {@code header} belongs to, as {@link FlowKey#of(PacketHeader)} does. */
    public void set(PacketHeader header) {
        if (header.protocol == PacketHeader.TCP) {
            setTcp(header);
        } else {
            set(FlowKey.of(header));
            fromLow = key().isFromLow(header);
        }
    }

    private void setTcp(PacketHeader header) {
        ipv6 = header.ipv6;
        protocol = PacketHeader.TCP;
        boolean lower = FlowKey.isLower(header.sourceHigh, header.sourceLow, header.sourcePort, header.destinationHigh, header.destinationLow, header.destinationPort);
        if (lower) {
            lowAddressHigh = header.sourceHigh;
            lowAddressLow = header.sourceLow;
            highAddressHigh = header.destinationHigh;
            highAddressLow = header.destinationLow;
            lowPort = header.sourcePort;
            highPort = header.destinationPort;
        } else {
            lowAddressHigh = header.destinationHigh;
            lowAddressLow = header.destinationLow;
            highAddressHigh = header.sourceHigh;
            highAddressLow = header.sourceLow;
            lowPort = header.destinationPort;
            highPort = header.sourcePort;
        }
        // Of a packet from an endpoint to itself both ends are the lower one.
        fromLow = header.sourceHigh == lowAddressHigh && header.sourceLow == lowAddressLow && header.sourcePort == lowPort;
    }

    /** Takes the fields of {@code key}; {@link #fromLow} is left as it is. */
    public void set(FlowKey key) {
        ipv6 = key.ipv6();
        protocol = key.protocol();
        lowAddressHigh = key.lowAddressHigh();
        lowAddressLow = key.lowAddressLow();
        highAddressHigh = key.highAddressHigh();
        highAddressLow = key.highAddressLow();
        lowPort = key.lowPort();
        highPort = key.highPort();
    }

    /** The key with these fields. */
    public FlowKey key() {
        return new FlowKey(ipv6, protocol, lowAddressHigh, lowAddressLow, highAddressHigh, highAddressLow, lowPort, highPort);
    }

    /** True if {@code key} has these fields. */
    public boolean is(FlowKey key) {
        return lowAddressLow == key.lowAddressLow() && highAddressLow == key.highAddressLow() && lowPort == key.lowPort() && highPort == key.highPort()
                && lowAddressHigh == key.lowAddressHigh() && highAddressHigh == key.highAddressHigh() && protocol == key.protocol() && ipv6 == key.ipv6();
    }

    /** A hash of the fields, well mixed in all of its 32 bits. Not stable over versions: never store it. */
    public int hash() {
        return hash(protocol, lowAddressHigh, lowAddressLow, highAddressHigh, highAddressLow, lowPort, highPort);
    }

    /** The same hash of {@code key}. */
    public static int hash(FlowKey key) {
        return hash(key.protocol(), key.lowAddressHigh(), key.lowAddressLow(), key.highAddressHigh(), key.highAddressLow(), key.lowPort(), key.highPort());
    }

    private static int hash(int protocol, long lowHigh, long lowLow, long highHigh, long highLow, int lowPort, int highPort) {
        // Multiplication by large odd numbers, and the finishing steps of MurmurHash3's 64-bit mixer.
        long h = lowLow * 0x9e3779b97f4a7c15L + highLow * 0xc2b2ae3d27d4eb4fL + lowHigh * 0x165667b19e3779f9L + highHigh * 0xd6e8feb86659fd93L
                + ((long) protocol << 32 | (long) lowPort << 16 | highPort) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (h ^ h >>> 33);
    }
}
