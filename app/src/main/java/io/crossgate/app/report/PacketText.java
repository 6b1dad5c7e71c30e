package io.crossgate.app.report;

import io.crossgate.app.explain.Explained;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.Note;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;

/** One packet and what the connection tracker says of it, in words. */
final class PacketText {
    private PacketText() {}

    /** Both ends, for example {@code 10.0.0.1:40000 > 10.0.0.2:443}. */
    static String flow(PacketHeader h) {
        if (h.protocol == 0 && h.sourceLow == 0 && h.sourceHigh == 0) {
            return "";
        }
        boolean ports = hasPorts(h.protocol);
        return end(h.sourceHigh, h.sourceLow, ports ? h.sourcePort : -1) + " > " + end(h.destinationHigh, h.destinationLow, ports ? h.destinationPort : -1);
    }

    private static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case PacketHeader.TCP, PacketHeader.UDP, 33, 132, 136 -> true;
            default -> false;
        };
    }

    private static String end(long high, long low, int port) {
        String address = IpText.address(high, low);
        return port < 0 ? address : (IpText.isMapped(high, low) ? address : "[" + address + "]") + ":" + port;
    }

    /** TCP flags; of other protocols what stands for them. */
    static String kind(PacketHeader h) {
        return switch (h.protocol) {
            case 0 -> "";
            case PacketHeader.TCP -> Flags.letters(h.flags);
            case PacketHeader.UDP -> "udp";
            case PacketHeader.ICMP -> "icmp " + h.icmpType + "/" + h.icmpCode;
            case PacketHeader.ICMPV6 -> "icmp6 " + h.icmpType + "/" + h.icmpCode;
            default -> "proto " + h.protocol;
        };
    }

    static String verdict(Explained e) {
        return e.verdict == null ? "NONE" : e.verdict.name();
    }

    /** The name of the reason for machines: of an INVALID packet why it is, of others what is to be said. */
    static String reason(Explained e) {
        if (e.verdict == null) {
            return e.reach.name();
        }
        return e.reason != InvalidReason.NONE ? e.reason.name() : e.note.name();
    }

    /** True if the reason is about a bound, which the packet exceeds. */
    static boolean hasFigures(Explained e) {
        return switch (e.reason) {
            case SEQ_OVER_UPPER_BOUND, ACK_OVER_UPPER_BOUND, INVALID_RST -> true;
            default -> false;
        };
    }

    /** The reason in one human sentence; empty for a packet that takes its connection's course. */
    static String words(Explained e) {
        if (e.verdict == null) {
            return e.reach.words();
        }
        if (e.reason == InvalidReason.NONE) {
            return e.note == Note.NONE ? "" : e.note.words();
        }
        if (hasFigures(e)) {
            long distance = Math.abs((int) (e.value - e.bound));
            return e.reason.words() + ": " + e.value + ", bound " + e.bound + " (" + distance + (e.reason == InvalidReason.INVALID_RST ? " below)" : " beyond)");
        }
        return e.reason == InvalidReason.INVALID_STATE ? e.reason.words() + ", which is " + e.before : e.reason.words();
    }
}
