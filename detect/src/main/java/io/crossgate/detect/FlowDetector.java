package io.crossgate.detect;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Stage 1 of detection, over the flows of one partition: takes what observation points saw, in any interleaving of the points, and tells events in event time.
 * Not thread-safe.
 *
 * <p>Two clocks drive it. A gateway's watermark, the lowest of its points', says up to where that gateway's packets are complete: its tracker takes them then,
 * in order. The watermark of all says up to where every gateway is complete: what needs more than one gateway is concluded then. Nothing depends on the order
 * in which headers arrive.
 */
public final class FlowDetector {
    /** Watermark of a point that will publish no more. */
    public static final long END = Long.MAX_VALUE;
    /** Times outside of this (years 1970 to 2223) are taken for its nearest bound: arithmetic on them stays clear of {@link #END}. */
    private static final long LATEST = 8_000_000_000_000_000_000L;
    /** An eviction passes over this many flows whose verdict is still open before it takes one. */
    private static final int EVICTION_SEARCH = 32;

    private static final byte STATE_POINTS = 'P';
    private static final byte STATE_TALLIES = 'T';
    private static final byte STATE_FLOW = 'F';

    /** A flow that is to be looked at when a watermark reaches {@code time}. */
    private record Due(long time, Flow flow) {}

    private final DetectSettings settings;
    private final FlowEvents events;
    private final Gateways gateways = new Gateways();
    private final DetectCounters counters = new DetectCounters();
    private final TallyBook tallies;
    private final LinkedHashMap<FlowKey, Flow> flows = new LinkedHashMap<>(1024, 0.75f, true);
    private final Map<Integer, PriorityQueue<Due>> gatewayDues = new TreeMap<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>(Comparator.comparingLong(Due::time));
    private final Map<Integer, Long> taken = new HashMap<>();
    private final Comparator<Seen> order;
    private boolean keepsChanges;
    private final Set<Flow> changed = new HashSet<>();
    private final Set<FlowKey> removed = new HashSet<>();
    private final TcpSegment segment = new TcpSegment();
    private long decidedUpTo = Long.MIN_VALUE;
    /** Event time up to which flows were evicted that may have held a SYN. */
    private long evictedUpTo = Long.MIN_VALUE;

    private final long clockTolerance;
    private final long forwardingDelay;
    private final long pairingWindow;
    private final long lookBack;
    private final long outcomeDelay;

    public FlowDetector(DetectSettings settings, FlowEvents events) {
        this.settings = settings;
        this.events = events;
        this.tallies = new TallyBook(settings);
        this.clockTolerance = settings.clockTolerance().toNanos();
        this.forwardingDelay = settings.forwardingDelay().toNanos();
        this.pairingWindow = settings.pairingWindow().toNanos();
        this.lookBack = settings.lookBack().toNanos();
        this.outcomeDelay = settings.outcomeWindow().toNanos() + clockTolerance;
        // The copy with the higher TTL entered first, even where the clock is too coarse to say so.
        this.order = Comparator.<Seen>comparingLong(s -> s.time).thenComparing(s -> -s.ttl).thenComparing(s -> gateways.pointName(s.point));
    }

    // What points tell.

    /** Declares an observation point and gives its index; the same index for the same point. Decisions wait for every declared point. */
    public int point(ObservationPoint point) {
        return gateways.point(point);
    }

    /** The capture at {@code point} covers event time from {@code time} on. */
    public void observedFrom(int point, long time) {
        gateways.observedFrom(point, clamp(time));
    }

    /** A header seen at {@code point}; copied. One that comes after its gateway's watermark has passed it is counted as late and left out. */
    public void accept(int point, FlowKey key, PacketHeader header) {
        counters.headers++;
        Seen seen = Seen.of(point, key, header);
        seen.time = clamp(seen.time);
        int gateway = gateways.gatewayOf(point);
        if (seen.time <= taken.getOrDefault(gateway, Long.MIN_VALUE)) {
            counters.late++;
            return;
        }
        Flow flow = flows.get(key);
        if (flow == null) {
            flow = new Flow(this, key);
            flows.put(key, flow);
            removed.remove(key);
            evictBeyondLimit();
        }
        flow.latest = Math.max(flow.latest, seen.time);
        GatewayFlow there = flow.at(gateway);
        long before = there.due();
        if (!there.add(seen, gateways.mayRepeat(point))) {
            counters.repeated++;
            return;
        }
        touch(flow);
        scheduleGateway(there, flow, before);
    }

    /** Everything that {@code point} saw up to and including {@code time} has been accepted. Never falls: a lower value is ignored. */
    public void watermark(int point, long time) {
        gateways.watermark(point, time);
    }

