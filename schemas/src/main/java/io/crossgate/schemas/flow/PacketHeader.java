package io.crossgate.schemas.flow;

/**
 * One packet's TCP or ICMP header as seen at one observation point: a reusable struct of primitives, filled by a decoder and read by publishers and
 * detection. Nothing here allocates; whoever keeps a header beyond the call that delivered it copies it with {@link #copyFrom}.
 *
 * <p>Addresses are 128 bits in two longs, network order; an IPv4 address is its IPv4-mapped form {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2).
 * Numbers on the wire that are unsigned are widened ({@code int} for 8 and 16 bits), but {@link #seq} and {@link #ack} and the other 32-bit TCP numbers
 * are kept as {@code int} and compared modulo 2^32 (RFC 9293 section 3.4).
 */
public final class PacketHeader {
    /** IP protocol numbers (IANA). */
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    /** TCP flags, low byte as on the wire (RFC 9293 section 3.1), then AE (RFC 3168 and its successors' NS bit). */
    public static final int FIN = 0x001;
    public static final int SYN = 0x002;
    public static final int RST = 0x004;
    public static final int PSH = 0x008;
    public static final int ACK = 0x010;
    public static final int URG = 0x020;
    public static final int ECE = 0x040;
    public static final int CWR = 0x080;
    public static final int AE = 0x100;

    /** An option or field that the packet does not carry, or that the snap length cut off. */
    public static final int ABSENT = -1;

    /** Checksum state: not known, because the packet was cut short, or its checksum was still to be filled in by the sender's hardware. */
    public static final byte CHECKSUM_UNKNOWN = 0;
    public static final byte CHECKSUM_GOOD = 1;
    public static final byte CHECKSUM_BAD = 2;

    /** What the capture itself says of the packet's way through the machine (pcapng epb_flags, Linux cooked packet type). */
    public static final byte WAY_UNKNOWN = 0;
    public static final byte WAY_IN = 1;
    public static final byte WAY_OUT = 2;

    /** Event time: nanoseconds since 1970-01-01T00:00:00Z. */
    public long time;
    /** {@link #WAY_UNKNOWN}, {@link #WAY_IN} or {@link #WAY_OUT}. */
    public byte way;

    /** True for IPv6. */
    public boolean ipv6;
    /** Source and destination address of the (innermost) IP header. */
    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;
    /** {@link #TCP}, {@link #ICMP} or {@link #ICMPV6}. */
    public int protocol;
    /** Time to live, or IPv6 hop limit: 0 to 255. */
    public int ttl;
    /** IPv4 identification, 0 to 65535; {@link #ABSENT} in IPv6. */
    public int ipId;
    /** Bytes of the IP packet as its header states them, header included: the total length in IPv4, payload length plus 40 in IPv6. */
    public int ipLength;
    /** True if the packet is the first fragment of a datagram. */
    public boolean fragment;
    /** True if the capture's snap length cut the packet before the end of its TCP or ICMP header, options included. */
    public boolean truncated;
    /** {@link #CHECKSUM_UNKNOWN}, {@link #CHECKSUM_GOOD} or {@link #CHECKSUM_BAD}, of the TCP or ICMP checksum. */
    public byte checksum;

    /** TCP ports, 0 to 65535. */
    public int sourcePort;
    public int destinationPort;
    /** TCP sequence and acknowledgement number, modulo 2^32. */
    public int seq;
    public int ack;
    /** Nine TCP flags, 0 to 0x1ff. */
    public int flags;
    /** TCP window as on the wire, unscaled: 0 to 65535. */
    public int window;
    /** Bytes of TCP payload by the IP length, 0 to 65535; of ICMP, bytes after the 8-byte header. */
    public int payloadLength;
    /** TCP maximum segment size option, or {@link #ABSENT}. */
    public int mss;
    /** TCP window scale option's shift count as sent, 0 to 255, or {@link #ABSENT}. */
    public int windowScale;
    public boolean sackPermitted;
    /** SACK blocks: 0 to 4 in use; left and right edges modulo 2^32 (RFC 2018). */
    public int sackCount;
    public final int[] sackLeft = new int[4];
    public final int[] sackRight = new int[4];
    /** TCP timestamps option (RFC 7323). */
    public boolean timestamps;
    public int tsVal;
    public int tsEcr;

    /** ICMP type and code, 0 to 255. */
    public int icmpType;
    public int icmpCode;
    /** Echo and other query identifier and sequence number, 0 to 65535, or {@link #ABSENT}. */
    public int icmpId;
    public int icmpSequence;

    /** Protocol of the packet that an ICMP error quotes, or {@link #ABSENT} if this is no error or the quotation is too short to name a flow. */
    public int quotedProtocol;
    public long quotedSourceHigh;
    public long quotedSourceLow;
    public long quotedDestinationHigh;
    public long quotedDestinationLow;
    /** Ports of the quoted packet; for quoted ICMP, its type and code. */
    public int quotedSourcePort;
    public int quotedDestinationPort;
    /** Sequence number of a quoted TCP segment (0 where another protocol is quoted); for quoted ICMP echo, its identifier. */
    public int quotedSeq;

