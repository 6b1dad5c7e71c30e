package io.crossgate.detect;

/** How it is known that a packet was dropped as INVALID, best first. */
public enum Evidence {
    /** The firewall's own log says so. */
    LOGGED,
    /** It was seen entering and not leaving, and the leaving side was captured without loss. */
    NOT_FORWARDED,
    /** Only one side was captured: what the connection tracker must have decided. */
    PREDICTED
}
