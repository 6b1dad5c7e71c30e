package io.crossgate.detect.conntrack;

/** Why nf_conntrack classes a packet INVALID. Named for the kernel's log texts (nf_conntrack_log_invalid) where there is one. */
public enum InvalidReason {
    /** Not INVALID. */
    NONE("is not INVALID"),
    /** A SYN-ACK for which there is no entry. Kernels up to about 6.6 log nothing here; later ones log "invalid new". */
    INVALID_NEW_SYN_ACK("SYN-ACK without an entry: this firewall never saw the SYN"),
    /** A FIN, with no entry. */
    INVALID_NEW_FIN("FIN without an entry"),
    /** A RST, with no entry. */
    INVALID_NEW_RST("RST without an entry"),
    /** An ACK with no entry while nf_conntrack_tcp_loose is 0. */
    INVALID_NEW_ACK("ACK without an entry, and nf_conntrack_tcp_loose is 0"),
    /** A packet of a kind that the entry's state does not allow ("invalid state"). */
    INVALID_STATE("packet does not fit the connection's state"),
    /** A RST whose sequence number is below what the other side acknowledged ("invalid rst"). */
    INVALID_RST("RST is older than what was acknowledged"),
    /** "SEQ is over upper bound": more than the receiver's window allows. */
    SEQ_OVER_UPPER_BOUND("sequence number is over the receiver's window"),
    /** "ACK is over upper bound (ACKed data not seen yet)". */
    ACK_OVER_UPPER_BOUND("acknowledges data that this firewall did not see"),
    /** A combination of flags that no TCP sends ("invalid tcp flag combination"). */
    INVALID_TCP_FLAG_COMBINATION("invalid TCP flag combination"),
    /** The header is cut off, or shorter than it can be, or longer than what holds it ("short packet", "truncated packet"). */
    MALFORMED("header is shorter than it can be, or longer than the packet"),
    /** The checksum is wrong ("bad checksum"). */
    BAD_CHECKSUM("bad checksum"),
    /** An ICMP reply to no request, or an ICMP message that opens nothing. */
    INVALID_NEW_ICMP("ICMP reply without a request"),
    /** An ICMP message of a type that nothing can be matched with. */
    ICMP_TYPE("ICMP message of a type that belongs to no connection"),
    /** An ICMP error that quotes a flow without an entry. */
    ICMP_ERROR_FOR_UNKNOWN_FLOW("ICMP error about a flow without an entry"),
    /** An ICMP error whose quotation is too short or of a kind that names no flow. */
    ICMP_ERROR_WITHOUT_FLOW("ICMP error whose quotation names no flow"),
    /** An ICMP error that goes to another host than the one whose packet it quotes. */
    ICMP_ERROR_TO_OTHER_HOST("ICMP error that is not addressed to the sender of what it quotes"),
    /** The packet has no transport header that can be found. */
    NO_TRANSPORT("no transport header can be found"),
    /** The firewall's own log tells that the packet was INVALID; what was captured does not show why. */
    LOGGED_BY_FIREWALL("the firewall logged it as INVALID");

    private final String words;

    InvalidReason(String words) {
        this.words = words;
    }

    /** The reason in words for people. */
    public String words() {
        return words;
    }
}
