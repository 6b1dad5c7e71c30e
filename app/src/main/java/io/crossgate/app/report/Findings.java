package io.crossgate.app.report;

import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What detection told, each event once and as last revised: whatever is told twice, or in another order, the findings are the same. Not thread-safe.
 */
public final class Findings {
    private final Map<String, OrphanedSynAck> orphans = new HashMap<>();
    private final Map<String, InvalidDrop> drops = new HashMap<>();
    private final Map<String, FlowSummary> flows = new HashMap<>();
    private final Map<String, Incident> incidents = new HashMap<>();

    public void add(OrphanedSynAck event) {
        orphans.merge(event.id(), event, (known, other) -> other.revision() > known.revision() ? other : known);
    }

    public void add(InvalidDrop event) {
        drops.putIfAbsent(event.id(), event);
    }

    public void add(FlowSummary flow) {
        flows.merge(flow.id(), flow, (known, other) -> other.revision() > known.revision() ? other : known);
    }

    public void add(Incident incident) {
        incidents.merge(incident.id(), incident, (known, other) -> other.revision() > known.revision() ? other : known);
    }

    /** By time, then id. */
    public List<OrphanedSynAck> orphans() {
        return orphans.values().stream().sorted(Comparator.comparingLong(OrphanedSynAck::time).thenComparing(OrphanedSynAck::id)).toList();
    }

    /** By time, then id. */
    public List<InvalidDrop> drops() {
        return drops.values().stream().sorted(Comparator.comparingLong(InvalidDrop::time).thenComparing(InvalidDrop::id)).toList();
    }

    /** By the time of the first packet, then id. */
    public List<FlowSummary> flows() {
        return flows.values().stream().sorted(Comparator.comparingLong(FlowSummary::start).thenComparing(FlowSummary::id)).toList();
    }

    /** By the time of the first drop, then id. */
    public List<Incident> incidents() {
        return incidents.values().stream().sorted(Comparator.comparingLong(Incident::firstSeen).thenComparing(Incident::id)).toList();
    }
}
