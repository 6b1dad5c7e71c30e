package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that is known of one flow: what each gateway's shadow thinks, and what the gateways together say of its handshakes, drops and pings. */
final class Flow extends Calendar.Appointed {
    /** A SYN-ACK's retransmissions span less than this; then nothing more is learnt of it. Linux: 31 s for five, and the client's own retries. */
    static final long CLOSE = Duration.ofSeconds(64).toNanos();
    static final long SAMPLE_REFRESH = Duration.ofSeconds(10).toNanos();
    private static final long NOTE_SPAN = Duration.ofSeconds(1).toNanos();
    static final int MAX_KEPT = 256;
    private static final int FEW_SAMPLES = 8;
    /** The length of a turn of forgetting, less 1: about 17 s. Nanoseconds. */
    private static final long FORGETTING_MASK = (1L << 34) - 1;

    private static final ArrayList<Object> NONE = new ArrayList<>(0);

    // Its key: a flow is looked up by it, so it is not far away.
    private final long lowHigh;
    private final long lowLow;
    private final long highHigh;
    private final long highLow;
    private final char lowPort;
    private final char highPort;
    private final byte protocol;
    private final boolean ipv6;

    final FlowDetector detector;
    /** What goes on at the gateways, linked one to the next: mostly at one. */
    private GatewayFlow gateways;
    // The first of those that are kept, in the order in which they came.
    private SynSighting syns;
    private Arrival arrivals;
    private AckSample samples;
    private ArrayList<DropNote> notes = none();
    private PingBook pings;
    private String communityId;
    boolean gone;
    /** Time of the latest header taken; not stored: after a restart, that of the first one since. */
    long latest = Long.MIN_VALUE;

    // Of the table that holds it.
    int hash;
    Flow older;
    Flow newer;
    long orderedAt = Long.MIN_VALUE / 2;
    /** Directions in which packets were seen: 1 from the lower endpoint, 2 to it. */
    byte directions;

    // Of the book that the detector keeps of changes.
    boolean changed;
    /** True if state of it may have been written. */
    boolean stored;

    /** A flow of which nothing is known but its key; that is copied. */
    Flow(FlowDetector detector, FlowTuple key) {
        this.detector = detector;
        this.lowHigh = key.lowHigh;
        this.lowLow = key.lowLow;
        this.highHigh = key.highHigh;
        this.highLow = key.highLow;
        this.lowPort = (char) key.lowPort;
        this.highPort = (char) key.highPort;
        this.protocol = (byte) key.protocol;
        this.ipv6 = key.ipv6;
    }

    /** True if this is the flow of that key. */
    boolean is(FlowTuple key) {
        return lowLow == key.lowLow && highLow == key.highLow && lowPort == key.lowPort && highPort == key.highPort && lowHigh == key.lowHigh
                && highHigh == key.highHigh && protocol() == key.protocol && ipv6 == key.ipv6;
    }

    FlowKey key() {
        return new FlowKey(ipv6, protocol(), lowHigh, lowLow, highHigh, highLow, lowPort, highPort);
    }

    /** IP protocol number, 0 to 255. */
    int protocol() {
        return protocol & 0xff;
    }

    /** Port on the given side; of ICMP, see {@link FlowKey}. */
    int port(boolean low) {
        return low ? lowPort : highPort;
    }

    String communityId() {
        if (communityId == null) {
            communityId = key().communityId();
        }
        return communityId;
    }

