package io.crossgate.detect;

import io.crossgate.detect.ClientHistory.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
    private static final int PREFIXES_AT_ONCE = 200;

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
    private final LinkedHashMap<Endpoint, ServiceHistory> services = new LinkedHashMap<>(64, 0.75f, true);
    private final Set<Touched> open = new LinkedHashSet<>();
    private final Set<Endpoint> changed = new HashSet<>();
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
        for (Tally tally : tallies) {
            Endpoint server = tally.server();
            ServiceHistory service = service(server);
            if (!service.changed) {
                service.changed = true;
                changed.add(server);
            }
            if (tally.key.kind() == Tally.Kind.PING) {
                long[] counts = service.pings.computeIfAbsent(tally.key.clients(), c -> new long[2]);
                counts[0] += tally.count;
                counts[1] += tally.answered;
                bound(service.pings);
                continue;
            }
            ClientHistory history = service.clients.get(tally.key.clients());
            if (history == null) {
                history = new ClientHistory();
                service.clients.put(tally.key.clients(), history);
            }
            history.lastDecided = decided;
            boundClients(service);
            if (tally.key.kind() != Tally.Kind.DROP) {
                history.add(tally);
            }
            if (tally.key.kind() == Tally.Kind.COMPLETED) {
                continue;
            }
            Pair pair = new Pair(tally.key.synGateway(), tally.key.synAckGateway());
            if (tally.key.kind() == Tally.Kind.FAILED && !pair.split()) {
                continue;
            }
            OpenIncident incident = history.incident(pair);
            if (tally.key.kind() == Tally.Kind.FAILED) {
                incident.addFailed(tally);
            } else {
                incident.addDrops(tally);
            }
            incident.lastDecided = decided;
            nextClose = Math.min(nextClose, decided + incidentGap);
            Touched t = new Touched(server, tally.key.clients(), pair);
            touched.add(t);
            open.add(t);
        }
        touched.stream().sorted((a, b) -> a.toString().compareTo(b.toString())).forEach(this::tellIfGrown);
        boundServices();
    }

    private void tellIfGrown(Touched t) {
        ServiceHistory service = service(t.server);
        OpenIncident incident = service.clients.get(t.clients).open().get(t.pair);
        if (incident.tellable(t.pair.split()) && incident.grown()) {
            tell(t, service, incident, false);
        }
    }

    private void tell(Touched t, ServiceHistory service, OpenIncident incident, boolean last) {
        ServiceHistory asHost = services.get(new Endpoint(t.server.high(), t.server.low(), 0));
        long[] pings = asHost == null ? null : asHost.pings.get(t.clients);
        incidents.accept(Diagnosis.of(t.server, service, t.clients, service.clients.get(t.clients), t.pair, incident, pings == null ? new long[2] : pings, last));
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
            long close = services.get(t.server).clients.get(t.clients).open().get(t.pair).lastDecided + incidentGap;
            if (close <= now) {
                ending.add(t);
            } else {
                nextClose = Math.min(nextClose, close);
            }
        }
        ending.sort((a, b) -> a.toString().compareTo(b.toString()));
        for (Touched t : ending) {
            ServiceHistory service = services.get(t.server);
            OpenIncident incident = service.clients.get(t.clients).open().get(t.pair);
            if (incident.tellable(t.pair.split())) {
                tell(t, service, incident, true);
            }
        }
        for (Touched t : ending) {
            services.get(t.server).clients.get(t.clients).closed(t.pair);
            open.remove(t);
            changed.add(t.server);
        }
    }

    private ServiceHistory service(Endpoint server) {
        ServiceHistory service = services.get(server);
        if (service == null) {
            service = new ServiceHistory();
            services.put(server, service);
        }
        return service;
    }

    private void bound(TreeMap<String, long[]> pings) {
        if (pings.size() > MAX_PREFIXES) {
            pings.pollLastEntry();
            evicted++;
        }
    }

    /** Forgets many at once: to find the longest unused, all have to be looked at. */
    private void boundClients(ServiceHistory service) {
        if (service.clients.size() <= MAX_PREFIXES) {
            return;
        }
        List<Map.Entry<String, ClientHistory>> quiet = new ArrayList<>();
        for (Map.Entry<String, ClientHistory> e : service.clients.entrySet()) {
            if (e.getValue().open().isEmpty()) {
                quiet.add(Map.entry(e.getKey(), e.getValue()));
            }
        }
        quiet.sort(Comparator.comparingLong(e -> e.getValue().lastDecided));
        for (Map.Entry<String, ClientHistory> e : quiet.subList(0, Math.min(PREFIXES_AT_ONCE, quiet.size()))) {
            service.clients.remove(e.getKey());
            evicted++;
        }
    }

    private void boundServices() {
        Iterator<Map.Entry<Endpoint, ServiceHistory>> eldest = services.entrySet().iterator();
        while (services.size() > MAX_SERVICES && eldest.hasNext()) {
            Map.Entry<Endpoint, ServiceHistory> e = eldest.next();
            if (e.getValue().clients.values().stream().allMatch(c -> c.open().isEmpty())) {
                eldest.remove();
                changed.add(e.getKey());
                evicted++;
            }
        }
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
        for (Endpoint server : changed) {
            ServiceHistory service = services.get(server);
            if (service != null) {
                service.changed = false;
            }
            out.put(stateKey(server), service == null ? null : StateIo.bytes(service::write));
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
            services.remove(server);
            open.removeIf(t -> t.server.equals(server));
            if (value != null) {
                ServiceHistory service = StateIo.read(value, ServiceHistory::read);
                services.put(server, service);
                service.clients.forEach((clients, history) -> history.open().forEach((pair, incident) -> {
                    open.add(new Touched(server, clients, pair));
                    nextClose = Math.min(nextClose, incident.lastDecided + incidentGap);
                }));
            }
        }
    }

    private static byte[] stateKey(Endpoint server) {
        return StateIo.bytes(out -> {
            out.writeByte(STATE_SERVICE);
            StateIo.write(out, server);
        });
    }
}
