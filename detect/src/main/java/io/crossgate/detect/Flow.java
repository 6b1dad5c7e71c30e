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
    private static final long SAMPLE_REFRESH = Duration.ofSeconds(10).toNanos();
    private static final long NOTE_SPAN = Duration.ofSeconds(1).toNanos();
    private static final int MAX_KEPT = 256;

    final FlowKey key;
    private final FlowDetector detector;
    private final List<GatewayFlow> gateways = new ArrayList<>(2);
    private final List<SynSighting> syns = new ArrayList<>(2);
    private final List<Handshake> handshakes = new ArrayList<>(2);
    private final List<AckSample> samples = new ArrayList<>(2);
    private final List<DropNote> notes = new ArrayList<>(0);
    private PingBook pings;
    private String communityId;
    boolean gone;
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
                pings.entered(gateway, e, detector.counters());
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
            Handshake handshake = handshake(p.fromLow, p.ack, p.time);
            Handshake.Arrival arrival = handshake == null ? null : handshake.at(gateway);
            if (arrival != null && p.time + detector.forwardingDelay() <= arrival.time + CLOSE) {
                arrival.dropped = true;
                if (arrival.stage == Handshake.Stage.TOLD) {
                    arrival.stage = Handshake.Stage.TOLD_DROPPED;
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
        syns.add(new SynSighting(gateway, p.point, p.time, p.fromLow, p.seq, p.payloadLength));
    }

    private void sawSynAck(int gateway, Seen p) {
        Handshake handshake = handshake(p.fromLow, p.ack, p.time);
        if (handshake == null) {
            makeRoom(handshakes);
            handshake = new Handshake(p.fromLow, p.ack);
            handshakes.add(handshake);
        }
        Handshake.Arrival arrival = handshake.at(gateway);
        if (arrival == null) {
            handshake.arrivals.add(new Handshake.Arrival(gateway, p.point, p.time, p.seq, p.flags, p.checksum));
        } else {
            arrival.again++;
        }
    }

    private Handshake handshake(boolean serverFromLow, int ack, long time) {
        for (Handshake h : handshakes) {
            if (h.serverFromLow == serverFromLow && h.ack == ack && time - h.firstTime() <= CLOSE) {
                return h;
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
        for (Handshake handshake : handshakes) {
            for (Handshake.Arrival arrival : handshake.arrivals) {
                judge(handshake, arrival, watermark);
            }
            if (!handshake.outcomeTold && outcomeDue(handshake) <= watermark) {
                handshake.outcomeTold = true;
                Handshakes.tellOutcome(detector, this, handshake, outcomeDue(handshake));
            }
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

    private long outcomeDue(Handshake handshake) {
        return handshake.firstTime() + detector.outcomeDelay();
    }

    private void judge(Handshake handshake, Handshake.Arrival arrival, long watermark) {
        if (arrival.stage == Handshake.Stage.OPEN && arrival.time <= watermark) {
            Orphans.Judgement judgement = Orphans.judge(detector, this, handshake, arrival, watermark);
            if (judgement == Orphans.Judgement.ANSWERS_LOCAL_SYN) {
                arrival.stage = Handshake.Stage.ANSWERS_LOCAL_SYN;
            } else if (judgement == Orphans.Judgement.ORPHANED) {
                arrival.stage = arrival.dropped ? Handshake.Stage.TOLD_DROPPED : Handshake.Stage.TOLD;
                tell(arrival.told);
            }
        }
        if ((arrival.stage == Handshake.Stage.TOLD || arrival.stage == Handshake.Stage.TOLD_DROPPED) && arrival.time + CLOSE <= watermark) {
            arrival.stage = Handshake.Stage.CLOSED;
            tell(Orphans.revised(arrival, 2, true));
        }
    }

    private void tell(OrphanedSynAck event) {
        detector.events().orphanedSynAck(event);
    }

    private void forget(long watermark) {
        handshakes.removeIf(h -> h.closed() && h.lastTime() + CLOSE + detector.outcomeDelay() <= watermark);
        syns.removeIf(syn -> syn.time() + detector.pairingWindow() + CLOSE <= watermark);
        samples.removeIf(sample -> sample.time + SAMPLE_REFRESH + detector.outcomeDelay() <= watermark);
    }

    /** The watermark of all at which to look again; {@link FlowDetector#END} if nothing is left to wait for but the end. */
    long due(long watermark) {
        long due = FlowDetector.END;
        for (Handshake h : handshakes) {
            if (!h.outcomeTold) {
                due = Math.min(due, outcomeDue(h));
            }
            for (Handshake.Arrival a : h.arrivals) {
                due = Math.min(due, switch (a.stage) {
                    case OPEN -> a.time > watermark ? a.time : a.time + detector.clockTolerance();
                    case TOLD, TOLD_DROPPED -> a.time + CLOSE;
                    case ANSWERS_LOCAL_SYN, CLOSED -> h.lastTime() + CLOSE + detector.outcomeDelay();
                });
            }
        }
        for (DropNote note : notes) {
            due = Math.min(due, note.time + detector.outcomeDelay());
        }
        for (SynSighting syn : syns) {
            due = Math.min(due, syn.time() + detector.pairingWindow() + CLOSE);
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
        if (!handshakes.isEmpty() || !notes.isEmpty() || pings != null || !syns.isEmpty() || !samples.isEmpty()) {
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
        for (Handshake h : handshakes) {
            if (!h.outcomeTold) {
                return true;
            }
        }
        return false;
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

    List<Handshake> handshakes() {
        return handshakes;
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
        StateIo.writeAll(out, handshakes, (h, o) -> h.write(o));
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
        flow.handshakes.addAll(StateIo.readAll(in, Handshake::read));
        flow.samples.addAll(StateIo.readAll(in, AckSample::read));
        flow.notes.addAll(StateIo.readAll(in, DropNote::read));
        flow.pings = in.readBoolean() ? PingBook.read(in) : null;
        for (int n = in.readInt(); n > 0; n--) {
            flow.at(in.readInt()).read(in);
        }
        return flow;
    }
}
