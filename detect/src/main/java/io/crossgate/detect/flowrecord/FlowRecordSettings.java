package io.crossgate.detect.flowrecord;

import java.time.Duration;

/**
 * Whether and when flow records are made. Durations are of event time, and positive.
 *
 * @param on whether they are made at all
 * @param idle time without a packet after which a flow's record ends (Zeek's tcp_inactivity_timeout is 5 min)
 * @param active time after which a record of a flow that goes on is told, and again after each such time (IPFIX: active time-out)
 */
public record FlowRecordSettings(boolean on, Duration idle, Duration active) {
    public static final FlowRecordSettings OFF = new FlowRecordSettings(false, Duration.ofMinutes(5), Duration.ofMinutes(30));

    public FlowRecordSettings {
        if (idle.isNegative() || idle.isZero() || active.isNegative() || active.isZero()) {
            throw new IllegalArgumentException("time-outs of flow records are longer than zero: " + idle + ", " + active);
        }
    }

    /** The same, made. */
    public FlowRecordSettings made() {
        return new FlowRecordSettings(true, idle, active);
    }
}
