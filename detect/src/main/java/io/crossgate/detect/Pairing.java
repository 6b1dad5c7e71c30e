package io.crossgate.detect;

/** How sure it is that a SYN and a SYN-ACK belong together. */
public enum Pairing {
    /** SYN.seq + 1 (+ payload, for Fast Open) = SYN-ACK.ack. */
    CERTIFIED,
    /** The same 5-tuple without that: a middlebox that rewrites initial sequence numbers. */
    TUPLE_ONLY,
    /** No SYN was seen. */
    NONE
}
