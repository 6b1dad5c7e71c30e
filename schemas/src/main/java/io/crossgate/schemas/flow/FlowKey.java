package io.crossgate.schemas.flow;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A bidirectional flow: protocol and two endpoints, the lower one first (address, then port, compared unsigned), so that both directions give equal keys.
 * Its public name is the Community ID v1 string (Corelight, "Community ID Flow Hashing", version 1).
 *
 * <p>For ICMP the ports are those that Community ID prescribes: message type and its counterpart for queries; type and code, in the packet's own direction,
 * for one-way messages. An ICMP error that quotes a flow belongs to the flow that it quotes.
 *
 * @param ipv6 true for IPv6
 * @param protocol IP protocol number, 0 to 255
 * @param lowAddressHigh upper 64 bits of the lower endpoint's address (IPv4 as IPv4-mapped, as in {@link PacketHeader})
 * @param lowAddressLow lower 64 bits of it
 * @param highAddressHigh upper 64 bits of the higher endpoint's address
 * @param highAddressLow lower 64 bits of it
 * @param lowPort the lower endpoint's port, 0 to 65535
 * @param highPort the higher endpoint's port, 0 to 65535
 */
public record FlowKey(boolean ipv6, int protocol, long lowAddressHigh, long lowAddressLow, long highAddressHigh, long highAddressLow, int lowPort,
        int highPort) {
    private static final int SCTP = 132;

    /** The key of the flow that {@code header} belongs to: the quoted flow where it quotes one, else its own. */
    public static FlowKey of(PacketHeader header) {
        if (header.quotesFlow()) {
            return of(header.ipv6, header.quotedProtocol, header.quotedSourceHigh, header.quotedSourceLow, header.quotedDestinationHigh,
                    header.quotedDestinationLow, header.quotedSourcePort, header.quotedDestinationPort);
        }
        boolean tcp = header.protocol == PacketHeader.TCP;
        return of(header.ipv6, header.protocol, header.sourceHigh, header.sourceLow, header.destinationHigh, header.destinationLow,
                tcp ? header.sourcePort : header.icmpType, tcp ? header.destinationPort : header.icmpCode);
    }

    /**
     * The key of the flow of a packet.
     *
     * @param sourcePort source port, or ICMP type
     * @param destinationPort destination port, or ICMP code
     */
    public static FlowKey of(boolean ipv6, int protocol, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int sourcePort,
            int destinationPort) {
        int from = sourcePort;
        int to = destinationPort;
        boolean oneWay = false;
        if (protocol == PacketHeader.ICMP || protocol == PacketHeader.ICMPV6) {
            int counterpart = IcmpCounterparts.of(protocol, sourcePort);
            oneWay = counterpart < 0;
            to = oneWay ? destinationPort : counterpart;
        }
        if (oneWay || isLower(sourceHigh, sourceLow, from, destinationHigh, destinationLow, to)) {
            return new FlowKey(ipv6, protocol, sourceHigh, sourceLow, destinationHigh, destinationLow, from, to);
        }
        return new FlowKey(ipv6, protocol, destinationHigh, destinationLow, sourceHigh, sourceLow, to, from);
    }

    private static boolean isLower(long aHigh, long aLow, int aPort, long bHigh, long bLow, int bPort) {
        int order = Long.compareUnsigned(aHigh, bHigh);
        if (order == 0) {
            order = Long.compareUnsigned(aLow, bLow);
        }
        return order == 0 ? aPort < bPort : order < 0;
    }

    /** True if {@code header} travels from the lower to the higher endpoint of this flow. For an ICMP error: if the packet that it quotes did. */
    public boolean isFromLow(PacketHeader header) {
        if (header.quotesFlow()) {
            return header.quotedSourceHigh == lowAddressHigh && header.quotedSourceLow == lowAddressLow
                    && (header.quotedProtocol != PacketHeader.TCP || header.quotedSourcePort == lowPort);
        }
        return header.sourceHigh == lowAddressHigh && header.sourceLow == lowAddressLow
                && (protocol != PacketHeader.TCP || header.sourcePort == lowPort);
    }

    /** The Community ID v1 string with seed 0, for example {@code 1:LQU9qZlK+B5F3KDmev6m5PMibrg=}. About 300 ns: keep it per flow, not per packet. */
    public String communityId() {
        return communityId(0);
    }

    /** The Community ID v1 string with the given 16-bit seed. */
    public String communityId(int seed) {
        return "1:" + Base64.getEncoder().encodeToString(communityHash(seed));
    }

    /** The 20-byte SHA-1 beneath {@link #communityId(int)}. */
    public byte[] communityHash(int seed) {
        byte[] tuple = new byte[(ipv6 ? 36 : 12) + (hasPorts(protocol) ? 4 : 0)];
        int at = put16(tuple, 0, seed);
        at = putAddress(tuple, at, lowAddressHigh, lowAddressLow);
        at = putAddress(tuple, at, highAddressHigh, highAddressLow);
        tuple[at++] = (byte) protocol;
        tuple[at++] = 0;
        if (hasPorts(protocol)) {
            at = put16(tuple, at, lowPort);
            put16(tuple, at, highPort);
        }
        try {
            return MessageDigest.getInstance("SHA-1").digest(tuple);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case PacketHeader.TCP, PacketHeader.UDP, SCTP, PacketHeader.ICMP, PacketHeader.ICMPV6 -> true;
            default -> false;
        };
    }

    private int putAddress(byte[] to, int at, long high, long low) {
        int next = at;
        if (ipv6) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                to[next++] = (byte) (high >>> shift);
            }
        }
        for (int shift = ipv6 ? 56 : 24; shift >= 0; shift -= 8) {
            to[next++] = (byte) (low >>> shift);
        }
        return next;
    }

    private static int put16(byte[] to, int at, int value) {
        to[at] = (byte) (value >>> 8);
        to[at + 1] = (byte) value;
        return at + 2;
    }

    /** The Community ID as UTF-8: the key of every record about this flow. */
    public byte[] recordKey() {
        return communityId().getBytes(StandardCharsets.UTF_8);
    }
}
