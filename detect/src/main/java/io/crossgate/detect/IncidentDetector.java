package io.crossgate.detect;

import io.crossgate.detect.ClientHistory.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Stage 2 of detection, over the servers of one partition: makes incidents of tallies, in event time. Not thread-safe. */
public final class IncidentDetector {
    /** Services remembered at once; the longest unused without an open incident make room. */
    private static final int MAX_SERVICES = 100_000;
    /** Client prefixes remembered per service. */
    private static final int MAX_PREFIXES = 1_000;
    /** To find the longest unused prefixes, all have to be looked at: many are forgotten at once. */
    private static final int PREFIXES_AT_ONCE = 200;
    /** Tallies whose histories are fetched side by side. */
    private static final int AHEAD = 32;

    private static final byte STATE_CLOCKS = 'C';
    private static final byte STATE_SERVICE = 'S';

    private record Touched(Endpoint server, String clients, Pair pair) {}

    private final long incidentGap;
    private final Consumer<Incident> incidents;
    private final long[] watermarks;
    private final TreeMap<Long, List<Tally>> pending = new TreeMap<>();
    /** Those of {@link #pending} that a tally was added to last, and when they were decided: mostly the next one is of the same time. */
    private List<Tally> lastPending;
    private long lastDecided;
    private final Services services = new Services();
    private final HistoryTable histories = new HistoryTable();
    /** What the reading ahead gave: kept, so that it is not optimised away. */
    private long fetched;
    private final Set<Touched> open = new LinkedHashSet<>();
    private final List<ServiceHistory> changed = new ArrayList<>();
    private boolean clocksChanged;
    private long nextClose = FlowDetector.END;
    private long evicted;

    /** A detector fed by {@code upstreams} flow detectors, numbered from 0. */
    public IncidentDetector(DetectSettings settings, int upstreams, Consumer<Incident> incidents) {
        this.incidentGap = settings.incidentGap().toNanos();
        this.incidents = incidents;
        this.watermarks = new long[upstreams];
        Arrays.fill(watermarks, Long.MIN_VALUE);
    }

    /** A tally told by the given flow detector. */
    public void accept(int upstream, Tally tally) {
        if (lastPending == null || tally.decided() != lastDecided) {
            lastDecided = tally.decided();
            lastPending = pending.computeIfAbsent(lastDecided, d -> new ArrayList<>());
        }
        lastPending.add(tally);
        clocksChanged = true;
    }

    /** The given flow detector has decided up to {@code time}: see {@link FlowDetector#decidedUpTo}. */
    public void watermark(int upstream, long time) {
        if (time != watermarks[upstream]) {
            watermarks[upstream] = time;
            clocksChanged = true;
        }
    }

    /** Tells what the watermarks allow. */
    public void advance() {
        long watermark = decidedUpTo();
        while (!pending.isEmpty() && pending.firstKey() <= watermark) {
            lastPending = null;
            Map.Entry<Long, List<Tally>> next = pending.pollFirstEntry();
            closeQuiet(next.getKey());
            take(next.getKey(), next.getValue());
        }
        closeQuiet(watermark);
    }

    /** The lowest watermark: everything decided up to it has been taken in. */
    public long decidedUpTo() {
        long lowest = FlowDetector.END;
        for (long watermark : watermarks) {
            lowest = Math.min(lowest, watermark);
        }
        return lowest;
    }

    /** Services and client prefixes forgotten to keep memory bounded. */
    public long evicted() {
        return evicted;
    }

    private void take(long decided, List<Tally> tallies) {
        Set<Touched> touched = new LinkedHashSet<>();
        for (int from = 0; from < tallies.size(); from += AHEAD) {
            int to = Math.min(from + AHEAD, tallies.size());
            fetch(tallies, from, to);
            for (int i = from; i < to; i++) {
                take(decided, tallies.get(i), touched);
            }
        }
        touched.stream().sorted((a, b) -> a.toString().compareTo(b.toString())).forEach(this::tellIfGrown);
        boundServices();
    }

