package io.crossgate.detect.conntrack;

import java.time.Duration;

/** The states that nf_conntrack gives a TCP connection, by their kernel names, each with its default time-out (nf_conntrack_tcp_timeout_*). */
public enum TcpState {
    /** No entry. */
    NONE(Duration.ZERO),
    /** The originator's SYN was seen. */
    SYN_SENT(Duration.ofSeconds(120)),
    /** The responder's SYN-ACK was seen. */
    SYN_RECV(Duration.ofSeconds(60)),
    /** The handshake is complete, or the connection was picked up in its middle. */
    ESTABLISHED(Duration.ofSeconds(432_000)),
    /** One FIN was seen. */
    FIN_WAIT(Duration.ofSeconds(120)),
    /** One FIN was seen and acknowledged. */
    CLOSE_WAIT(Duration.ofSeconds(60)),
    /** Both FINs were seen. */
    LAST_ACK(Duration.ofSeconds(30)),
    /** The last FIN was acknowledged. */
    TIME_WAIT(Duration.ofSeconds(120)),
    /** A RST was seen. */
    CLOSE(Duration.ofSeconds(10)),
    /** SYNs crossed: simultaneous open. */
    SYN_SENT2(Duration.ofSeconds(120));

    private final long timeout;

    TcpState(Duration timeout) {
        this.timeout = timeout.toNanos();
    }

    /** How long an entry in this state lives without a packet, nanoseconds. */
    public long timeout() {
        return timeout;
    }
}
