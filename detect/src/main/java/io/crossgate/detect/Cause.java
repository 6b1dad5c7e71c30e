package io.crossgate.detect;

/** The probable cause of an incident. */
public enum Cause {
    /** Some of the same clients' handshakes with the same service take one gateway and some the other: equal-cost routes (ECMP). */
    EQUAL_COST_ROUTES,
    /** All SYNs leave by a gateway other than the firewall that gets the SYN-ACKs: the forward route passes the firewall by. */
    FORWARD_ROUTE_BYPASSES_FIREWALL,
    /** The SYNs leave through the firewall and the SYN-ACKs come back around it: the return route passes it by. */
    RETURN_ROUTE_BYPASSES_FIREWALL,
    /** Packets of connections that were whole became INVALID: the firewall has lost or never had their entry (fail-over, expiry, flush). */
    CONNECTION_STATE_LOST
}
