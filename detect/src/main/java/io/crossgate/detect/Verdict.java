package io.crossgate.detect;

/** Why a gateway that got a SYN-ACK had seen no SYN for it. */
public enum Verdict {
    /** Another gateway saw the SYN. */
    ASYMMETRIC,
    /** Every gateway was watching and none saw a SYN: a scan, spoofing or backscatter. */
    UNSOLICITED,
    /** It can't be told: see {@link BlindReason}. */
    UNDETERMINED
}
