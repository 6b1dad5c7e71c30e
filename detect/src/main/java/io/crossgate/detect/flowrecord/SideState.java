package io.crossgate.detect.flowrecord;

/** What one side of a connection has been seen to do: the states that Zeek's conn_state is told from. */
enum SideState {
    /** Nothing yet. */
    INACTIVE,
    /** Sent a SYN. */
    SYN_SENT,
    /** Sent a SYN-ACK before anything was heard of the other side. */
    SYN_ACK_SENT,
    /** Sent something from the middle of a connection. */
    PARTIAL,
    /** The handshake is complete, as far as this side goes. */
    ESTABLISHED,
    /** Sent a FIN. */
    CLOSED,
    /** Sent a RST. */
    RESET;

    boolean isHandshake() {
        return this == INACTIVE || this == SYN_SENT || this == SYN_ACK_SENT;
    }
}