    /** The capture at {@code point} ended at {@code lastTime}: nothing more will come. */
    public void ended(int point, long lastTime) {
        gateways.ended(point, lastTime);
    }

    /** The capture at {@code point} goes on after it had ended, or begins anew: it may tell again what it told before. */
    public void resumed(int point) {
        gateways.resumed(point);
    }

    /** The capture at {@code point} may have missed packets between the two times. */
    public void lost(int point, long from, long to) {
        gateways.lost(point, from, to);
    }

    /** Says that {@code point} has been silent past the wall-clock limit (decisions go on without it), or that it is back. */
    public void silent(int point, boolean silent) {
        gateways.silent(point, silent);
    }

    /** Takes {@code point} back, as that of a gateway that is gone: it is neither waited for nor missed. Or says that it is there after all. */
    public void withdrawn(int point, boolean withdrawn) {
        gateways.withdrawn(point, withdrawn);
    }

    // What follows.

    /** Decides all that the watermarks allow. */
    public void advance() {
        for (Map.Entry<Integer, PriorityQueue<Due>> entry : gatewayDues.entrySet()) {
            int gateway = entry.getKey();
            long watermark = gateways.watermarkOf(gateway);
            PriorityQueue<Due> queue = entry.getValue();
            while (!queue.isEmpty() && queue.peek().time <= watermark && queue.peek().time != END) {
                Flow flow = queue.poll().flow;
                if (!flow.gone) {
                    advanceAt(flow, gateway, watermark);
                }
            }
        }
        for (int gateway = 0; gateway < gateways.count(); gateway++) {
            long taking = gateways.watermarkOf(gateway);
            taken.merge(gateway, taking == END ? gateways.reached(gateway) : taking, Math::max);
        }
        long watermark = gateways.count() == 0 ? Long.MIN_VALUE : gateways.watermark();
        while (!dues.isEmpty() && dues.peek().time <= watermark) {
            Due due = dues.poll();
            if (!due.flow.gone && due.time >= due.flow.scheduled) {
                conclude(due.flow, watermark);
            }
        }
        tallies.tellUpTo(watermark, events);
        decidedUpTo = watermark == END || decidedUpTo == END ? watermark : Math.max(decidedUpTo, watermark);
    }

    private void advanceAt(Flow flow, int gateway, long watermark) {
        GatewayFlow there = flow.at(gateway);
        if (there.due() > watermark) {
            return; // an older appointment of a flow that has been here since
        }
        there.advance(watermark);
        touch(flow);
        scheduleGateway(there, flow, END);
        settle(flow);
    }

    private void conclude(Flow flow, long watermark) {
        flow.scheduled = END;
        flow.conclude(watermark);
        touch(flow);
        settle(flow);
    }

    private void scheduleGateway(GatewayFlow there, Flow flow, long alreadyAt) {
        long due = there.due();
        if (due < alreadyAt) {
            gatewayDues.computeIfAbsent(there.gateway, g -> new PriorityQueue<>(Comparator.comparingLong(Due::time))).add(new Due(due, flow));
        }
    }

    /** Forgets a flow that is over; appoints when to look at another one next. */
    private void settle(Flow flow) {
        long watermark = gateways.watermark();
        if (flow.over(watermark)) {
            remove(flow);
            return;
        }
        long due = Math.min(flow.due(watermark), END - 1);
        if (due < flow.scheduled) {
            flow.scheduled = due;
            dues.add(new Due(due, flow));
        }
    }

    private void remove(Flow flow) {
        flow.gone = true;
        flows.remove(flow.key);
        if (keepsChanges) {
            changed.remove(flow);
            removed.add(flow.key);
        }
    }

    private void evictBeyondLimit() {
        if (flows.size() <= settings.maxFlows()) {
            return;
        }
        Iterator<Flow> eldest = flows.values().iterator();
        Flow victim = null;
        for (int i = 0; i < EVICTION_SEARCH && eldest.hasNext(); i++) {
            Flow candidate = eldest.next();
            if (victim == null) {
                victim = candidate;
            }
            if (!candidate.undecided()) {
                victim = candidate;
                break;
            }
        }
        if (victim != null) {
            counters.evictedFlows++;
            counters.evictedHeaders += victim.held();
            evictedUpTo = Math.max(evictedUpTo, victim.latest);
            victim.evicted();
            remove(victim);
        }
    }

    private void touch(Flow flow) {
        if (keepsChanges) {
            changed.add(flow);
        }
    }

    private static long clamp(long time) {
        return Math.max(0, Math.min(time, LATEST));
    }

    /** Every tally decided up to and including this time is out; {@link #END} when all points have ended. It falls only when one of these goes on after all. */
    public long decidedUpTo() {
        return decidedUpTo;
    }

