package io.crossgate.ingest.decode;

/** How far a packet gets in a Linux firewall, on its way to the connection tracker. */
public enum Reach {
    /** The connection tracker sees it, and can read its transport header. */
    TRACKED(Kind.TRACKED, "reached the connection tracker"),
    /** As {@link #TRACKED}, but it does not leave: routing refuses it, or it is for nobody beyond. */
    TRACKED_NOT_ROUTED(Kind.TRACKED, "reached the connection tracker, and is not routed on"),

    /** The tracker sees it and finds a transport header that is shorter than it can be, or longer than the packet. */
    MALFORMED_TRANSPORT(Kind.UNREADABLE, "transport header is shorter than it can be, or longer than the packet"),
    /** The tracker sees it and finds no transport header: a later fragment that nothing put together, or extension headers without end. */
    NO_TRANSPORT(Kind.UNREADABLE, "no transport header can be found"),

    NOT_IP(Kind.NEVER, "no IP packet"),
    BAD_IP_HEADER(Kind.NEVER, "the IP header is wrong: version, length or checksum"),
    IP_LENGTH(Kind.NEVER, "the IP header states more bytes than the frame has"),
    REFUSED_ADDRESS(Kind.NEVER, "the IP layer refuses its addresses"),
    BAD_OPTIONS(Kind.NEVER, "the IPv6 hop-by-hop options are wrong"),
    FRAGMENT_HELD(Kind.NEVER, "a fragment, held until all of its datagram are there"),
    FRAGMENT_REFUSED(Kind.NEVER, "a fragment that does not fit the others of its datagram"),
    CUT_OFF(Kind.NEVER, "the capture cut it off before the end of its headers: what the firewall saw is not known");

    private enum Kind { TRACKED, UNREADABLE, NEVER }

    private final Kind kind;
    private final String words;

    Reach(Kind kind, String words) {
        this.kind = kind;
        this.words = words;
    }

    /** True if the connection tracker sees the packet and its header was decoded. */
    public boolean tracked() {
        return kind == Kind.TRACKED;
    }

    /** True if the packet never reaches the connection tracker, or it is not known what it was. */
    public boolean never() {
        return kind == Kind.NEVER;
    }

    /** In words for people. */
    public String words() {
        return words;
    }
}
