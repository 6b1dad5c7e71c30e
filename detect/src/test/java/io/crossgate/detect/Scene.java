package io.crossgate.detect;

import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What two gateways see, told packet by packet, and then played to the detectors in any order. Times are in milliseconds from the scene's beginning.
 *
 * <pre>
 *      10.20.30.11:40000 ── lan gwa wan ── 203.0.113.50:443
 *                        └─ lan gwb wan ─┘
 * </pre>
 */
final class Scene {
    static final long START = 1_800_000_000_000_000_000L;
    static final int CLIENT = 0x0a141e0b;
    static final int SERVER = 0xcb007132;
    private static final long MILLI = 1_000_000L;

    private record Step(String point, PacketHeader header) {}

    private final Map<String, List<Step>> steps = new LinkedHashMap<>();
    private final List<Consumer<FlowDetector>> facts = new ArrayList<>();
    private final Set<String> logs = new LinkedHashSet<>();
    private long watchedFrom = -60_000;
    private long until = 200_000;
    private DetectSettings settings = DetectSettings.defaults();

    /** What the detectors told: the last revision of each event, by id. */
    static final class Told {
        final Map<String, OrphanedSynAck> orphans = new TreeMap<>();
        final Map<String, InvalidDrop> drops = new TreeMap<>();
        /** By id and revision. */
        final Map<String, FlowSummary> flows = new TreeMap<>();
        final Map<String, Incident> incidents = new TreeMap<>();
        /** What the second stage was told of, by what it counts and when that was decided. */
        final Map<String, String> tallies = new TreeMap<>();
        DetectCounters counters;
        int flowsLeft;

        OrphanedSynAck orphan() {
            return only(orphans.values());
        }

        InvalidDrop drop() {
            return only(drops.values());
        }

        Incident incident() {
            return only(incidents.values());
        }

        private static <T> T only(Collection<T> all) {
            if (all.size() != 1) {
                throw new AssertionError("expected one event, got " + all);
            }
            return all.iterator().next();
        }

        /** Everything that only one of the two told. */
        Set<String> differences(Told other) {
            Set<String> mine = lines();
            Set<String> theirs = other.lines();
            Set<String> both = new TreeSet<>(mine);
            both.retainAll(theirs);
            mine.addAll(theirs);
            mine.removeAll(both);
            return mine;
        }

        private Set<String> lines() {
            Set<String> lines = new TreeSet<>();
            orphans.values().forEach(e -> lines.add(e.toString()));
            drops.values().forEach(e -> lines.add(e.toString()));
            flows.values().forEach(e -> lines.add(e.toString()));
            incidents.values().forEach(e -> lines.add(e.toString()));
            tallies.forEach((key, counts) -> lines.add(key + " " + counts));
            return lines;
        }
    }

    Scene(String... points) {
        for (String point : points) {
            steps.put(point, new ArrayList<>());
        }
    }

    Scene firewallLog(String point) {
        steps.put(point, new ArrayList<>());
        logs.add(point);
        return this;
    }

    Scene firewall(String name) {
        settings = settings.withFirewalls(Set.of(name));
        return this;
    }

    /** Flow records are made as well. */
    Scene flowRecords(Duration idle, Duration active) {
        settings = settings.withFlowRecords(new FlowRecordSettings(true, idle, active));
        return this;
    }

    Scene watchedFrom(long ms) {
        watchedFrom = ms;
        return this;
    }

    Scene until(long ms) {
        until = ms;
        return this;
    }

    Scene fact(Consumer<FlowDetector> fact) {
        facts.add(fact);
        return this;
    }

    static long at(long ms) {
        return START + ms * MILLI;
    }

