package io.crossgate.app.explain;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Which flows are shown: all, one Community ID, or those that one or two endpoints take part in. An ICMP error counts to the flow that it quotes as well. */
public final class FlowFilter {
    /** Shows everything. */
    public static final FlowFilter ALL = new FlowFilter(null, null, null);

    private record End(long high, long low, int port) {
        boolean is(long addressHigh, long addressLow, int addressPort) {
            return high == addressHigh && low == addressLow && (port < 0 || port == addressPort);
        }
    }

    private final String communityId;
    private final End one;
    private final End other;

    private FlowFilter(String communityId, End one, End other) {
        this.communityId = communityId;
        this.one = one;
        this.other = other;
    }

    /**
     * Reads a filter: {@code 1:...} (a Community ID), {@code ADDRESS[:PORT]}, or two of those with a hyphen between. IPv6 addresses with a port stand in brackets.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static FlowFilter parse(String text) {
        if (text.matches("1:[A-Za-z0-9+/]{27}=")) {
            return new FlowFilter(text, null, null);
        }
        int hyphen = text.indexOf('-');
        return hyphen < 0 ? new FlowFilter(null, end(text), null) : new FlowFilter(null, end(text.substring(0, hyphen)), end(text.substring(hyphen + 1)));
    }

    private static End end(String text) {
        String address = text.strip();
        int port = -1;
        int colon = address.lastIndexOf(':');
        boolean hasPort = address.startsWith("[") ? colon > address.indexOf(']') : colon >= 0 && address.indexOf(':') == colon;
        try {
            if (hasPort) {
                port = Integer.parseInt(address.substring(colon + 1));
                address = address.substring(0, colon);
            }
            if (address.startsWith("[") && address.endsWith("]")) {
                address = address.substring(1, address.length() - 1);
            }
            if (address.isEmpty() || !address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*") || port > 65_535) {
                throw new IllegalArgumentException(text);
            }
            byte[] bytes = InetAddress.getByName(address).getAddress();
            boolean v4 = bytes.length == 4;
            return v4 ? new End(0, IpText.mapped((int) number(bytes, 0, 4)), port) : new End(number(bytes, 0, 8), number(bytes, 8, 8), port);
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text.strip() + "\" is no endpoint: write ADDRESS, ADDRESS:PORT or [IPV6]:PORT", e);
        }
    }

    private static long number(byte[] bytes, int from, int length) {
        long number = 0;
        for (int i = from; i < from + length; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    /** True if the packet is to be shown. */
    public boolean accepts(Explained e) {
        if (this == ALL) {
            return true;
        }
        PacketHeader h = e.header;
        if (!e.reach.tracked()) {
            return one != null && (other == null) && (one.is(h.sourceHigh, h.sourceLow, one.port) || one.is(h.destinationHigh, h.destinationLow, one.port));
        }
        if (communityId != null) {
            return FlowKey.of(h).communityId().equals(communityId);
        }
        return between(h.sourceHigh, h.sourceLow, h.sourcePort, h.destinationHigh, h.destinationLow, h.destinationPort)
                || h.quotesFlow() && between(h.quotedSourceHigh, h.quotedSourceLow, h.quotedSourcePort, h.quotedDestinationHigh, h.quotedDestinationLow,
                        h.quotedDestinationPort);
    }

    private boolean between(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        boolean forth = one.is(sourceHigh, sourceLow, sourcePort);
        boolean back = one.is(destinationHigh, destinationLow, destinationPort);
        if (other == null) {
            return forth || back;
        }
        return forth && other.is(destinationHigh, destinationLow, destinationPort) || back && other.is(sourceHigh, sourceLow, sourcePort);
    }
}
