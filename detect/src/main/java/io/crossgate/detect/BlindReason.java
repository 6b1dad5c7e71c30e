package io.crossgate.detect;

/** Why a verdict is {@link Verdict#UNDETERMINED}. */
public enum BlindReason {
    /** The verdict is determined. */
    NONE,
    /** Some gateway's capture began less than the look-back before the SYN-ACK. */
    CAPTURE_BEGAN_TOO_LATE,
    /** Some gateway's capture had ended when the SYN-ACK came. */
    CAPTURE_ENDED_TOO_EARLY,
    /** Some gateway's capture lost packets in the look-back. */
    CAPTURE_LOST_PACKETS,
    /** Some gateway was silent past the wall-clock limit. */
    GATEWAY_SILENT,
    /** The SYN-ACK's checksum is bad: its numbers can't be trusted. */
    BAD_CHECKSUM,
    /** What was known of the flow was evicted to keep memory bounded. */
    EVICTED
}