    /** One packet seen at a point. */
    Scene seen(String point, long ms, int ttl, Consumer<PacketHeader> packet) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.protocol = PacketHeader.TCP;
        h.ttl = ttl;
        h.ipId = 0;
        h.window = 64240;
        packet.accept(h);
        h.time = at(ms);
        h.logged = logs.contains(point);
        steps.get(point).add(new Step(point, h));
        return this;
    }

    /** A packet that enters a gateway at one point and leaves it at another a moment later. */
    Scene through(String in, String out, long ms, int ttl, Consumer<PacketHeader> packet) {
        seen(in, ms, ttl, packet);
        return seen(out, ms, ttl - 1, packet);
    }

    static Consumer<PacketHeader> fromClient(int flags, int seq, int ack) {
        return fromClient(40000, flags, seq, ack);
    }

    static Consumer<PacketHeader> fromClient(int port, int flags, int seq, int ack) {
        return h -> {
            h.sourceLow = IpText.mapped(CLIENT);
            h.destinationLow = IpText.mapped(SERVER);
            h.sourcePort = port;
            h.destinationPort = 443;
            h.flags = flags;
            h.seq = seq;
            h.ack = ack;
        };
    }

    static Consumer<PacketHeader> fromServer(int flags, int seq, int ack) {
        return fromServer(40000, flags, seq, ack);
    }

    static Consumer<PacketHeader> fromServer(int port, int flags, int seq, int ack) {
        return h -> {
            h.sourceLow = IpText.mapped(SERVER);
            h.destinationLow = IpText.mapped(CLIENT);
            h.sourcePort = 443;
            h.destinationPort = port;
            h.flags = flags;
            h.seq = seq;
            h.ack = ack;
        };
    }

    static Consumer<PacketHeader> syn(int isn) {
        return fromClient(PacketHeader.SYN, isn, 0);
    }

    static Consumer<PacketHeader> synAck(int seq, int ack) {
        return fromServer(PacketHeader.SYN | PacketHeader.ACK, seq, ack);
    }

    static Consumer<PacketHeader> ack(int seq, int ack) {
        return fromClient(PacketHeader.ACK, seq, ack);
    }

    /** Plays every point's packets in order of time over all points. */
    Told play() {
        return play(null, false);
    }

    /** Plays the points' packets in a random interleaving that keeps each point's own order. */
    Told play(Random interleaving, boolean restarts) {
        return play(interleaving, restarts, 0);
    }

    /** The same, handed to the detector in batches of up to {@code batch} headers. */
    Told playInBatches(Random interleaving, boolean restarts, int batch) {
        return play(interleaving, restarts, batch);
    }

    private Told play(Random interleaving, boolean restarts, int batch) {
        Told told = new Told();
        Player player = new Player(told, settings, batch == 0 ? null : new HeaderBatch(batch));
        for (String point : steps.keySet()) {
            player.declare(point);
        }
        facts.forEach(fact -> fact.accept(player.flows));
        Map<String, Deque<Step>> left = new LinkedHashMap<>();
        steps.forEach((point, all) -> {
            List<Step> sorted = new ArrayList<>(all);
            sorted.sort((a, b) -> Long.compare(a.header.time, b.header.time));
            left.put(point, new ArrayDeque<>(sorted));
        });
        while (true) {
            String point = interleaving == null ? earliest(left) : any(left, interleaving);
            if (point == null) {
                break;
            }
            player.step(left.get(point).poll());
            if (interleaving == null || interleaving.nextInt(3) == 0) {
                player.advance();
            }
            if (restarts && interleaving != null && interleaving.nextInt(10) == 0) {
                player.restart();
            }
        }
        player.end();
        told.counters = player.flows.counters();
        told.flowsLeft = player.flows.flowCount();
        return told;
    }

    private static String earliest(Map<String, Deque<Step>> left) {
        String earliest = null;
        for (Map.Entry<String, Deque<Step>> e : left.entrySet()) {
            if (!e.getValue().isEmpty() && (earliest == null || e.getValue().peek().header.time < left.get(earliest).peek().header.time)) {
                earliest = e.getKey();
            }
        }
        return earliest;
    }

    private static String any(Map<String, Deque<Step>> left, Random random) {
        List<String> open = new ArrayList<>();
        left.forEach((point, steps) -> {
            if (!steps.isEmpty()) {
                open.add(point);
            }
        });
        return open.isEmpty() ? null : open.get(random.nextInt(open.size()));
    }

    /** Drives both stages as their drivers do; can be restarted from its written state at any moment. */
    private final class Player {
        private final Told told;
        private final DetectSettings settings;
        private final Map<ByteBuffer, byte[]> flowState = new LinkedHashMap<>();
        private final Map<ByteBuffer, byte[]> incidentState = new LinkedHashMap<>();
        private FlowDetector flows;
        private IncidentDetector incidents;
        /** Null where headers are handed over one by one. */
        private final HeaderBatch batch;
        private final FlowTuple key = new FlowTuple();

        Player(Told told, DetectSettings settings, HeaderBatch batch) {
            this.told = told;
            this.settings = settings;
            this.batch = batch;
            create();
        }

        private void create() {
            incidents = new IncidentDetector(settings, 1, incident -> told.incidents.put(incident.id(), incident));
            flows = new FlowDetector(settings, new FlowEvents() {
                @Override
                public void orphanedSynAck(OrphanedSynAck event) {
                    told.orphans.put(event.id(), event);
                }

                @Override
                public void invalidDrop(InvalidDrop event, boolean stray) {
                    told.drops.put(event.id(), event);
                }

                @Override
                public void flow(FlowSummary event) {
                    told.flows.put(event.id() + " " + event.revision(), event);
                }

                @Override
                public void tally(Tally tally) {
                    String known = told.tallies.put(tally.decided() + " " + tally.key, tally.count + " " + tally.answered + " " + tally.firstSyn + " " + tally.firstSynAck
                            + " " + tally.lastTime + " " + tally.clients + " " + tally.moreClients);
                    if (known != null) {
                        throw new AssertionError("told twice: " + tally.key);
                    }
                    incidents.accept(0, StateIo.read(StateIo.bytes(tally::write), Tally::read));
                }
            });
            flows.keepChanges();
        }

        void restart() {
            if (batch != null) {
                advance(); // what is on its way is no state of the detector
            }
            flows.writeChanges((key, value) -> store(flowState, key, value));
            incidents.writeChanges((key, value) -> store(incidentState, key, value));
            create();
            flowState.forEach((key, value) -> flows.restore(key.array(), value));
            incidentState.forEach((key, value) -> incidents.restore(key.array(), value));
        }

        private void store(Map<ByteBuffer, byte[]> state, byte[] key, byte[] value) {
            if (value == null) {
                state.remove(ByteBuffer.wrap(key));
            } else {
                state.put(ByteBuffer.wrap(key), value);
            }
        }

        int index(String point) {
            String[] names = point.split("/");
            return flows.point(new ObservationPoint(names[0], names[1], logs.contains(point)));
        }

        void declare(String point) {
            flows.observedFrom(index(point), at(watchedFrom));
        }

        void step(Step step) {
            int point = index(step.point);
            if (batch == null) {
                flows.accept(point, FlowKey.of(step.header), step.header);
            } else {
                if (batch.isFull()) {
                    advance();
                }
                key.set(step.header);
                batch.add(point, key, key.hash(), step.header);
            }
            flows.watermark(point, step.header.time - 1);
        }

        void advance() {
            if (batch == null) {
                flows.advance();
            } else {
                flows.advance(batch);
                batch.clear();
            }
            incidents.watermark(0, flows.decidedUpTo());
            incidents.advance();
        }

        void end() {
            for (String point : new TreeSet<>(steps.keySet())) {
                flows.ended(index(point), at(until));
            }
            advance();
        }
    }
}
