package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that is known of one flow: what each gateway's shadow thinks, and what the gateways together say of its handshakes, drops and pings. */
final class Flow extends Calendar.Appointed {
    /** A SYN-ACK's retransmissions span less than this; then nothing more is learnt of it. Linux: 31 s for five, and the client's own retries. */
    static final long CLOSE = Duration.ofSeconds(64).toNanos();
    static final long SAMPLE_REFRESH = Duration.ofSeconds(10).toNanos();
    private static final long NOTE_SPAN = Duration.ofSeconds(1).toNanos();
    private static final int MAX_KEPT = 256;
    private static final int FEW_SAMPLES = 8;
    /** The length of a turn of forgetting, less 1: about 17 s. Nanoseconds. */
    private static final long FORGETTING_MASK = (1L << 34) - 1;

    private static final ArrayList<Object> NONE = new ArrayList<>(0);

    final FlowKey key;
    private final FlowDetector detector;
    private GatewayFlow[] gateways = {};
    private ArrayList<SynSighting> syns = none();
    private ArrayList<Arrival> arrivals = none();
    private ArrayList<AckSample> samples = none();
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
    int directions;

    // Of the book that the detector keeps of changes.
    boolean changed;
    /** True if state of it may have been written. */
    boolean stored;

    Flow(FlowDetector detector, FlowKey key) {
        this.detector = detector;
        this.key = key;
    }

    String communityId() {
        if (communityId == null) {
            communityId = key.communityId();
        }
        return communityId;
    }

    GatewayFlow at(int gateway) {
        for (GatewayFlow g : gateways) {
            if (g.gateway == gateway) {
                return g;
            }
        }
        GatewayFlow g = new GatewayFlow(detector, this, gateway);
        gateways = Arrays.copyOf(gateways, gateways.length + 1);
        gateways[gateways.length - 1] = g;
        return g;
    }

