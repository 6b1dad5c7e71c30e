package io.crossgate.benchmarks.workload;

import java.io.IOException;

/** Packets that belong together: a conversation of a client on the LAN side with a server on the WAN side, unless a subclass says otherwise. */
abstract class Talk {
    /** The window scale that all hosts offer. */
    static final int WINDOW_SCALE = 7;
    static final byte NO_TUNNEL = 0;
    static final byte GRE = 1;
    static final byte VXLAN = 2;
    static final long SECOND = 1_000_000_000L;
    static final long END = Long.MAX_VALUE;

    /** When its next packet reaches a gateway, nanoseconds since 1970; {@link #END} if there is none. */
    long at;
    boolean ipv6;
    /** Addresses; of IPv4, the lowest 32 bits of the low half, the rest zero. */
    long clientHigh;
    long clientLow;
    long serverHigh;
    long serverLow;
    int clientPort;
    int serverPort;
    /** Sum of both addresses' 16-bit words. */
    int addressSum;
    int clientTtl = 64;
    int serverTtl = 54;
    byte tunnel = NO_TUNNEL;
    /** Gateway that carries it: 0 gwa, 1 gwb. */
    int gateway;
    private int clientIpId;
    private int serverIpId;

    /** Sends the packet that is due at {@link #at}, and says when the next one is. */
    abstract void step(Network network) throws IOException;

    /** Takes addresses and ports, and begins IP identifications at {@code ipIds}. */
    final void between(boolean v6, long fromHigh, long fromLow, int fromPort, long toHigh, long toLow, int toPort, int ipIds) {
        ipv6 = v6;
        clientHigh = fromHigh;
        clientLow = fromLow;
        clientPort = fromPort;
        serverHigh = toHigh;
        serverLow = toLow;
        serverPort = toPort;
        addressSum = Frame.words(fromHigh) + Frame.words(fromLow) + Frame.words(toHigh) + Frame.words(toLow);
        clientIpId = ipIds & 0xffff;
        serverIpId = ipIds >>> 16;
    }

    final int nextIpId(boolean byClient) {
        return (byClient ? ++clientIpId : ++serverIpId) & 0xffff;
    }

    /** A host's timestamp clock: milliseconds. */
    final int clock() {
        return (int) (at / 1_000_000);
    }
}
