package io.crossgate.detect;

import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Is a SYN-ACK orphaned at a gateway, and why: the join of both halves of a handshake across gateways. */
final class Orphans {
    enum Judgement {
        /** The gateway saw the SYN itself. */
        ANSWERS_LOCAL_SYN,
        /** It can't be told yet. */
        NOT_YET,
        /** Orphaned: {@link Arrival#told} says how. */
        ORPHANED
    }

    private Orphans() {}

    /**
     * Judges an arrival whose gateway is known up to its time. What is concluded rests on sightings up to the arrival's time, or, failing these, up to the clock
     * tolerance after it: so it is the same however far the watermark happens to be.
     */
    static Judgement judge(FlowDetector detector, Flow flow, Arrival arrival, long watermark) {
        if (answersLocalSyn(detector, flow, arrival)) {
            return Judgement.ANSWERS_LOCAL_SYN;
        }
        long latest = arrival.time + detector.clockTolerance();
        List<SynSighting> seen = certified(detector, flow, arrival, arrival.time);
        Pairing pairing = Pairing.CERTIFIED;
        if (seen.isEmpty()) {
            if (watermark < latest) {
                return Judgement.NOT_YET;
            }
            seen = certified(detector, flow, arrival, latest);
        }
        if (seen.isEmpty()) {
            seen = unanswered(detector, flow, arrival, latest);
            for (SynSighting syn : seen) {
                if (syn.gateway == arrival.gateway && syn.time <= arrival.time) {
                    return Judgement.ANSWERS_LOCAL_SYN; // its numbers were rewritten between this gateway's interfaces
                }
            }
            pairing = seen.isEmpty() ? Pairing.NONE : Pairing.TUPLE_ONLY;
        }
        Verdict verdict = Verdict.ASYMMETRIC;
        Gateways.Blind blind = Gateways.Blind.NOT;
        if (seen.isEmpty()) {
            ObservationPoint here = detector.gateways().pointName(arrival.point);
            blind = arrival.checksum == PacketHeader.CHECKSUM_BAD ? new Gateways.Blind(BlindReason.BAD_CHECKSUM, here.gateway())
                    : detector.gateways().blind(arrival.time - detector.lookBack(), arrival.time);
            if (blind == Gateways.Blind.NOT && detector.evictedSince(arrival.time - detector.lookBack())) {
                blind = new Gateways.Blind(BlindReason.EVICTED, "");
            }
            verdict = blind == Gateways.Blind.NOT ? Verdict.UNSOLICITED : Verdict.UNDETERMINED;
        }
        arrival.told = event(detector, flow, arrival, verdict, blind, pairing, seen);
        return Judgement.ORPHANED;
    }

    /** True if the arrival's gateway saw the SYN that it answers for certain. */
    static boolean answersLocalSyn(FlowDetector detector, Flow flow, Arrival arrival) {
        long from = arrival.time - detector.pairingWindow();
        for (SynSighting syn = flow.syns(); syn != null; syn = syn.next) {
            if (isSynOf(syn, arrival) && syn.gateway == arrival.gateway && syn.time >= from && syn.time <= arrival.time) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSynOf(SynSighting syn, Arrival arrival) {
        return syn.fromLow != arrival.serverFromLow && syn.answeredBy(arrival.ack);
    }

    /** SYNs at other gateways that this SYN-ACK answers for certain, seen up to {@code latest}. */
    private static List<SynSighting> certified(FlowDetector detector, Flow flow, Arrival arrival, long latest) {
        long from = arrival.time - detector.pairingWindow() - detector.clockTolerance();
        List<SynSighting> found = new ArrayList<>(2);
        for (SynSighting syn = flow.syns(); syn != null; syn = syn.next) {
            if (isSynOf(syn, arrival) && syn.gateway != arrival.gateway && syn.time >= from && syn.time <= latest) {
                found.add(syn);
            }
        }
        return found;
    }

    /** SYNs of the same 5-tuple and direction that no SYN-ACK answers for certain: one that has its own answer is not left over for another. */
    private static List<SynSighting> unanswered(FlowDetector detector, Flow flow, Arrival arrival, long latest) {
        long from = arrival.time - Flow.CLOSE;
        List<SynSighting> found = new ArrayList<>(2);
        for (SynSighting syn = flow.syns(); syn != null; syn = syn.next) {
            if (syn.fromLow != arrival.serverFromLow && syn.time >= from && syn.time <= latest && !hasAnswer(detector, flow, syn, latest)) {
                found.add(syn);
            }
        }
        return found;
    }

    private static boolean hasAnswer(FlowDetector detector, Flow flow, SynSighting syn, long latest) {
        for (Arrival other = flow.arrivals(); other != null; other = other.next) {
            if (isSynOf(syn, other) && other.time >= syn.time - detector.clockTolerance() && other.time <= latest) {
                return true;
            }
        }
        return false;
    }

    private static OrphanedSynAck event(FlowDetector detector, Flow flow, Arrival arrival, Verdict verdict,
            Gateways.Blind blind, Pairing pairing, List<SynSighting> seen) {
        ObservationPoint here = detector.gateways().pointName(arrival.point);
        List<Sighting> sightings = new ArrayList<>(seen.size());
        for (SynSighting syn : seen) {
            ObservationPoint at = detector.gateways().pointName(syn.point);
            sightings.add(new Sighting(at.gateway(), at.iface(), syn.time));
        }
        sightings.sort(Comparator.comparing(Sighting::gateway).thenComparing(Sighting::iface).thenComparingLong(Sighting::time));
        String id = EventIds.of("orphaned-syn-ack", here.gateway(), flow.communityId(), arrival.serverFromLow, arrival.ack, arrival.time);
        return new OrphanedSynAck(id, 0, false, arrival.time, here.gateway(), here.iface(), flow.communityId(), flow.endpoint(arrival.serverFromLow),
                flow.endpoint(!arrival.serverFromLow), arrival.seq, arrival.ack, arrival.flags, verdict, blind.reason(), blind.gateway(), pairing, sightings,
                0, arrival.dropped);
    }

    /** What was told of the arrival, as it is known now. */
    static OrphanedSynAck revised(Arrival arrival, int revision, boolean last) {
        OrphanedSynAck e = arrival.told;
        return new OrphanedSynAck(e.id(), revision, last, e.time(), e.gateway(), e.iface(), e.communityId(), e.source(), e.destination(), e.seq(), e.ack(),
                e.flags(), e.verdict(), e.blindReason(), e.blindAt(), e.pairing(), e.synSeenAt(), arrival.again, arrival.dropped);
    }
}
