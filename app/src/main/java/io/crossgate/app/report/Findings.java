package io.crossgate.app.report;

import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Verdict;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What detection told, each event once and as last revised: whatever is told twice, or in another order, the findings are the same. Of orphans and drops there may
 * be as many as a flood has packets: those that nothing answers, and the others apart from them, are kept up to a limit, the earliest of them, and counted beyond
 * it. So no flood displaces what it is not part of. Not thread-safe.
 */
public final class Findings {
    private static final Comparator<OrphanedSynAck> ORPHANS = Comparator.comparingLong(OrphanedSynAck::time).thenComparing(OrphanedSynAck::id);
    private static final Comparator<InvalidDrop> DROPS = Comparator.comparingLong(InvalidDrop::time).thenComparing(InvalidDrop::id);

    /** The earliest events of a kind, in order. */
    private static final class Book<E> {
        final Comparator<E> order;
        final ToIntFunction<E> revision;
        final int room;
        final TreeMap<E, E> events;
        long leftOut;

        Book(Comparator<E> order, ToIntFunction<E> revision, int room) {
            this.order = order;
            this.revision = revision;
            this.room = room;
            this.events = new TreeMap<>(order);
        }

        void add(E event) {
            if (events.size() >= room && order.compare(event, events.lastKey()) > 0) {
                leftOut += revision.applyAsInt(event) == 0 ? 1 : 0; // its later revisions have been counted with it
                return;
            }
            E known = events.remove(event);
            events.put(event, event);
            if (known != null && revision.applyAsInt(known) >= revision.applyAsInt(event)) {
                events.remove(event);
                events.put(known, known);
            }
            if (events.size() > room) {
                events.pollLastEntry();
                leftOut++;
            }
        }
    }

    private final Map<Verdict, Book<OrphanedSynAck>> orphans = new EnumMap<>(Verdict.class);
    private final Book<InvalidDrop> drops;
    private final Book<InvalidDrop> strayDrops;
    private final Map<String, FlowSummary> flows = new HashMap<>();
    private final Map<String, Incident> incidents = new HashMap<>();

    /** No findings yet; all that come are kept. */
    public Findings() {
        this(Integer.MAX_VALUE);
    }

    /**
     * No findings yet.
     *
     * @param room how many orphans of each verdict, drops that nothing answers and other drops are kept; 1 or more
     */
    public Findings(int room) {
        for (Verdict verdict : Verdict.values()) {
            orphans.put(verdict, new Book<>(ORPHANS, OrphanedSynAck::revision, room));
        }
        drops = new Book<>(DROPS, e -> 0, room);
        strayDrops = new Book<>(DROPS, e -> 0, room);
    }

    public void add(OrphanedSynAck event) {
        orphans.get(event.verdict()).add(event);
    }

    /** Adds a drop. */
    public void add(InvalidDrop event) {
        add(event, false);
    }

    /** Adds a drop; {@code stray} as {@link io.crossgate.detect.FlowEvents#invalidDrop} has it. */
    public void add(InvalidDrop event, boolean stray) {
        (stray ? strayDrops : drops).add(event);
    }

    public void add(FlowSummary flow) {
        flows.merge(flow.id(), flow, (known, other) -> other.revision() > known.revision() ? other : known);
    }

    public void add(Incident incident) {
        incidents.merge(incident.id(), incident, (known, other) -> other.revision() > known.revision() ? other : known);
    }

    /** Those that are kept, by time, then id. */
    public List<OrphanedSynAck> orphans() {
        return orphans.values().stream().flatMap(book -> book.events.values().stream()).sorted(ORPHANS).toList();
    }

    /** Those that are kept, by time, then id. */
    public List<InvalidDrop> drops() {
        return Stream.concat(drops.events.values().stream(), strayDrops.events.values().stream()).sorted(DROPS).toList();
    }

    /** By the time of the first packet, then id. */
    public List<FlowSummary> flows() {
        return flows.values().stream().sorted(Comparator.comparingLong(FlowSummary::start).thenComparing(FlowSummary::id)).toList();
    }

    /** By the time of the first drop, then id. */
    public List<Incident> incidents() {
        return incidents.values().stream().sorted(Comparator.comparingLong(Incident::firstSeen).thenComparing(Incident::id)).toList();
    }

    /** Orphans that were told, those that are not kept included. */
    long orphanCount() {
        return orphans.values().stream().mapToLong(book -> book.events.size() + book.leftOut).sum();
    }

    /** Drops that were told, those that are not kept included. */
    long dropCount() {
        return drops.events.size() + strayDrops.events.size() + dropsLeftOut();
    }

    /** Orphans of a verdict beyond what is kept. */
    long orphansLeftOut(Verdict verdict) {
        return orphans.get(verdict).leftOut;
    }

    /** Orphans beyond what is kept. */
    public long orphansLeftOut() {
        return orphans.values().stream().mapToLong(book -> book.leftOut).sum();
    }

    /** Drops beyond what is kept. */
    public long dropsLeftOut() {
        return drops.leftOut + strayDrops.leftOut;
    }
}
