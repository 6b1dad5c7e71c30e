package io.crossgate.detect;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.detect.conntrack.TcpTracker;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    /** Headers of a batch whose flows are fetched side by side. */
    private static final int AHEAD = 32;
    /** More headers than this are not held: they wait with their flows. */
    private static final int MAX_HELD = 1 << 18;
    private static final int FEWEST_CHANGED = 1 << 12;

    private static final byte STATE_POINTS = 'P';
    private static final byte STATE_TALLIES = 'T';
    private static final byte STATE_FLOW = 'F';
    /** What follows in the value: a flow, or a row of the plain ones. */
    private static final byte STATE_IS_FLOW = 0;
    private static final byte STATE_IS_ROW = 1;

    /** What is kept for each gateway. */
    private static final class Place {
        /** What is to be done when its watermark gets there. */
        final Calendar dues = new Calendar();
        /** Up to where its packets have been taken. */
        long taken = Long.MIN_VALUE;
        /** Up to where they may be taken with the batch at hand. */
        long taking;
        /** How its connection tracker is set; null before anybody asked: flows may be restored before the gateways' names. */
        ConntrackSettings conntrack;
    }

    private final DetectSettings settings;
    private final FlowEvents events;
    private final Gateways gateways = new Gateways();
    private final DetectCounters counters = new DetectCounters();
    private final TallyBook tallies;
    private final Handshakes handshakes = new Handshakes(this);
    private final PlainFlows plain = new PlainFlows(this);
    private final FlowTable flows = new FlowTable();
    private final SeenPool pool = new SeenPool();
    private final FlowTuple fields = new FlowTuple();
    private FlowKey lastKey;
    private Flow lastFlow;
    private final HeaderOrder order = new HeaderOrder();
    /** Headers of plain flows that are beyond their gateways' watermarks: they come with the next batch. */
    private final HeaderBatch held = new HeaderBatch(Integer.MAX_VALUE);
    private final HeaderBatch none = new HeaderBatch(0);
    /** Those that got headers of a batch that they have not taken. */
    private GatewayFlow[] touched = new GatewayFlow[8];
    private int touchedCount;
    /** The earliest look that was asked for while the headers at hand are taken; {@link #END} if none was. */
    private long nextLook;
    private boolean takesTouched;
    /** What the reading ahead gave: kept, so that it is not optimised away. */
    private long fetched;
    /** By gateway. */
    private final List<Place> places = new ArrayList<>();
    /** What is to be done when the watermark of all gets there. */
    private final Calendar dues = new Calendar();
    private boolean keepsChanges;
    private final ArrayList<Flow> changed = new ArrayList<>();
    /** So many of {@link #changed} before those that are gone are taken out. */
    private int changedRoom = FEWEST_CHANGED;
    private Set<FlowKey> removed = new HashSet<>();
    private final TcpSegment segment = new TcpSegment();
    private TcpTracker spareTracker;
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
        heldToFlows();
        counters.headers++;
        Seen seen = pool.seen();
        seen.set(point, key.isFromLow(header), header);
        // Headers mostly come in runs of one flow, with one object as their key.
        if (key != lastKey || lastFlow == null || lastFlow.gone) {
            fields.set(key);
            lastKey = key;
            lastFlow = find(fields, fields.hash());
        }
        boolean begins = lastFlow == null;
        holdUntilDue(seen, lastFlow, begins ? fields.hash() : lastFlow.hash);
        if (begins) {
            lastKey = null; // the flow that it began, if it did, is found by the next one
        }
    }

    /** The flow with this key, made one if it is plain so far; null if there is none. */
    private Flow find(FlowTuple key, int hash) {
        Flow flow = flows.find(key, hash);
        return flow == null ? plain.unfold(key, hash) : flow;
    }

    private void holdUntilDue(Seen seen, Flow known, int hash) {
        GatewayFlow there = hold(seen, known, hash);
        if (there != null) {
            place(there.gateway).dues.appoint(there, seen.time);
        }
    }

    /**
     * Accepts every header of a batch, and decides all that the watermarks allow: comes to the same as {@link #accept(int, FlowKey, PacketHeader)} for each and
     * {@link #advance} after them, and costs less, because it goes from flow to flow. The batch is to be cleared before it is used again.
     */
    public void advance(HeaderBatch batch) {
        int fresh = batch.count();
        counters.headers += fresh;
        batch.addAll(held);
        held.clear();
        for (int gateway = 0; gateway < gateways.count(); gateway++) {
            place(gateway).taking = gateways.watermarkOf(gateway);
        }
        plain.learnPoints();
        order.of(batch, fresh);
        int fetchedUpTo = 0;
        for (int next = 0; next < order.count();) {
            if (next >= fetchedUpTo) {
                fetchedUpTo = fetch(batch, next);
            }
            batch.key(order.row(next), fields);
            int end = order.endOf(batch, next);
            int first = plain.take(batch, order, next, end, fields);
            if (first < end) {
                takeWithFlow(batch, first, end);
            }
            next = end;
        }
        decide();
    }

    /** Reads a little of what the next headers and their flows are, so that the processor has it at hand by then. Gives up to where. */
    private int fetch(HeaderBatch batch, int from) {
        int to = Math.min(from + AHEAD, order.count());
        for (int i = from; i < to; i++) {
            fetched += batch.fetch(order.row(i));
        }
        for (int i = from; i < to; i++) {
            if (i == from || order.hash(i) != order.hash(i - 1)) {
                fetched += plain.fetch(order.hash(i));
            }
        }
        return to;
    }

    /** Takes headers of one flow, which {@link #fields} tell of, with what is known of it. */
    private void takeWithFlow(HeaderBatch batch, int from, int to) {
        Flow flow = flows.find(fields, order.hash(from));
        for (int i = from; i < to; i++) {
            Seen seen = pool.seen();
            batch.get(order.row(i), seen);
            GatewayFlow there = hold(seen, flow, order.hash(i));
            if (there == null) {
                continue;
            }
            flow = there.flow();
            if (!there.touched) {
                there.touched = true;
                if (touchedCount == touched.length) {
                    touched = Arrays.copyOf(touched, 2 * touchedCount);
                }
                touched[touchedCount++] = there;
            }
        }
        takeTouched();
    }

    /** Headers that are held wait with their flows from now on. */
    private void heldToFlows() {
        for (int i = 0; i < held.count(); i++) {
            held.key(i, fields);
            Seen seen = pool.seen();
            held.get(i, seen);
            holdUntilDue(seen, find(fields, held.hash(i)), held.hash(i));
        }
        if (held.count() > 0) {
            held.clear();
            lastKey = null;
        }
    }

    /** Takes what the watermarks allow of those that got headers just now. */
    private void takeTouched() {
        takesTouched = true;
        for (int i = 0; i < touchedCount; i++) {
            GatewayFlow there = touched[i];
            touched[i] = null;
            there.touched = false;
            Place place = places.get(there.gateway);
            nextLook = END;
            there.keep(place.taking);
            place.dues.appoint(there, there.due());
            if (nextLook != END) {
                dues.appoint(there.flow(), nextLook);
            }
        }
        touchedCount = 0;
        takesTouched = false;
    }

    /** Holds a header of a flow, or of a new one that {@link #fields} tell of where {@code known} is null, until it is taken. Gives where; null if nothing is kept of it. */
    private GatewayFlow hold(Seen seen, Flow known, int hash) {
        int gateway = gateways.gatewayOf(seen.point);
        if (seen.time <= place(gateway).taken) {
            counters.late++;
            pool.free(seen);
            return null;
        }
        Flow flow = known == null ? begin(hash) : known;
        flow.latest = Math.max(flow.latest, seen.time);
        flows.used(flow, seen.time, seen.fromLow);
        GatewayFlow there = flow.at(gateway);
        touch(flow);
        if (!there.add(seen, gateways.mayRepeat(seen.point))) {
            counters.repeated++;
            pool.free(seen);
            return null;
        }
        return there;
    }

    private Flow begin(int hash) {
        Flow flow = new Flow(this, fields);
        flow.stored = wasRemoved(fields);
        flows.add(flow, hash);
        makeRoomBeside(flow, Slab.NONE);
        return flow;
    }

    private Place place(int gateway) {
        while (gateway >= places.size()) {
            places.add(new Place());
        }
        return places.get(gateway);
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
        if (held.count() > 0) {
            none.clear();
            advance(none);
        } else {
            decide();
        }
    }

    private void decide() {
        for (int gateway = 0; gateway < gateways.count(); gateway++) {
            long taking = gateways.watermarkOf(gateway);
            Place place = place(gateway);
            place.dues.keepUpTo(taking);
            place.taken = Math.max(place.taken, taking == END ? gateways.reached(gateway) : taking);
        }
        long watermark = gateways.count() == 0 ? Long.MIN_VALUE : gateways.watermark();
        dues.keepUpTo(watermark);
        plain.tellUpTo(watermark);
        if (watermark == END && keepsChanges) {
            plain.removeAll(); // what will not go on need not be stored
        }
        tallies.tellUpTo(watermark, events);
        decidedUpTo = watermark == END || decidedUpTo == END ? watermark : Math.max(decidedUpTo, watermark);
        if (held.count() > MAX_HELD) {
            heldToFlows();
        }
    }

    /** Takes what is due of a flow at one gateway. */
    void advanceAt(Flow flow, GatewayFlow there, long watermark) {
        there.advance(watermark);
        touch(flow);
        if (flow.bare()) {
            settle(flow);
        }
    }

    /** Appoints a look at a flow as a whole when all gateways are known up to {@code time}. */
    void look(Flow flow, long time) {
        if (takesTouched) {
            nextLook = Math.min(nextLook, time);
        } else {
            dues.appoint(flow, time);
        }
    }

    /** Concludes what is due of a flow when all gateways are known up to {@code watermark}. */
    void conclude(Flow flow, long watermark) {
        flow.conclude(watermark);
        touch(flow);
        if (flow.over(watermark)) {
            remove(flow);
        }
    }

    /** Forgets a flow that is over; appoints when to look at another one next. */
    private void settle(Flow flow) {
        if (flow.over(gateways.watermark())) {
            remove(flow);
        } else {
            dues.appoint(flow, flow.due());
        }
    }

    private void remove(Flow flow) {
        flow.close();
        flows.remove(flow);
        if (flow.stored) {
            removed(flow.key());
        }
    }

    /** Evicts a flow, if there are too many, other than the one that came just now: a flow, or a row of {@link #plain}. */
    private void makeRoomBeside(Flow fresh, int freshRow) {
        int size = flowCount();
        int oneWay = flows.oneWay() + plain.table().oneWay();
        if (size > settings.maxFlows() || oneWay > Math.max(1, settings.maxFlows() / FlowTable.ONE_WAY_SHARE)) {
            boolean many = oneWay > size / FlowTable.ONE_WAY_SHARE || oneWay == size;
            if (!evict(many, fresh, freshRow)) {
                evict(!many, fresh, freshRow);
            }
        }
    }

    /** Evicts the longest idle of those seen in one direction only, or of the others: new conversations have time for their answers. False if there is none. */
    private boolean evict(boolean oneWay, Flow fresh, int freshRow) {
        Flow flow = flows.eldest(oneWay);
        flow = flow == fresh ? null : flow;
        int row = plain.table().eldest(oneWay);
        row = row == freshRow ? Slab.NONE : row;
        if (row != Slab.NONE && (flow == null || plain.table().orderedAt(row) <= flow.orderedAt)) {
            evictRow(row, freshRow);
        } else if (flow != null) {
            evictFlow(flow, fresh);
        } else {
            return false;
        }
        return true;
    }

    private void evictRow(int eldest, int fresh) {
        int victim = eldest;
        int candidate = eldest;
        for (int i = 0; i < EVICTION_SEARCH && candidate != Slab.NONE && candidate != fresh; i++) {
            if (!plain.undecided(candidate)) {
                victim = candidate;
                break;
            }
            candidate = plain.table().newer(candidate);
        }
        counters.evictedFlows++;
        evictedUpTo = Math.max(evictedUpTo, plain.latest(victim));
        counters.evictedHeaders += plain.evict(victim);
    }

    private void evictFlow(Flow eldest, Flow fresh) {
        Flow victim = eldest;
        Flow candidate = victim;
        for (int i = 0; i < EVICTION_SEARCH && candidate != null && candidate != fresh; i++) {
            if (!candidate.undecided()) {
                victim = candidate;
                break;
            }
            candidate = candidate.newer;
        }
        counters.evictedFlows++;
        counters.evictedHeaders += victim.held();
        evictedUpTo = Math.max(evictedUpTo, victim.latest);
        victim.evicted();
        remove(victim);
        dues.sweep(flows.size());
        places.forEach(place -> place.dues.sweep(flows.size()));
    }

    private void touch(Flow flow) {
        if (keepsChanges && !flow.changed) {
            flow.changed = true;
            if (changed.size() >= changedRoom) {
                changed.removeIf(each -> each.gone); // there may be many between two commits
                changedRoom = Math.max(FEWEST_CHANGED, 2 * changed.size());
            }
            changed.add(flow);
        }
    }

    static long clamp(long time) {
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
        return flows.size() + plain.size();
    }

    // What plain flows need.

    boolean hasFlow(FlowTuple key, int hash) {
        return flows.find(key, hash) != null;
    }

    /** Up to where headers of a gateway have been taken. */
    long taken(int gateway) {
        return places.get(gateway).taken;
    }

    /** Up to where they may be taken with the batch at hand. */
    long taking(int gateway) {
        return places.get(gateway).taking;
    }

    /** Keeps a header of a batch for the next one. */
    void hold(HeaderBatch batch, int i) {
        held.add(batch, i);
    }

    void makeRoomBeside(int row) {
        makeRoomBeside(null, row);
    }

    boolean keepsChanges() {
        return keepsChanges;
    }

    /** State of a flow may have been written that is no longer there. */
    void removed(FlowKey key) {
        removed.add(key);
    }

    /** True if state of a flow, now there again, may have been written. */
    boolean wasRemoved(FlowTuple key) {
        return !removed.isEmpty() && removed.remove(key.key());
    }

    /** A flow that was plain goes on as one of those that are not. */
    void adopt(Flow flow, int hash) {
        flows.add(flow, hash);
        touch(flow);
        for (GatewayFlow there = flow.gateways(); there != null; there = there.next) {
            place(there.gateway).dues.appoint(there, there.due());
        }
        dues.appoint(flow, flow.due());
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

    Handshakes handshakes() {
        return handshakes;
    }

    SeenPool pool() {
        return pool;
    }

    /** The order in which headers of a gateway are taken: the copy with the higher TTL entered first, even where the clock is too coarse to say so. */
    int compare(Seen a, Seen b) {
        int order = Long.compare(a.time, b.time);
        if (order == 0) {
            order = Integer.compare(b.ttl, a.ttl);
        }
        return order != 0 || a.point == b.point ? order : gateways.pointName(a.point).compareTo(gateways.pointName(b.point));
    }

    /** The same order, of headers of a batch. */
    int compare(HeaderBatch batch, int a, int b) {
        int order = Long.compare(batch.time(a), batch.time(b));
        if (order == 0) {
            order = Integer.compare(batch.ttl(b), batch.ttl(a));
        }
        return order != 0 || batch.point(a) == batch.point(b) ? order
                : gateways.pointName(batch.point(a)).compareTo(gateways.pointName(batch.point(b)));
    }

    /** How the gateway's connection tracker is set. */
    ConntrackSettings conntrack(int gateway) {
        Place place = place(gateway);
        if (place.conntrack == null) {
            place.conntrack = settings.conntrack(gateways.gatewayName(gateway));
        }
        return place.conntrack;
    }

    /** A tracker without an entry. */
    TcpTracker tracker() {
        TcpTracker tracker = spareTracker == null ? new TcpTracker() : spareTracker;
        spareTracker = null;
        return tracker;
    }

    /** Takes back a tracker that has no entry: it remembers nothing. */
    void free(TcpTracker tracker) {
        spareTracker = tracker;
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

    /** How long after its time a SYN may matter to a verdict, nanoseconds. */
    long synKept() {
        return pairingWindow + Flow.CLOSE + 3 * outcomeDelay;
    }

    /** How long a SYN-ACK may: notes look back as far as {@link Flow#CLOSE}, and wait. */
    long arrivalKept() {
        return Flow.CLOSE + 2 * outcomeDelay;
    }

    /** How long a sample may. */
    long sampleKept() {
        return Flow.SAMPLE_REFRESH + outcomeDelay;
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
                StateIo.writeAll(o, places, (place, i) -> i.writeLong(place.taken));
                o.writeLong(decidedUpTo);
                o.writeLong(evictedUpTo);
            }));
        }
        if (tallies.takeChanged()) {
            out.put(new byte[] {STATE_TALLIES}, StateIo.bytes(tallies::write));
        }
        BytesOutput room = new BytesOutput();
        for (FlowKey key : removed) {
            out.put(stateKey(key, room), null);
        }
        removed = new HashSet<>(); // cleared, it would stay as large as it ever was, and be gone through with every commit
        for (Flow flow : changed) {
            flow.changed = false;
            if (!flow.gone) {
                flow.stored = true;
                write(flow, out, room);
            }
        }
        changed.clear();
        plain.takeChanged(row -> {
            plain.key(row, fields);
            out.put(stateKey(fields.key(), room), StateIo.bytes(o -> {
                o.writeByte(STATE_IS_ROW);
                plain.write(row, o);
            }, room));
        });
        writeHeld(out, room);
    }

    private void write(Flow flow, StateWriter out, BytesOutput room) {
        out.put(stateKey(flow.key(), room), StateIo.bytes(o -> {
            o.writeByte(STATE_IS_FLOW);
            flow.write(o);
        }, room));
    }

    /** Writes every flow of which headers are held, with these, as a flow that is not plain: a restart is rare. It is written anew with the next changes. */
    private void writeHeld(StateWriter out, BytesOutput room) {
        order.of(held, 0);
        for (int next = 0; next < order.count();) {
            int end = order.endOf(held, next);
            held.key(order.row(next), fields);
            Flow flow = plain.copy(fields, order.hash(next));
            if (flow == null) {
                flow = new Flow(this, fields);
                removed.add(flow.key()); // as long as it has not begun
            }
            for (; next < end; next++) {
                Seen seen = new Seen();
                held.get(order.row(next), seen);
                flow.at(gateways.gatewayOf(seen.point)).add(seen, false);
            }
            write(flow, out, room);
        }
    }

    /** Takes back one entry of state. Call before anything else is accepted. */
    public void restore(byte[] key, byte[] value) {
        switch (key[0]) {
            case STATE_POINTS -> {
                if (value != null) {
                    StateIo.<Void>read(value, in -> {
                        gateways.read(in);
                        int known = in.readInt();
                        for (int gateway = 0; gateway < known; gateway++) {
                            place(gateway).taken = in.readLong();
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
                fields.set(flowKey);
                Flow old = flows.find(fields, fields.hash());
                if (old != null) {
                    old.gone = true;
                    flows.remove(old);
                }
                plain.forget(fields, fields.hash());
                if (value != null && value[0] == STATE_IS_ROW) {
                    StateIo.<Void>read(value, in -> {
                        in.readByte();
                        plain.restore(fields, fields.hash(), in);
                        return null;
                    });
                } else if (value != null) {
                    Flow flow = StateIo.read(value, in -> {
                        in.readByte();
                        return Flow.read(this, in);
                    });
                    flow.stored = true;
                    flows.add(flow, fields.hash());
                    for (GatewayFlow there = flow.gateways(); there != null; there = there.next) {
                        place(there.gateway).dues.appoint(there, there.due());
                    }
                    dues.appoint(flow, Long.MIN_VALUE); // looked at with the first watermark
                }
            }
            default -> throw new IllegalStateException("state of a kind that this version does not know: reset the application's state");
        }
    }

    private static byte[] stateKey(FlowKey key, BytesOutput room) {
        return StateIo.bytes(out -> {
            out.writeByte(STATE_FLOW);
            StateIo.write(out, key);
        }, room);
    }
}
