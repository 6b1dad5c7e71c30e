package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;

/**
 * Stage 1 of detection, over the flows of one partition: takes what observation points saw, in any interleaving of the points, and tells events in event time.
 * Not thread-safe.
 */
public final class FlowDetector {
    /** Watermark of a point that will publish no more. */
    public static final long END = Long.MAX_VALUE;

    public FlowDetector(DetectSettings settings, FlowEvents events) {}

    /** Declares an observation point and gives its index; the same index for the same point. Decisions wait for every declared point. */
    public int point(ObservationPoint point) {
        return 0;
    }

    /** The capture at {@code point} covers event time from {@code time} on. */
    public void observedFrom(int point, long time) {}

    /** A header seen at {@code point}; copied. Its time must be above the point's watermark: others are counted as late and left out. */
    public void accept(int point, FlowKey key, PacketHeader header) {}

    /** Everything that {@code point} saw up to and including {@code time} has been accepted. Never falls: a lower value is ignored. */
    public void watermark(int point, long time) {}

    /** The capture at {@code point} ended at {@code lastTime}: nothing more will come. */
    public void ended(int point, long lastTime) {}

    /** The capture at {@code point} may have missed packets between the two times. */
    public void lost(int point, long from, long to) {}

    /** Says that {@code point} has been silent past the wall-clock limit (decisions go on without it), or that it is back. */
    public void silent(int point, boolean silent) {}

    /** Decides all that the watermarks allow. */
    public void advance() {}

    /** Every tally decided up to and including this time is out; {@link #END} when all points have ended. */
    public long decidedUpTo() {
        return END;
    }

    /** Counts of what happened to headers and to state. */
    public DetectCounters counters() {
        return new DetectCounters();
    }

    /** Writes every entry of state that changed since the last call. What was written, fed to {@link #restore} of a new detector, makes it go on from here. */
    public void writeChanges(StateWriter out) {}

    /** Takes back one entry of state. Call before anything else is accepted. */
    public void restore(byte[] key, byte[] value) {}
}
