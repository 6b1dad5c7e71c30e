package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/** Which combinations of TCP flags the connection tracker takes for real. PSH, ECE, CWR and AE never matter. */
final class TcpFlags {
    private static final int MATTERS = PacketHeader.FIN | PacketHeader.SYN | PacketHeader.RST | PacketHeader.ACK | PacketHeader.URG;

    private TcpFlags() {}

    static boolean valid(int flags) {
        return switch (flags & MATTERS) {
            case PacketHeader.SYN,
                    PacketHeader.SYN | PacketHeader.URG,
                    PacketHeader.SYN | PacketHeader.ACK,
                    PacketHeader.RST,
                    PacketHeader.RST | PacketHeader.ACK,
                    PacketHeader.FIN | PacketHeader.ACK,
                    PacketHeader.FIN | PacketHeader.ACK | PacketHeader.URG,
                    PacketHeader.ACK,
                    PacketHeader.ACK | PacketHeader.URG -> true;
            default -> false;
        };
    }
}
