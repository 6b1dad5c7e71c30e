package io.crossgate.detect.conntrack;

/** How an entry stands: a TCP connection's state, or of other protocols whether it was answered. */
public enum EntryState {
    NONE,
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    CLOSE,
    SYN_SENT2,
    /** No TCP: only its originator was heard. */
    UNREPLIED,
    /** No TCP: both sides were heard. */
    REPLIED;

    private static final EntryState[] ALL = values();

    static EntryState of(TcpState state) {
        return ALL[state.ordinal()];
    }
}
