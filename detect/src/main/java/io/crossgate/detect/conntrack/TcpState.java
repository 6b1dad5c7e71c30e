package io.crossgate.detect.conntrack;

/** The states that nf_conntrack gives a TCP connection, by their kernel names, each with the setting that says how long it lasts. */
public enum TcpState {
    /** No entry. */
    NONE(null),
    /** The originator's SYN was seen. */
    SYN_SENT(ConntrackSetting.TCP_TIMEOUT_SYN_SENT),
    /** The responder's SYN-ACK was seen. */
    SYN_RECV(ConntrackSetting.TCP_TIMEOUT_SYN_RECV),
    /** The handshake is complete, or the connection was picked up in its middle. */
    ESTABLISHED(ConntrackSetting.TCP_TIMEOUT_ESTABLISHED),
    /** One FIN was seen. */
    FIN_WAIT(ConntrackSetting.TCP_TIMEOUT_FIN_WAIT),
    /** One FIN was seen and acknowledged. */
    CLOSE_WAIT(ConntrackSetting.TCP_TIMEOUT_CLOSE_WAIT),
    /** Both FINs were seen. */
    LAST_ACK(ConntrackSetting.TCP_TIMEOUT_LAST_ACK),
    /** The last FIN was acknowledged. */
    TIME_WAIT(ConntrackSetting.TCP_TIMEOUT_TIME_WAIT),
    /** A RST was seen. */
    CLOSE(ConntrackSetting.TCP_TIMEOUT_CLOSE),
    /** SYNs crossed: simultaneous open. */
    SYN_SENT2(null);

    private final ConntrackSetting timeout;

    TcpState(ConntrackSetting timeout) {
        this.timeout = timeout;
    }

    /** The setting that says how long an entry in this state lives without a packet; null where there is no such setting. */
    public ConntrackSetting timeoutSetting() {
        return timeout;
    }

    /** True once the entry is on its way out: what is known of its sequence numbers may belong to a connection that is over. */
    boolean isClosing() {
        return switch (this) {
            case FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE -> true;
            default -> false;
        };
    }
}
