package io.crossgate.detect.flowrecord;

/** How a connection went, by the names and definitions of Zeek's conn_state. */
public enum ConnState {
    /** A SYN, and no answer. */
    S0,
    /** Established, and not ended. */
    S1,
    /** Established, and ended by both. */
    SF,
    /** The SYN was answered with a RST. */
    REJ,
    /** Established; the originator ended its side, the responder did not. */
    S2,
    /** Established; the responder ended its side, the originator did not. */
    S3,
    /** Established, and reset by the originator. */
    RSTO,
    /** Reset by the responder. */
    RSTR,
    /** The originator sent a SYN and then a RST; no SYN-ACK was seen. */
    RSTOS0,
    /** The responder sent a SYN-ACK and then a RST; no SYN was seen. */
    RSTRH,
    /** The originator sent a SYN and then a FIN; no SYN-ACK was seen. */
    SH,
    /** The responder sent a SYN-ACK and then a FIN; no SYN was seen. */
    SHR,
    /** No SYN was seen, and no end: traffic from the middle of a connection, a lone SYN-ACK, or no TCP. */
    OTH;

    static ConnState of(Side origin, Side response, History history) {
        SideState o = origin.state;
        SideState r = response.state;
        boolean originUnheard = o == SideState.INACTIVE || o == SideState.PARTIAL;
        boolean responseUnheard = r == SideState.INACTIVE || r == SideState.PARTIAL;
        if (r == SideState.RESET) {
            boolean empty = o == SideState.RESET && origin.size() == 0 && response.size() == 0;
            if (o == SideState.SYN_SENT || o == SideState.SYN_ACK_SENT || empty) {
                return REJ;
            }
            return originUnheard ? RSTRH : RSTR;
        }
        if (o == SideState.RESET) {
            if (responseUnheard) {
                return history.isSynThenReset() ? RSTOS0 : OTH;
            }
            return RSTO;
        }
        if (o == SideState.CLOSED) {
            return r == SideState.CLOSED ? SF : responseUnheard ? SH : S2;
        }
        if (r == SideState.CLOSED) {
            return originUnheard ? SHR : S3;
        }
        if (o == SideState.SYN_SENT && r == SideState.INACTIVE) {
            return S0;
        }
        return o == SideState.ESTABLISHED && r == SideState.ESTABLISHED ? S1 : OTH;
    }
}