    /** True if this gateway saw the flow begin before {@code time}: what its tracker thinks then rests on the whole of it. */
    boolean beganInSight(int gateway, long time) {
        for (SynSighting syn : syns) {
            if (syn.gateway() == gateway && syn.time() <= time && time < synKept(syn)) {
                return true;
            }
        }
        return false;
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
                pings.left(gateway, e.packet);
            }
            return;
        }
        if (e.packet.isSyn()) {
            syns.replaceAll(syn -> syn.gateway() == gateway && syn.time() == e.packet.time && syn.seq() == e.packet.seq ? syn.left(e.leftAt) : syn);
            return;
        }
        if (!e.sampled) {
            return;
        }
        for (AckSample sample : samples) {
            if (sample.gateway == gateway && sample.time == e.packet.time && sample.seq == e.packet.seq && sample.ack == e.packet.ack) {
                sample.left = true;
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
        for (SynSighting syn : syns) {
            if (syn.gateway() == gateway && syn.fromLow() == p.fromLow && syn.seq() == p.seq && p.time - syn.time() <= detector.pairingWindow()) {
                return;
            }
        }
        syns = withRoom(syns);
        SynSighting syn = new SynSighting(gateway, p.point, p.time, p.fromLow, p.seq, p.payloadLength, 0);
        syns.add(syn);
        detector.look(this, someTimeAfter(synKept(syn)));
    }

    private void sawSynAck(int gateway, Seen p) {
        Arrival arrival = arrival(gateway, p);
        if (arrival != null) {
            arrival.again++;
            return;
        }
        arrivals = withRoom(arrivals);
        Arrival fresh = Arrival.of(gateway, p);
        arrivals.add(fresh);
        if (Orphans.answersLocalSyn(detector, this, fresh)) {
            fresh.stage = Arrival.Stage.ANSWERS_LOCAL_SYN; // the gateway's own packets came in order: nothing can change that
            detector.look(this, p.time + detector.outcomeDelay());
        } else {
            detector.look(this, p.time);
        }
    }

    /** The arrival that this SYN-ACK repeats, or is. */
    private Arrival arrival(int gateway, Seen p) {
        for (Arrival a : arrivals) {
            if (a.gateway == gateway && a.serverFromLow == p.fromLow && a.ack == p.ack && p.time - a.time <= CLOSE) {
                return a;
            }
        }
        return null;
    }

    private void sample(GatewayFlow at, Entered e) {
        for (int i = samples.size() - 1; i >= 0; i--) {
            if (samples.get(i).covers(at.gateway, e, SAMPLE_REFRESH)) {
                return;
            }
        }
        if (samples.size() >= MAX_KEPT) {
            for (GatewayFlow g : gateways) {
                g.forgetLastSamples(); // one of these may be the one that makes room
            }
        }
        samples = withRoom(samples);
        AckSample sample = AckSample.of(at.gateway, e);
        samples.add(sample);
        e.sampled = true;
        at.sampled(sample);
        if (samples.size() == 1 || samples.size() == FEW_SAMPLES + 1) {
            detector.look(this, someTimeAfter(sampleKept(samples.get(0))));
        }
    }

    private void note(DropNote note) {
        for (DropNote earlier : notes) {
            if (earlier.merge(note, NOTE_SPAN)) {
                return;
            }
        }
        notes = withRoom(notes);
        notes.add(note);
        detector.look(this, note.time + detector.outcomeDelay());
    }

    /** The list, with room for one more: most flows never need most lists. */
    private <T> ArrayList<T> withRoom(ArrayList<T> kept) {
        if (kept.isEmpty()) {
            return new ArrayList<>(1);
        }
        if (kept.size() >= MAX_KEPT) {
            kept.remove(0);
            detector.counters().evictedHeaders++;
        }
        return kept;
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
        for (Arrival arrival : arrivals) {
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
        for (Arrival a : arrivals) {
            if (!a.counted && (first == null || a.time < first.time)) {
                first = a;
            }
        }
        return first == null || first.time + detector.outcomeDelay() > watermark ? null : handshake(first, first.time, first.time + detector.outcomeDelay());
    }

    /** The handshake of an arrival: the same SYN-ACK's arrivals between the two times. */
    Handshake handshake(Arrival of, long from, long to) {
        List<Arrival> same = new ArrayList<>(2);
        for (Arrival a : arrivals) {
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
        if (!arrivals.isEmpty()) {
            arrivals.removeIf(a -> a.closed() && arrivalKept(a) <= watermark);
            arrivals = slim(arrivals);
        }
        if (!syns.isEmpty()) {
            syns.removeIf(syn -> synKept(syn) <= watermark);
            syns = slim(syns);
        }
        if (!samples.isEmpty()) {
            samples.removeIf(sample -> sampleKept(sample) <= watermark);
            samples = slim(samples);
        }
    }

    /** Until when an arrival may matter to a verdict: notes look back as far as {@link #CLOSE}, and wait. */
    private long arrivalKept(Arrival a) {
        return a.time + CLOSE + 2 * detector.outcomeDelay();
    }

    private long sampleKept(AckSample sample) {
        return sample.time + SAMPLE_REFRESH + detector.outcomeDelay();
    }

    /** When to forget what may be forgotten from {@code time} on: not at once, as by then there may be more. Flows take turns. */
    private long someTimeAfter(long time) {
        long turn = hash & FORGETTING_MASK;
        return (time + turn | FORGETTING_MASK) + 1 - turn;
    }

    private long synKept(SynSighting syn) {
        return syn.time() + detector.pairingWindow() + CLOSE + 3 * detector.outcomeDelay();
    }

    @Override
    int fetch() {
        int sum = gateways.length == 0 || !gateways[0].idle() ? 0 : 1;
        if (!arrivals.isEmpty()) {
            sum += arrivals.get(0).ack;
        }
        if (!samples.isEmpty()) {
            sum += samples.get(0).ack;
        }
        return syns.isEmpty() ? sum : sum + syns.get(0).seq();
    }

    /** Reads a little of all that taking headers at its gateways will read. The sum says nothing. */
    int fetchAt() {
        int sum = samples.isEmpty() ? 0 : samples.get(samples.size() - 1).ack;
        for (GatewayFlow g : gateways) {
            sum += g.fetch();
        }
        return sum;
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
        for (Arrival a : arrivals) {
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
        for (SynSighting syn : syns) {
            forgetting = Math.max(forgetting, synKept(syn));
        }
        if (!samples.isEmpty()) {
            // Those of long flows would be many.
            forgetting = samples.size() > FEW_SAMPLES ? sampleKept(samples.get(0)) : Math.max(forgetting, sampleKept(samples.get(samples.size() - 1)));
        }
        if (pings != null) {
            due = Math.min(due, pings.due(detector.outcomeDelay()));
        }
        if (forgetting != Long.MIN_VALUE) {
            return Math.min(due, someTimeAfter(forgetting));
        }
        long watermark = detector.gateways().watermark();
        for (GatewayFlow g : gateways) {
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
        for (GatewayFlow g : gateways) {
            if (!g.idle() || g.entryExpires() >= watermark && watermark != FlowDetector.END) {
                return false;
            }
        }
        return true;
    }

    /** True if nothing but packets in gateways and their entries keeps the flow. */
    boolean bare() {
        return arrivals.isEmpty() && notes.isEmpty() && pings == null && syns.isEmpty() && samples.isEmpty();
    }

    /** True if a handshake or a drop still waits for its verdict: such a flow is evicted last. */
    boolean undecided() {
        if (!notes.isEmpty()) {
            return true;
        }
        for (Arrival a : arrivals) {
            if (!a.counted) {
                return true;
            }
        }
        return false;
    }

    /** It is about to be forgotten for want of room. */
    void evicted() {
        for (GatewayFlow g : gateways) {
            g.evicted();
        }
    }

    /** Lets go of everything: appointments may still hold the flow itself for a while. */
    void close() {
        gone = true;
        gateways = new GatewayFlow[0];
        syns = none();
        arrivals = none();
        samples = none();
        notes = none();
        pings = null;
    }

    /** Headers that go with the flow when it is evicted. */
    int held() {
        int held = 0;
        for (GatewayFlow g : gateways) {
            held += g.held();
        }
        return held;
    }

    GatewayFlow[] gateways() {
        return gateways;
    }

    ArrayList<SynSighting> syns() {
        return syns;
    }

    ArrayList<Arrival> arrivals() {
        return arrivals;
    }

    ArrayList<AckSample> samples() {
        return samples;
    }

    /** The endpoint on the given side. */
    Endpoint endpoint(boolean low) {
        boolean tcp = key.protocol() == PacketHeader.TCP;
        return low ? new Endpoint(key.lowAddressHigh(), key.lowAddressLow(), tcp ? key.lowPort() : 0)
                : new Endpoint(key.highAddressHigh(), key.highAddressLow(), tcp ? key.highPort() : 0);
    }

    void write(DataOutput out) throws IOException {
        StateIo.write(out, key);
        out.writeByte(directions);
        StateIo.writeAll(out, syns, (s, o) -> s.write(o));
        StateIo.writeAll(out, arrivals, (a, o) -> a.write(o));
        StateIo.writeAll(out, samples, (s, o) -> s.write(o));
        StateIo.writeAll(out, notes, (n, o) -> n.write(o));
        out.writeBoolean(pings != null);
        if (pings != null) {
            pings.write(out);
        }
        out.writeInt(gateways.length);
        for (GatewayFlow g : gateways) {
            out.writeInt(g.gateway);
            g.write(out);
        }
    }

    static Flow read(FlowDetector detector, DataInput in) throws IOException {
        Flow flow = new Flow(detector, StateIo.readKey(in));
        flow.directions = in.readByte();
        flow.syns = slim(new ArrayList<>(StateIo.readAll(in, SynSighting::read)));
        flow.arrivals = slim(new ArrayList<>(StateIo.readAll(in, Arrival::read)));
        flow.samples = slim(new ArrayList<>(StateIo.readAll(in, AckSample::read)));
        flow.notes = slim(new ArrayList<>(StateIo.readAll(in, DropNote::read)));
        flow.pings = in.readBoolean() ? PingBook.read(in) : null;
        for (int n = in.readInt(); n > 0; n--) {
            flow.at(in.readInt()).read(in);
        }
        return flow;
    }
}
