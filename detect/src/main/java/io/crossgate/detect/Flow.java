package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that is known of one flow: what each gateway's shadow thinks, and what the gateways together say of its handshakes, drops and pings. */
final class Flow {
    /** A SYN-ACK's retransmissions span less than this; then nothing more is learnt of it. Linux: 31 s for five, and the client's own retries. */
    static final long CLOSE = Duration.ofSeconds(64).toNanos();
    static final long SAMPLE_REFRESH = Duration.ofSeconds(10).toNanos();
    private static final long NOTE_SPAN = Duration.ofSeconds(1).toNanos();
    private static final int MAX_KEPT = 256;

    final FlowKey key;
    private final FlowDetector detector;
    private final List<GatewayFlow> gateways = new ArrayList<>(2);
    private final List<SynSighting> syns = new ArrayList<>(2);
    private final List<Arrival> arrivals = new ArrayList<>(2);
    private final List<AckSample> samples = new ArrayList<>(2);
    private final List<DropNote> notes = new ArrayList<>(0);
    private PingBook pings;
    private String communityId;
    boolean gone;
    /** Time of the latest header taken; not stored: after a restart, that of the first one since. */
    long latest = Long.MIN_VALUE;
    /** The watermark at which the flow is next looked at as a whole: see {@link FlowDetector}. */
    long scheduled = FlowDetector.END;

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
        gateways.add(g);
        return g;
    }

    /** True if this gateway saw the flow begin before {@code time}: what its tracker thinks then rests on the whole of it. */
    boolean beganInSight(int gateway, long time) {
        for (SynSighting syn : syns) {
            if (syn.gateway() == gateway && syn.time() <= time) {
                return true;
            }
        }
        return false;
    }

    // What gateways tell.

    /** A packet entered a gateway and is no copy. */
    void entered(int gateway, Entered e) {
        Seen p = e.packet;
        if (!p.isTcp()) {
            if (!p.quotes && IcmpQuery.isEcho(p.protocol, p.icmpType)) {
                if (pings == null) {
                    pings = new PingBook();
                }
                pings.entered(gateway, e, detector.counters(), detector.outcomeDelay());
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
            sample(AckSample.of(gateway, e));
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
        String id = EventIds.of("invalid-drop", at.gateway(), communityId(), p.packetTime(), p.fromLow, p.seq, p.ack, p.flags, p.icmpType, p.icmpId, p.icmpSequence,
                e.ordinal);
        detector.events().invalidDrop(new InvalidDrop(id, p.packetTime(), p.packetTime(), at.gateway(), at.iface(), communityId(), p.protocol, p.source,
                p.destination, p.seq, p.ack, p.flags, tcp ? -1 : p.icmpType, tcp ? -1 : p.icmpCode, e.reason.name(), e.state.name(), evidence));
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
        makeRoom(syns);
        syns.add(new SynSighting(gateway, p.point, p.time, p.fromLow, p.seq, p.payloadLength, 0));
    }

    private void sawSynAck(int gateway, Seen p) {
        Arrival arrival = arrival(gateway, p);
        if (arrival != null) {
            arrival.again++;
            return;
        }
        makeRoom(arrivals);
        arrivals.add(Arrival.of(gateway, p));
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

    private void sample(AckSample sample) {
        for (int i = samples.size() - 1; i >= 0; i--) {
            if (samples.get(i).covers(sample, SAMPLE_REFRESH)) {
                return;
            }
        }
        makeRoom(samples);
        samples.add(sample);
    }

    private void note(DropNote note) {
        for (DropNote earlier : notes) {
            if (earlier.merge(note, NOTE_SPAN)) {
                return;
            }
        }
        makeRoom(notes);
        notes.add(note);
    }

    private void makeRoom(List<?> kept) {
        if (kept.size() >= MAX_KEPT) {
            kept.remove(0);
            detector.counters().evictedHeaders++;
        }
    }

    // What follows when all gateways have come far enough.

    /** Decides all that is due when every point is known up to {@code watermark}. */
    void conclude(long watermark) {
        for (Arrival arrival : arrivals) {
            judge(arrival, watermark);
        }
        for (Handshake next = nextOutcome(watermark); next != null; next = nextOutcome(watermark)) {
            next.arrivals().forEach(a -> a.counted = true);
            Handshakes.tellOutcome(detector, this, next, next.firstTime() + detector.outcomeDelay());
        }
        notes.removeIf(note -> {
            long due = note.time + detector.outcomeDelay();
            if (due > watermark) {
                return false;
            }
            Handshakes.tellDrop(detector, this, note, due);
            return true;
        });
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
        long delay = detector.outcomeDelay();
        arrivals.removeIf(a -> a.closed() && arrivalKept(a) <= watermark);
        syns.removeIf(syn -> synKept(syn) <= watermark);
        samples.removeIf(sample -> sample.time + SAMPLE_REFRESH + delay <= watermark);
    }

    /** Until when an arrival may matter to a verdict: notes look back as far as {@link #CLOSE}, and wait. */
    private long arrivalKept(Arrival a) {
        return a.time + CLOSE + 2 * detector.outcomeDelay();
    }

    private long synKept(SynSighting syn) {
        return syn.time() + detector.pairingWindow() + CLOSE + 3 * detector.outcomeDelay();
    }

    /** The watermark of all at which to look again; {@link FlowDetector#END} if nothing is left to wait for but the end. */
    long due(long watermark) {
        long due = FlowDetector.END;
        for (Arrival a : arrivals) {
            if (!a.counted) {
                due = Math.min(due, a.time + detector.outcomeDelay());
            }
            due = Math.min(due, switch (a.stage) {
                case OPEN -> a.judged ? a.time + detector.clockTolerance() : a.time;
                case TOLD, TOLD_DROPPED -> a.time + CLOSE;
                case ANSWERS_LOCAL_SYN, CLOSED -> arrivalKept(a);
            });
        }
        for (DropNote note : notes) {
            due = Math.min(due, note.time + detector.outcomeDelay());
        }
        for (SynSighting syn : syns) {
            due = Math.min(due, synKept(syn));
        }
        for (AckSample sample : samples) {
            due = Math.min(due, sample.time + SAMPLE_REFRESH + detector.outcomeDelay());
        }
        if (pings != null) {
            due = Math.min(due, pings.due(detector.outcomeDelay()));
        }
        for (GatewayFlow g : gateways) {
            if (g.entryExpires() >= watermark) {
                due = Math.min(due, g.entryExpires() + 1);
            }
        }
        return due;
    }

    /** True if forgetting this flow changes nothing: nothing waits, and every gateway's entry has expired by {@code watermark}. */
    boolean over(long watermark) {
        if (!arrivals.isEmpty() || !notes.isEmpty() || pings != null || !syns.isEmpty() || !samples.isEmpty()) {
            return false;
        }
        for (GatewayFlow g : gateways) {
            if (!g.idle() || g.entryExpires() >= watermark && watermark != FlowDetector.END) {
                return false;
            }
        }
        return true;
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
        gateways.forEach(GatewayFlow::evicted);
    }

    /** Headers that go with the flow when it is evicted. */
    int held() {
        int held = 0;
        for (GatewayFlow g : gateways) {
            held += g.held();
        }
        return held;
    }

    List<GatewayFlow> gateways() {
        return gateways;
    }

    List<SynSighting> syns() {
        return syns;
    }

    List<Arrival> arrivals() {
        return arrivals;
    }

    List<AckSample> samples() {
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
        StateIo.writeAll(out, syns, (s, o) -> s.write(o));
        StateIo.writeAll(out, arrivals, (a, o) -> a.write(o));
        StateIo.writeAll(out, samples, (s, o) -> s.write(o));
        StateIo.writeAll(out, notes, (n, o) -> n.write(o));
        out.writeBoolean(pings != null);
        if (pings != null) {
            pings.write(out);
        }
        StateIo.writeAll(out, gateways, (g, o) -> {
            o.writeInt(g.gateway);
            g.write(o);
        });
    }

    static Flow read(FlowDetector detector, DataInput in) throws IOException {
        Flow flow = new Flow(detector, StateIo.readKey(in));
        flow.syns.addAll(StateIo.readAll(in, SynSighting::read));
        flow.arrivals.addAll(StateIo.readAll(in, Arrival::read));
        flow.samples.addAll(StateIo.readAll(in, AckSample::read));
        flow.notes.addAll(StateIo.readAll(in, DropNote::read));
        flow.pings = in.readBoolean() ? PingBook.read(in) : null;
        for (int n = in.readInt(); n > 0; n--) {
            flow.at(in.readInt()).read(in);
        }
        return flow;
    }
}
