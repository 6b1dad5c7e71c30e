package io.crossgate.detect;

import java.util.function.Consumer;

/** Stage 2 of detection, over the servers of one partition: makes incidents of tallies, in event time. Not thread-safe. */
public final class IncidentDetector {
    /** A detector fed by {@code upstreams} flow detectors, numbered from 0. */
    public IncidentDetector(DetectSettings settings, int upstreams, Consumer<Incident> incidents) {}

    /** A tally told by the given flow detector. */
    public void accept(int upstream, Tally tally) {}

    /** The given flow detector has decided up to {@code time}: see {@link FlowDetector#decidedUpTo}. */
    public void watermark(int upstream, long time) {}

    /** Tells what the watermarks allow. */
    public void advance() {}

    /** The lowest watermark: everything decided up to it has been taken in. */
    public long decidedUpTo() {
        return FlowDetector.END;
    }

    /** Writes every entry of state that changed since the last call. */
    public void writeChanges(StateWriter out) {}

    /** Takes back one entry of state. Call before anything else is accepted. */
    public void restore(byte[] key, byte[] value) {}
}
