package io.crossgate.detect.flowrecord;

/** Why a flow record was told when it was. The numbers are IPFIX's flowEndReason (RFC 5102, section 5.11.3). */
public enum EndReason {
    /** No packet for the idle time-out. */
    IDLE_TIMEOUT(1),
    /** A SYN that nobody answered: the record ends, and what is still sent begins another. */
    UNANSWERED(1),
    /** The flow goes on: this is how far it has come. */
    ACTIVE_TIMEOUT(2),
    /** FIN of both sides, or RST. */
    END_OF_FLOW(3),
    /** A SYN began the next connection between the same ports. */
    REUSED(3),
    /** The captures at the gateway ended, or fell silent. */
    END_OF_CAPTURE(4),
    /** Made room for others: more flows at once than there may be. */
    EVICTED(5);

    private final int ipfix;

    EndReason(int ipfix) {
        this.ipfix = ipfix;
    }

    /** IPFIX's flowEndReason, 1 to 5. */
    public int ipfix() {
        return ipfix;
    }
}
