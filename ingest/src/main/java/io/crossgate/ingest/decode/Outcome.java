package io.crossgate.ingest.decode;

/** What became of one packet: every packet that is handed to the decoder is counted under exactly one of these. */
public enum Outcome {
    /** A TCP header was decoded and is to be published. */
    TCP("TCP"),
    /** An ICMP or ICMPv6 header was decoded and is to be published. */
    ICMP("ICMP"),
    /** The packet is IP, but carries neither TCP nor ICMP: UDP, SCTP, ESP and so on. */
    OTHER_TRANSPORT("other transport"),
    /** The frame carries no IP packet: ARP, LLDP, encrypted wireless and so on. */
    NOT_IP("not IP"),
    /** The packet is a later fragment, or a first one too small for the TCP or ICMP header. */
    FRAGMENT("fragment"),
    /** The capture cut the packet off before the end of the fixed part of its TCP or ICMP header, or of a header before that. */
    TRUNCATED("truncated"),
    /** The packet contradicts itself: a header is longer than what holds it, or shorter than it can be, or of a version that it cannot have. */
    MALFORMED("malformed"),
    /** The link type of the capture is not known to the decoder. */
    UNSUPPORTED_LINK("unsupported link type"),
    /** More headers are nested in the packet than the decoder follows. */
    TOO_DEEP("nested too deep");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** The name of this outcome in accounting tables, for example {@code other transport}. */
    public String text() {
        return text;
    }

    /** True if the packet's header was decoded and is to be published. */
    public boolean decoded() {
        return this == TCP || this == ICMP;
    }
}
