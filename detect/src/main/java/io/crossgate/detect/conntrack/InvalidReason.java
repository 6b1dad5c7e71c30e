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
    /** A combination of flags that no TCP sends ("invalid tcp flag combination"). */
    INVALID_TCP_FLAG_COMBINATION("invalid TCP flag combination"),
    /** The TCP or ICMP checksum is wrong ("bad checksum"). */
    BAD_CHECKSUM("bad checksum"),
    /** An ICMP reply to no request. */
    INVALID_NEW_ICMP("ICMP reply without a request"),
    /** An ICMP error that quotes a flow without an entry. */
    ICMP_ERROR_FOR_UNKNOWN_FLOW("ICMP error about a flow without an entry"),
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
