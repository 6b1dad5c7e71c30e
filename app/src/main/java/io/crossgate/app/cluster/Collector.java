package io.crossgate.app.cluster;

import io.crossgate.app.Failure;
import io.crossgate.app.report.Findings;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;

/** Collects what is read from the event topics; a record that does not read is a {@link Failure}. */
public record Collector(Findings findings) implements EventReader.Events {
    @Override
    public void orphanedSynAck(OrphanedSynAck event) {
        findings.add(event);
    }

    @Override
    public void invalidDrop(InvalidDrop event) {
        findings.add(event);
    }

    @Override
    public void flow(FlowSummary event) {
        findings.add(event);
    }

    @Override
    public void incident(Incident event) {
        findings.add(event);
    }

    @Override
    public void unreadable(String topic, int partition, long offset, String reason) {
        throw new Failure("record " + offset + " of " + topic + "-" + partition + " does not read: " + reason);
    }
}