    /** Tunnels passed through before this header: 0 none, else a bit set of the TUNNEL constants. */
    public static final int TUNNEL_GRE = 1;
    public static final int TUNNEL_VXLAN = 2;
    public static final int TUNNEL_GENEVE = 4;
    public static final int TUNNEL_IP_IN_IP = 8;
    public static final int TUNNEL_OTHER = 16;
    public int tunnel;
    /** Outermost IP addresses of a tunnelled packet; 0 without a tunnel. */
    public long outerSourceHigh;
    public long outerSourceLow;
    public long outerDestinationHigh;
    public long outerDestinationLow;

    /** True if this is a record of a firewall's own log (NFLOG) and no captured packet. */
    public boolean logged;
    /** Log prefix of an NFLOG record, never null; "" where there is none. Interned by the decoder, so that equal prefixes cost nothing. */
    public String logPrefix = "";

    /** Sets every field to its empty value, except the contents of the SACK arrays, of which none are then in use. */
    public void clear() {
        time = 0;
        way = WAY_UNKNOWN;
        ipv6 = false;
        sourceHigh = sourceLow = destinationHigh = destinationLow = 0;
        protocol = 0;
        ttl = 0;
        ipId = ABSENT;
        ipLength = 0;
        fragment = false;
        truncated = false;
        checksum = CHECKSUM_UNKNOWN;
        clearTransport();
        tunnel = 0;
        outerSourceHigh = outerSourceLow = outerDestinationHigh = outerDestinationLow = 0;
        logged = false;
        logPrefix = "";
    }

    private void clearTransport() {
        sourcePort = destinationPort = 0;
        seq = ack = 0;
        flags = 0;
        window = 0;
        payloadLength = 0;
        mss = windowScale = ABSENT;
        sackPermitted = false;
        sackCount = 0;
        timestamps = false;
        tsVal = tsEcr = 0;
        icmpType = icmpCode = 0;
        icmpId = icmpSequence = ABSENT;
        quotedProtocol = ABSENT;
        quotedSourceHigh = quotedSourceLow = quotedDestinationHigh = quotedDestinationLow = 0;
        quotedSourcePort = quotedDestinationPort = 0;
        quotedSeq = 0;
    }

    /**
     * As {@link #clear}, for a decoder, and cheaper: leaves alone what every TCP and ICMP header sets (time, addresses, lengths and so on), and what belongs to a
     * tunnel, a log record or ICMP where the last packet was none. For headers that only decoders have filled since they were made or cleared.
     */
    public void clearForDecoder() {
        way = WAY_UNKNOWN;
        truncated = false;
        sourcePort = destinationPort = 0;
        seq = ack = 0;
        flags = 0;
        window = 0;
        mss = windowScale = ABSENT;
        sackPermitted = false;
        sackCount = 0;
        if (timestamps) {
            timestamps = false;
            tsVal = tsEcr = 0;
        }
        if (protocol != TCP) {
            clearTransport();
        }
        if (tunnel != 0) {
            tunnel = 0;
            outerSourceHigh = outerSourceLow = outerDestinationHigh = outerDestinationLow = 0;
        }
        if (logged) {
            logged = false;
            logPrefix = "";
        }
    }

    /** Makes this header equal to {@code other}. */
    public void copyFrom(PacketHeader other) {
        time = other.time;
        way = other.way;
        ipv6 = other.ipv6;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        protocol = other.protocol;
        ttl = other.ttl;
        ipId = other.ipId;
        ipLength = other.ipLength;
        fragment = other.fragment;
        truncated = other.truncated;
        checksum = other.checksum;
        sourcePort = other.sourcePort;
        destinationPort = other.destinationPort;
        seq = other.seq;
        ack = other.ack;
        flags = other.flags;
        window = other.window;
        payloadLength = other.payloadLength;
        mss = other.mss;
        windowScale = other.windowScale;
        sackPermitted = other.sackPermitted;
        sackCount = other.sackCount;
        System.arraycopy(other.sackLeft, 0, sackLeft, 0, other.sackCount);
        System.arraycopy(other.sackRight, 0, sackRight, 0, other.sackCount);
        timestamps = other.timestamps;
        tsVal = other.tsVal;
        tsEcr = other.tsEcr;
        icmpType = other.icmpType;
        icmpCode = other.icmpCode;
        icmpId = other.icmpId;
        icmpSequence = other.icmpSequence;
        quotedProtocol = other.quotedProtocol;
        quotedSourceHigh = other.quotedSourceHigh;
        quotedSourceLow = other.quotedSourceLow;
        quotedDestinationHigh = other.quotedDestinationHigh;
        quotedDestinationLow = other.quotedDestinationLow;
        quotedSourcePort = other.quotedSourcePort;
        quotedDestinationPort = other.quotedDestinationPort;
        quotedSeq = other.quotedSeq;
        tunnel = other.tunnel;
        outerSourceHigh = other.outerSourceHigh;
        outerSourceLow = other.outerSourceLow;
        outerDestinationHigh = other.outerDestinationHigh;
        outerDestinationLow = other.outerDestinationLow;
        logged = other.logged;
        logPrefix = other.logPrefix;
    }

    /** True for an ICMP or ICMPv6 message that quotes a packet well enough to name its flow. */
    public boolean quotesFlow() {
        return quotedProtocol != ABSENT;
    }
}