    /** Counts of what happened to headers and to state. */
    public DetectCounters counters() {
        return counters;
    }

    /** Flows kept now. */
    public int flowCount() {
        return flows.size();
    }

    // What the parts of a flow need.

    Gateways gateways() {
        return gateways;
    }

    FlowEvents events() {
        return events;
    }

    TallyBook tallies() {
        return tallies;
    }

    Comparator<Seen> order() {
        return order;
    }

    /** How the gateway's connection tracker is set. */
    ConntrackSettings conntrack(int gateway) {
        return settings.conntrack(gateways.gatewayName(gateway));
    }

    /** One segment to fill, for whoever needs one just now. */
    TcpSegment segment() {
        return segment;
    }

    FlowRecordSettings flowRecords() {
        return settings.flowRecords();
    }

    boolean isFirewall(int gateway) {
        return settings.firewalls().contains(gateways.gatewayName(gateway));
    }

    /** True if a packet that the gateway's tracker called INVALID is taken not to have passed it. */
    boolean stopped(int gateway, boolean invalid, boolean left) {
        return invalid && !left && (isFirewall(gateway) || gateways.captures(gateway) > 1);
    }

    long clockTolerance() {
        return clockTolerance;
    }

    long forwardingDelay() {
        return forwardingDelay;
    }

    long pairingWindow() {
        return pairingWindow;
    }

    long lookBack() {
        return lookBack;
    }

    /** True if a flow that was forgotten for want of room may have held a SYN of {@code time} or later. */
    boolean evictedSince(long time) {
        return evictedUpTo >= time;
    }

    /** How long after a handshake's first SYN-ACK its outcome is told. */
    long outcomeDelay() {
        return outcomeDelay;
    }

    // State.

    /** Keeps book from now on of what changes, for {@link #writeChanges}. */
    public void keepChanges() {
        keepsChanges = true;
    }

    /** Writes every entry of state that changed since the last call, or since {@link #keepChanges}. What was written, fed to {@link #restore} of a new detector, makes it go on from here. */
    public void writeChanges(StateWriter out) {
        if (gateways.takeChanged()) {
            out.put(new byte[] {STATE_POINTS}, StateIo.bytes(o -> {
                gateways.write(o);
                StateIo.writeAll(o, taken.entrySet(), (e, i) -> {
                    i.writeInt(e.getKey());
                    i.writeLong(e.getValue());
                });
                o.writeLong(decidedUpTo);
                o.writeLong(evictedUpTo);
            }));
        }
        if (tallies.takeChanged()) {
            out.put(new byte[] {STATE_TALLIES}, StateIo.bytes(tallies::write));
        }
        for (FlowKey key : removed) {
            out.put(stateKey(key), null);
        }
        removed.clear();
        for (Flow flow : changed) {
            out.put(stateKey(flow.key), StateIo.bytes(flow::write));
        }
        changed.clear();
    }

    /** Takes back one entry of state. Call before anything else is accepted. */
    public void restore(byte[] key, byte[] value) {
        switch (key[0]) {
            case STATE_POINTS -> {
                if (value != null) {
                    StateIo.<Void>read(value, in -> {
                        gateways.read(in);
                        for (int n = in.readInt(); n > 0; n--) {
                            taken.put(in.readInt(), in.readLong());
                        }
                        decidedUpTo = in.readLong();
                        evictedUpTo = in.readLong();
                        return null;
                    });
                    gateways.takeChanged();
                }
            }
            case STATE_TALLIES -> {
                if (value != null) {
                    StateIo.<Void>read(value, in -> {
                        tallies.read(in);
                        return null;
                    });
                }
            }
            case STATE_FLOW -> {
                FlowKey flowKey = StateIo.read(Arrays.copyOfRange(key, 1, key.length), StateIo::readKey);
                Flow old = flows.remove(flowKey);
                if (old != null) {
                    old.gone = true;
                }
                if (value != null) {
                    Flow flow = StateIo.read(value, in -> Flow.read(this, in));
                    flows.put(flowKey, flow);
                    for (GatewayFlow there : flow.gateways()) {
                        scheduleGateway(there, flow, END);
                    }
                    flow.scheduled = Long.MIN_VALUE;
                    dues.add(new Due(Long.MIN_VALUE, flow)); // looked at with the first watermark
                }
            }
            default -> throw new IllegalStateException("state of a kind that this version does not know: reset the application's state");
        }
    }

    private static byte[] stateKey(FlowKey key) {
        return StateIo.bytes(out -> {
            out.writeByte(STATE_FLOW);
            StateIo.write(out, key);
        });
    }
}
