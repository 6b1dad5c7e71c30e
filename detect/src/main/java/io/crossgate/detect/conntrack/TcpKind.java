package io.crossgate.detect.conntrack;

import io.crossgate.schemas.flow.PacketHeader;

/** What a TCP packet is to the connection tracker, by its flags. */
enum TcpKind {
    SYN,
    SYN_ACK,
    FIN,
    ACK,
    RST,
    NONE;

    /** RST outranks SYN, SYN outranks FIN, FIN outranks ACK. */
    static TcpKind of(int flags) {
        if ((flags & PacketHeader.RST) != 0) {
            return RST;
        }
        if ((flags & PacketHeader.SYN) != 0) {
            return (flags & PacketHeader.ACK) != 0 ? SYN_ACK : SYN;
        }
        if ((flags & PacketHeader.FIN) != 0) {
            return FIN;
        }
        return (flags & PacketHeader.ACK) != 0 ? ACK : NONE;
    }
}
