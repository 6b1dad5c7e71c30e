package io.crossgate.detect;

/** Receives what a {@link FlowDetector} concludes. */
public interface FlowEvents {
    void orphanedSynAck(OrphanedSynAck event);

    /**
     * An INVALID packet was dropped.
     *
     * @param stray true if no packet of its flow has been seen in the other direction anywhere so far, by the clocks of all gateways: as of floods, scans and
     *     backscatter. A hint that depends on the order of arrival, and therefore no part of the event
     */
    void invalidDrop(InvalidDrop event, boolean stray);

    /** A flow as one gateway saw it: see {@link DetectSettings#flowRecords}. Each revision of it as it comes. */
    void flow(FlowSummary event);

    /**
     * Something that incidents are made of: to be delivered to the {@link IncidentDetector} that {@link Tally#server} belongs to. A detector's tallies come in
     * rising {@link Tally#decided} order, and all that were decided up to T are out when the detector's {@link FlowDetector#decidedUpTo} has reached T.
     */
    void tally(Tally tally);
}