    /** Reads a little of what is known of the clients that the tallies tell of, so that the processor has it at hand by then. */
    private void fetch(List<Tally> tallies, int from, int to) {
        for (int i = from; i < to; i++) {
            Tally.Key key = tallies.get(i).key;
            fetched += histories.fetch(HistoryTable.hash(key.server(), key.clients()));
        }
    }

    private void take(long decided, Tally tally, Set<Touched> touched) {
        Tally.Key key = tally.key;
        if (key.kind() == Tally.Kind.PING) {
            ServiceHistory service = service(key.server());
            use(service);
            evicted += service.addPings(key.clients(), tally.count, tally.answered, MAX_PREFIXES) ? 0 : 1;
            return;
        }
        ClientHistory history = history(decided, key.server(), key.clients());
        use(history.service);
        if (key.kind() != Tally.Kind.DROP) {
            history.add(tally);
        }
        if (key.kind() != Tally.Kind.COMPLETED) {
            takeBad(decided, tally, history, touched);
        }
    }

    /** Takes failed handshakes or drops. */
    private void takeBad(long decided, Tally tally, ClientHistory history, Set<Touched> touched) {
        Tally.Key key = tally.key;
        Pair pair = new Pair(key.synGateway(), key.synAckGateway());
        if (key.kind() == Tally.Kind.FAILED && !pair.split()) {
            return;
        }
        OpenIncident incident = history.incident(pair);
        if (key.kind() == Tally.Kind.FAILED) {
            incident.addFailed(tally);
        } else {
            incident.addDrops(tally);
        }
        incident.lastDecided = decided;
        nextClose = Math.min(nextClose, decided + incidentGap);
        Touched t = new Touched(history.service.server, history.clients, pair);
        touched.add(t);
        open.add(t);
    }

    private void tellIfGrown(Touched t) {
        ClientHistory history = histories.find(t.server, t.clients);
        OpenIncident incident = history.open().get(t.pair);
        if (incident.tellable(t.pair.split()) && incident.grown()) {
            tell(history, t.pair, incident, false);
        }
    }

    private void tell(ClientHistory history, Pair pair, OpenIncident incident, boolean last) {
        Endpoint server = history.service.server;
        ServiceHistory asHost = services.get(new Endpoint(server.high(), server.low(), 0));
        if (asHost != null) {
            services.use(asHost);
        }
        incidents.accept(Diagnosis.of(history, pair, incident, asHost == null ? null : asHost.pings(history.clients), last));
        incident.toldAt = incident.failed + incident.drops;
        incident.revision++;
    }

    /** Ends every incident that has been quiet for the gap when event time reaches {@code now}. */
    private void closeQuiet(long now) {
        if (now < nextClose) {
            return;
        }
        nextClose = FlowDetector.END;
        List<Touched> ending = new ArrayList<>();
        for (Touched t : open) {
            long close = histories.find(t.server, t.clients).open().get(t.pair).lastDecided + incidentGap;
            if (close <= now) {
                ending.add(t);
            } else {
                nextClose = Math.min(nextClose, close);
            }
        }
        ending.sort((a, b) -> a.toString().compareTo(b.toString()));
        for (Touched t : ending) {
            ClientHistory history = histories.find(t.server, t.clients);
            OpenIncident incident = history.open().get(t.pair);
            if (incident.tellable(t.pair.split())) {
                tell(history, t.pair, incident, true);
            }
        }
        for (Touched t : ending) {
            ClientHistory history = histories.find(t.server, t.clients);
            history.closed(t.pair);
            open.remove(t);
            use(history.service);
        }
    }

    /** The history of these clients with the service, used now. */
    private ClientHistory history(long decided, Endpoint server, String clients) {
        int hash = HistoryTable.hash(server, clients);
        ClientHistory history = histories.find(server, clients, hash);
        if (history != null) {
            history.lastDecided = decided;
            return history;
        }
        ServiceHistory service = service(server);
        history = service.begin(clients);
        history.lastDecided = decided;
        histories.add(history, hash);
        boundClients(service);
        return history;
    }