    GatewayFlow at(int gateway) {
        GatewayFlow last = null;
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            if (g.gateway == gateway) {
                return g;
            }
            last = g;
        }
        GatewayFlow fresh = new GatewayFlow(detector, this, gateway);
        if (last == null) {
            gateways = fresh;
        } else {
            last.next = fresh;
        }
        return fresh;
    }

    /** True if this gateway saw the flow begin before {@code time}: what its tracker thinks then rests on the whole of it. */
    boolean beganInSight(int gateway, long time) {
        for (SynSighting syn = syns; syn != null; syn = syn.next) {
            if (syn.gateway == gateway && syn.time <= time && time < synKept(syn)) {
                return true;
            }
        }
        return false;
    }

    /** Keeps what was known before of handshakes: each the first of its kind, or null. */
    void keep(SynSighting syn, Arrival arrival, AckSample sample) {
        syns = syn;
        arrivals = arrival;
        samples = sample;
    }

    // What gateways tell.

    /** A packet entered a gateway and is no copy. */
    void entered(GatewayFlow at, Entered e) {
        Seen p = e.packet;
        int gateway = at.gateway;
        if (!p.isTcp()) {
            if (!p.quotes && IcmpQuery.isEcho(p.protocol, p.icmpType)) {
                if (pings == null) {
                    pings = new PingBook();
                }
                pings.entered(gateway, e, detector.counters(), detector.outcomeDelay());
                detector.look(this, p.time + detector.outcomeDelay());
            }
            return;
        }
        if (p.quotes) {
            return;
        }
        if (p.isSyn()) {
            sawSyn(gateway, p);
        } else if (p.isSynAck()) {
            sawSynAck(gateway, p);
        } else if (!p.has(PacketHeader.SYN) && (p.has(PacketHeader.ACK) || p.has(PacketHeader.RST))) {
            sample(at, e);
        }
    }

    /** A packet that entered was seen leaving. */
    void left(int gateway, Entered e) {
        if (!e.packet.isTcp()) {
            if (pings != null) {
                pings.left(gateway, e.packet, e.leftAt);
            }
            return;
        }
        if (e.packet.isSyn()) {
            for (SynSighting syn = syns; syn != null; syn = syn.next) {
                if (syn.gateway == gateway && syn.time == e.packet.time && syn.seq == e.packet.seq) {
                    syn.transit = e.leftAt - syn.time;
                }
            }
            return;
        }
        if (!e.sampled) {
            return;
        }
        for (AckSample sample = samples; sample != null; sample = sample.next) {
            if (sample.gateway == gateway && sample.time == e.packet.time && sample.seq == e.packet.seq && sample.ack == e.packet.ack) {
                sample.leftAt = e.leftAt;
            }
        }
    }

    /** An INVALID packet was dropped. */
    void dropped(int gateway, Entered e, Evidence evidence) {
        Seen p = e.packet;
        ObservationPoint at = detector.gateways().pointName(p.point);
        boolean tcp = p.isTcp();
        Endpoint source = p.source == null ? endpoint(p.fromLow) : p.source;
        Endpoint destination = p.destination == null ? endpoint(!p.fromLow) : p.destination;
        String id = EventIds.of("invalid-drop", at.gateway(), communityId(), p.packetTime(), p.fromLow, p.seq, p.ack, p.flags, p.icmpType, p.icmpId, p.icmpSequence,
                e.ordinal);
        detector.events().invalidDrop(new InvalidDrop(id, p.packetTime(), p.packetTime(), at.gateway(), at.iface(), communityId(), p.protocol, source,
                destination, p.seq, p.ack, p.flags, tcp ? -1 : p.icmpType, tcp ? -1 : p.icmpCode, e.reason.name(), e.state.name(), evidence),
                directions != FlowTable.BOTH_DIRECTIONS);
        if (!tcp || p.quotes) {
            return;
        }
        note(new DropNote(gateway, p, e.reason, e.state, evidence));
        if (p.isSynAck()) {
            Arrival arrival = arrival(gateway, p);
            if (arrival != null && p.time + detector.forwardingDelay() <= arrival.time + CLOSE) {
                arrival.dropped = true;
                if (arrival.stage == Arrival.Stage.TOLD) {
                    arrival.stage = Arrival.Stage.TOLD_DROPPED;
                    tell(Orphans.revised(arrival, 1, false));
                }
            }
        }
    }

    private void sawSyn(int gateway, Seen p) {
        for (SynSighting syn = syns; syn != null; syn = syn.next) {
            if (syn.gateway == gateway && syn.fromLow == p.fromLow && syn.seq == p.seq && p.time - syn.time <= detector.pairingWindow()) {
                return;
            }
        }
        SynSighting seen = new SynSighting(gateway, p.point, p.time, p.fromLow, p.seq, p.payloadLength);
        syns = Kept.append(withRoom(syns), seen);
        detector.look(this, someTimeAfter(synKept(seen)));
    }

    private void sawSynAck(int gateway, Seen p) {
        Arrival arrival = arrival(gateway, p);
        if (arrival != null) {
            arrival.again++;
            return;
        }
        Arrival fresh = Arrival.of(gateway, p);
        arrivals = Kept.append(withRoom(arrivals), fresh);
        if (Orphans.answersLocalSyn(detector, this, fresh)) {
            fresh.stage = Arrival.Stage.ANSWERS_LOCAL_SYN; // the gateway's own packets came in order: nothing can change that
            detector.look(this, p.time + detector.outcomeDelay());
        } else {
            detector.look(this, p.time);
        }
    }

    /** The arrival that this SYN-ACK repeats, or is. */
    private Arrival arrival(int gateway, Seen p) {
        for (Arrival a = arrivals; a != null; a = a.next) {
            if (a.gateway == gateway && a.serverFromLow == p.fromLow && a.ack == p.ack && p.time - a.time <= CLOSE) {
                return a;
            }
        }
        return null;
    }

    private void sample(GatewayFlow at, Entered e) {
        int kept = 0;
        for (AckSample sample = samples; sample != null; sample = sample.next) {
            if (sample.covers(at.gateway, e, SAMPLE_REFRESH)) {
                return;
            }
            kept++;
        }
        if (kept >= MAX_KEPT) {
            for (GatewayFlow g = gateways; g != null; g = g.next) {
                g.forgetLastSamples(); // one of these may be the one that makes room
            }
        }
        AckSample sample = AckSample.of(at.gateway, e);
        samples = Kept.append(withRoom(samples), sample);
        e.sampled = true;
        at.sampled(sample);
        if (kept == 0 || kept == FEW_SAMPLES) {
            detector.look(this, someTimeAfter(sampleKept(samples)));
        }
    }

    private void note(DropNote note) {
        for (DropNote earlier : notes) {
            if (earlier.merge(note, NOTE_SPAN)) {
                return;
            }
        }
        if (notes.isEmpty()) {
            notes = new ArrayList<>(1);
        } else if (notes.size() >= MAX_KEPT) {
            notes.remove(0);
            detector.counters().evictedHeaders++;
        }
        notes.add(note);
        detector.look(this, note.time + detector.outcomeDelay());
    }

    /** Those that are kept, from {@code first} on, with room for one more. */
    private <T extends Kept<T>> T withRoom(T first) {
        if (first != null && first.next != null && Kept.count(first) >= MAX_KEPT) {
            detector.counters().evictedHeaders++;
            return first.next;
        }
        return first;
    }

    /** The list, or none at all in its place if it is empty. */
    private static <T> ArrayList<T> slim(ArrayList<T> kept) {
        return kept.isEmpty() ? none() : kept;
    }

    /** The empty list that all flows share: never added to. */
    @SuppressWarnings("unchecked")
    private static <T> ArrayList<T> none() {
        return (ArrayList<T>) NONE;
    }

    // What follows when all gateways have come far enough.

    /** Decides all that is due when every point is known up to {@code watermark}. */
    void conclude(long watermark) {
        for (Arrival arrival = arrivals; arrival != null; arrival = arrival.next) {
            judge(arrival, watermark);
        }
        for (Handshake next = nextOutcome(watermark); next != null; next = nextOutcome(watermark)) {
            next.arrivals().forEach(a -> a.counted = true);
            detector.handshakes().tellOutcome(this, next, next.firstTime() + detector.outcomeDelay());
        }
        if (!notes.isEmpty()) {
            notes.removeIf(note -> {
                long due = note.time + detector.outcomeDelay();
                if (due > watermark) {
                    return false;
                }
                detector.handshakes().tellDrop(this, note, due);
                return true;
            });
            notes = slim(notes);
        }
        if (pings != null) {
            pings.conclude(detector, this, watermark);
            if (pings.isEmpty()) {
                pings = null;
            }
        }
        forget(watermark);
    }

    /** The earliest handshake whose outcome is due and not told: its first arrival, and the same SYN-ACK's others up to when it is due. */
    private Handshake nextOutcome(long watermark) {
        Arrival first = null;
        for (Arrival a = arrivals; a != null; a = a.next) {
            if (!a.counted && (first == null || a.time < first.time)) {
                first = a;
            }
        }
        return first == null || first.time + detector.outcomeDelay() > watermark ? null : handshake(first, first.time, first.time + detector.outcomeDelay());
    }

    /** The handshake of an arrival: the same SYN-ACK's arrivals between the two times. */
    Handshake handshake(Arrival of, long from, long to) {
        List<Arrival> same = new ArrayList<>(2);
        for (Arrival a = arrivals; a != null; a = a.next) {
            if (a.sameSynAck(of) && a.time >= from && a.time <= to) {
                same.add(a);
            }
        }
        return new Handshake(same);
    }

    private void judge(Arrival arrival, long watermark) {
        if (arrival.stage == Arrival.Stage.OPEN && arrival.time <= watermark) {
            arrival.judged = true;
            Orphans.Judgement judgement = Orphans.judge(detector, this, arrival, watermark);
            if (judgement == Orphans.Judgement.ANSWERS_LOCAL_SYN) {
                arrival.stage = Arrival.Stage.ANSWERS_LOCAL_SYN;
            } else if (judgement == Orphans.Judgement.ORPHANED) {
                arrival.stage = arrival.dropped ? Arrival.Stage.TOLD_DROPPED : Arrival.Stage.TOLD;
                tell(arrival.told);
            }
        }
        if ((arrival.stage == Arrival.Stage.TOLD || arrival.stage == Arrival.Stage.TOLD_DROPPED) && arrival.time + CLOSE <= watermark) {
            arrival.stage = Arrival.Stage.CLOSED;
            tell(Orphans.revised(arrival, 2, true));
        }
    }

    private void tell(OrphanedSynAck event) {
        detector.events().orphanedSynAck(event);
    }

    private void forget(long watermark) {
        arrivals = Kept.retain(arrivals, this, Flow::keeps, watermark);
        syns = Kept.retain(syns, this, Flow::keeps, watermark);
        samples = Kept.retain(samples, this, Flow::keeps, watermark);
    }

    private boolean keeps(Arrival a, long watermark) {
        return !a.closed() || arrivalKept(a) > watermark;
    }

    private boolean keeps(SynSighting syn, long watermark) {
        return synKept(syn) > watermark;
    }

    private boolean keeps(AckSample sample, long watermark) {
        return sampleKept(sample) > watermark;
    }

    private long arrivalKept(Arrival a) {
        return a.time + detector.arrivalKept();
    }

    private long sampleKept(AckSample sample) {
        return sample.time + detector.sampleKept();
    }

    /** When to forget what may be forgotten from {@code time} on: not at once, as by then there may be more. Flows take turns. */
    private long someTimeAfter(long time) {
        long turn = hash & FORGETTING_MASK;
        return (time + turn | FORGETTING_MASK) + 1 - turn;
    }

    private long synKept(SynSighting syn) {
        return syn.time + detector.synKept();
    }

    @Override
    int fetch() {
        int sum = gateways == null || !gateways.idle() ? 0 : 1;
        if (arrivals != null) {
            sum += arrivals.ack;
        }
        if (samples != null) {
            sum += samples.ack;
        }
        return syns == null ? sum : sum + syns.seq;
    }

    @Override
    void keep(long watermark) {
        if (!gone) {
            detector.conclude(this, watermark);
        }
    }

    /** The watermark of all at which to look again; {@link FlowDetector#END} if nothing is left to wait for but the end. */
    @Override
    long due() {
        long due = FlowDetector.END;
        if (gone) {
            return due;
        }
        long forgetting = Long.MIN_VALUE;
        for (Arrival a = arrivals; a != null; a = a.next) {
            if (!a.counted) {
                due = Math.min(due, a.time + detector.outcomeDelay());
            }
            switch (a.stage) {
                case OPEN -> due = Math.min(due, a.judged ? a.time + detector.clockTolerance() : a.time);
                case TOLD, TOLD_DROPPED -> due = Math.min(due, a.time + CLOSE);
                case ANSWERS_LOCAL_SYN, CLOSED -> forgetting = Math.max(forgetting, arrivalKept(a));
            }
        }
        for (DropNote note : notes) {
            due = Math.min(due, note.time + detector.outcomeDelay());
        }
        for (SynSighting syn = syns; syn != null; syn = syn.next) {
            forgetting = Math.max(forgetting, synKept(syn));
        }
        if (samples != null) {
            // Those of long flows would be many.
            forgetting = Kept.count(samples) > FEW_SAMPLES ? sampleKept(samples) : Math.max(forgetting, sampleKept(Kept.last(samples)));
        }
        if (pings != null) {
            due = Math.min(due, pings.due(detector.outcomeDelay()));
        }
        if (forgetting != Long.MIN_VALUE) {
            return Math.min(due, someTimeAfter(forgetting));
        }
        long watermark = detector.gateways().watermark();
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            if (g.entryExpires() >= watermark) {
                due = Math.min(due, g.entryExpires() + 1);
            }
        }
        return due;
    }

    /** True if forgetting this flow changes nothing: nothing waits, and every gateway's entry has expired by {@code watermark}. */
    boolean over(long watermark) {
        if (!bare()) {
            return false;
        }
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            if (!g.idle() || g.entryExpires() >= watermark && watermark != FlowDetector.END) {
                return false;
            }
        }
        return true;
    }

    /** True if nothing but packets in gateways and their entries keeps the flow. */
    boolean bare() {
        return arrivals == null && notes.isEmpty() && pings == null && syns == null && samples == null;
    }

    /** True if a handshake or a drop still waits for its verdict: such a flow is evicted last. */
    boolean undecided() {
        if (!notes.isEmpty()) {
            return true;
        }
        for (Arrival a = arrivals; a != null; a = a.next) {
            if (!a.counted) {
                return true;
            }
        }
        return false;
    }

    /** It is about to be forgotten for want of room. */
    void evicted() {
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            g.evicted();
        }
    }

    /** Lets go of everything: appointments may still hold the flow itself for a while. */
    void close() {
        gone = true;
        gateways = null;
        syns = null;
        arrivals = null;
        samples = null;
        notes = none();
        pings = null;
    }

    /** Headers that go with the flow when it is evicted. */
    int held() {
        int held = 0;
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            held += g.held();
        }
        return held;
    }

    /** What goes on at the first gateway; {@link GatewayFlow#next} leads on. */
    GatewayFlow gateways() {
        return gateways;
    }

    /** The first; null if there is none. So are {@link #arrivals} and {@link #samples}. */
    SynSighting syns() {
        return syns;
    }

    Arrival arrivals() {
        return arrivals;
    }

    AckSample samples() {
        return samples;
    }

    /** The endpoint on the given side. */
    Endpoint endpoint(boolean low) {
        int port = protocol == PacketHeader.TCP ? port(low) : 0;
        return low ? new Endpoint(lowHigh, lowLow, port) : new Endpoint(highHigh, highLow, port);
    }

    void write(DataOutput out) throws IOException {
        StateIo.write(out, key());
        out.writeByte(directions);
        Kept.writeAll(out, syns);
        Kept.writeAll(out, arrivals);
        Kept.writeAll(out, samples);
        StateIo.writeAll(out, notes, (n, o) -> n.write(o));
        out.writeBoolean(pings != null);
        if (pings != null) {
            pings.write(out);
        }
        int count = 0;
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            count++;
        }
        out.writeInt(count);
        for (GatewayFlow g = gateways; g != null; g = g.next) {
            out.writeInt(g.gateway);
            g.write(out);
        }
    }

    static Flow read(FlowDetector detector, DataInput in) throws IOException {
        FlowTuple key = new FlowTuple();
        key.set(StateIo.readKey(in));
        Flow flow = new Flow(detector, key);
        flow.directions = in.readByte();
        flow.syns = Kept.readAll(in, SynSighting::read);
        flow.arrivals = Kept.readAll(in, Arrival::read);
        flow.samples = Kept.readAll(in, AckSample::read);
        flow.notes = slim(new ArrayList<>(StateIo.readAll(in, DropNote::read)));
        flow.pings = in.readBoolean() ? PingBook.read(in) : null;
        for (int n = in.readInt(); n > 0; n--) {
            flow.at(in.readInt()).read(in);
        }
        return flow;
    }
}