    private ServiceHistory service(Endpoint server) {
        ServiceHistory service = services.get(server);
        if (service == null) {
            service = new ServiceHistory(server);
            services.add(service);
        }
        return service;
    }

    private void use(ServiceHistory service) {
        services.use(service);
        noteChange(service);
    }

    private void noteChange(ServiceHistory service) {
        if (!service.changed) {
            service.changed = true;
            changed.add(service);
        }
    }

    private void boundClients(ServiceHistory service) {
        if (service.clientCount() <= MAX_PREFIXES) {
            return;
        }
        List<ClientHistory> quiet = service.clients();
        quiet.removeIf(history -> !history.open().isEmpty());
        quiet.sort(Comparator.comparingLong(history -> history.lastDecided));
        for (ClientHistory history : quiet.subList(0, Math.min(PREFIXES_AT_ONCE, quiet.size()))) {
            histories.remove(history);
            service.remove(history);
            evicted++;
        }
    }

    private void boundServices() {
        ServiceHistory next = services.eldest();
        while (services.size() > MAX_SERVICES && next != null) {
            ServiceHistory service = next;
            next = service.newer;
            if (service.quiet()) {
                noteChange(service);
                forget(service);
                evicted++;
            }
        }
    }

    private void forget(ServiceHistory service) {
        services.remove(service);
        for (ClientHistory history : service.clients()) {
            histories.remove(history);
            service.remove(history);
        }
        service.gone = true;
    }

    /** Writes every entry of state that changed since the last call. */
    public void writeChanges(StateWriter out) {
        if (clocksChanged) {
            clocksChanged = false;
            out.put(new byte[] {STATE_CLOCKS}, StateIo.bytes(o -> {
                o.writeInt(watermarks.length);
                for (long watermark : watermarks) {
                    o.writeLong(watermark);
                }
                List<Tally> tallies = new ArrayList<>();
                pending.values().forEach(tallies::addAll);
                StateIo.writeAll(o, tallies, (t, i) -> t.write(i));
            }));
        }
        for (ServiceHistory service : changed) {
            service.changed = false;
            out.put(stateKey(service.server), service.gone ? null : StateIo.bytes(service::write));
        }
        changed.clear();
    }

    /** Takes back one entry of state. Call before anything else is accepted. */
    public void restore(byte[] key, byte[] value) {
        if (key[0] == STATE_CLOCKS && value != null) {
            StateIo.<Void>read(value, in -> {
                int n = in.readInt();
                for (int i = 0; i < n; i++) {
                    long watermark = in.readLong();
                    if (i < watermarks.length) {
                        watermarks[i] = watermark;
                    }
                }
                pending.clear();
                lastPending = null;
                for (Tally tally : StateIo.readAll(in, Tally::read)) {
                    pending.computeIfAbsent(tally.decided(), d -> new ArrayList<>()).add(tally);
                }
                return null;
            });
        } else if (key[0] == STATE_SERVICE) {
            Endpoint server = StateIo.read(Arrays.copyOfRange(key, 1, key.length), StateIo::readEndpoint);
            ServiceHistory known = services.get(server);
            if (known != null) {
                forget(known);
            }
            open.removeIf(t -> t.server.equals(server));
            if (value != null) {
                restore(StateIo.read(value, in -> ServiceHistory.read(server, in)));
            }
        }
    }

    private void restore(ServiceHistory service) {
        services.add(service);
        for (ClientHistory history : service.clients()) {
            histories.add(history, HistoryTable.hash(service.server, history.clients));
            history.open().forEach((pair, incident) -> {
                open.add(new Touched(service.server, history.clients, pair));
                nextClose = Math.min(nextClose, incident.lastDecided + incidentGap);
            });
        }
    }

    private static byte[] stateKey(Endpoint server) {
        return StateIo.bytes(out -> {
            out.writeByte(STATE_SERVICE);
            StateIo.write(out, server);
        });
    }
}
