package io.crossgate.detect;

import java.util.BitSet;

/**
 * What became of a handshake, and which handshake a drop belongs to: told as tallies, of which incidents are made. One for each detector: sets of gateways, by
 * {@link Gateways#rank}, are used again.
 */
final class Handshakes {
    /** By which gateways, by index, a handshake's halves went. */
    private record Path(int synGateway, int synAckGateway, long synTime, long synAckTime, boolean split) {}

    private final FlowDetector detector;
    private final BitSet stoppedAt = new BitSet();
    private final BitSet syn = new BitSet();
    private final BitSet synAck = new BitSet();
    private final BitSet passedBy = new BitSet();

    Handshakes(FlowDetector detector) {
        this.detector = detector;
    }

    private String name(int gateway) {
        return detector.gateways().gatewayName(gateway);
    }

    /** Tells whether the handshake was completed, from what was seen up to {@code deadline}. Nothing is told of one whose SYN nobody saw or that was broken off. */
    void tellOutcome(Flow flow, Handshake handshake, long deadline) {
        stoppedAt.clear();
        Path path = path(flow, handshake, deadline);
        if (path == null) {
            return;
        }
        long earliest = handshake.firstTime() - Flow.SAMPLE_REFRESH;
        boolean completed = false;
        boolean reset = false;
        for (AckSample sample = flow.samples(); sample != null; sample = sample.next) {
            if (sample.fromLow == handshake.serverFromLow() || sample.time > deadline || sample.time < earliest || !AckSample.near(sample.seq, handshake.ack())) {
                continue;
            }
            if (sample.reset) {
                reset = true;
            } else if (acknowledges(sample, handshake)) {
                if (detector.stopped(sample.gateway, sample.invalid, sample.leftAt <= deadline)) {
                    stoppedAt.set(detector.gateways().rank(sample.gateway));
                } else {
                    completed = true;
                }
            }
        }
        if (!completed && !path.split && !stoppedAt.isEmpty()) {
            path = path(flow, handshake, deadline);
        }
        if (completed || !reset) {
            detector.tallies().handshake(deadline, flow.endpoint(handshake.serverFromLow()), flow.endpoint(!handshake.serverFromLow()),
                    name(path.synGateway), name(path.synAckGateway), path.synTime, path.synAckTime, !completed);
        }
    }

    private static boolean acknowledges(AckSample sample, Handshake handshake) {
        for (Arrival arrival : handshake.arrivals()) {
            if (AckSample.near(sample.ack, arrival.seq + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Tells of drops, with the paths of the handshake that they belong to if its halves went different ways. */
    void tellDrop(Flow flow, DropNote note, long deadline) {
        Arrival last = null;
        for (Arrival a = flow.arrivals(); a != null; a = a.next) {
            boolean mayBe = note.synAck ? a.serverFromLow == note.fromLow && a.ack == note.ack : true;
            if (mayBe && a.time >= note.time - Flow.CLOSE && a.time <= note.time + detector.clockTolerance() && (last == null || later(a, last))) {
                last = a;
            }
        }
        Handshake of = last == null ? null : flow.handshake(last, last.time - detector.outcomeDelay(), deadline);
        stoppedAt.clear();
        if (!note.synAck) {
            stoppedAt.set(detector.gateways().rank(note.gateway));
        }
        Path path = of == null ? null : path(flow, of, deadline);
        boolean serverFromLow;
        if (last != null) {
            serverFromLow = last.serverFromLow;
        } else {
            serverFromLow = flow.port(true) < flow.port(false); // no handshake seen: services mostly have the lower port
        }
        boolean split = path != null && path.split;
        if (!split && !tellsOfLostState(note)) {
            return;
        }
        detector.tallies().drop(deadline, flow.endpoint(serverFromLow), flow.endpoint(!serverFromLow), split ? name(path.synGateway) : "",
                split ? name(path.synAckGateway) : "", name(note.gateway), note);
    }

    /**
     * True if a drop that belongs to no split handshake is of a connection that was alive: late FINs and RSTs, SYN-ACKs to nobody's SYN, odd flags and bad
     * checksums come to every firewall, and say nothing of lost entries.
     */
    private static boolean tellsOfLostState(DropNote note) {
        return switch (note.reason) {
            case INVALID_NEW_ACK, INVALID_STATE, LOGGED_BY_FIREWALL -> !note.synAck;
            default -> false;
        };
    }

    private static boolean later(Arrival a, Arrival b) {
        return a.time != b.time ? a.time > b.time : Integer.compareUnsigned(a.ack, b.ack) > 0;
    }

    /**
     * The paths of both halves as seen up to {@code deadline}; null if no gateway saw the SYN. They are split if a gateway got the SYN-ACK that had no SYN; and if
     * a gateway of {@link #stoppedAt}, which stopped what the client sent next, had the SYN and got no SYN-ACK (hairpin routing, where the SYN passes one gateway
     * after the other and the SYN-ACK only one of them).
     */
    private Path path(Flow flow, Handshake handshake, long deadline) {
        Gateways gateways = detector.gateways();
        long from = handshake.firstTime() - detector.pairingWindow() - detector.clockTolerance();
        syn.clear();
        for (SynSighting s = flow.syns(); s != null; s = s.next) {
            if (isSynOf(s, handshake, from, deadline)) {
                syn.set(gateways.rank(s.gateway));
            }
        }
        if (syn.isEmpty()) {
            return null;
        }
        synAck.clear();
        for (Arrival a : handshake.arrivals()) {
            if (a.time <= deadline) {
                synAck.set(gateways.rank(a.gateway));
            }
        }
        int orphanedAt = firstNotIn(synAck, syn);
        passedBy.clear();
        if (orphanedAt < 0 && !synAck.isEmpty()) {
            passedBy.or(stoppedAt);
            passedBy.and(syn);
            passedBy.andNot(synAck);
        }
        boolean passed = !passedBy.isEmpty();
        boolean split = orphanedAt >= 0 || passed;
        int synPlace = passed ? passedBy.nextSetBit(0) : split ? firstNotIn(syn, synAck) : firstIn(syn, synAck);
        if (synPlace < 0) {
            synPlace = syn.nextSetBit(0);
        }
        int synAckPlace = passed ? synAck.nextSetBit(0) : split ? orphanedAt : synPlace;
        int synGateway = gateways.atRank(synPlace);
        int synAckGateway = gateways.atRank(synAckPlace);
        SynSighting first = firstSyn(flow, handshake, synGateway, from, deadline);
        // When the handshake began, by the SYN-ACK gateway's clock: less what its SYN waited in the SYN gateway, by that one's own clock.
        boolean waited = split && first.time + first.transit <= deadline;
        long begun = synAckTime(handshake, synAckGateway) - (waited ? first.transit : 0);
        return new Path(synGateway, synAckGateway, first.time, begun, split);
    }

    private static boolean isSynOf(SynSighting s, Handshake handshake, long from, long to) {
        return s.fromLow != handshake.serverFromLow() && s.answeredBy(handshake.ack()) && s.time >= from && s.time <= to;
    }

    /** The first place that is in one set and not in the other, or -1. */
    private static int firstNotIn(BitSet places, BitSet others) {
        int place = places.nextSetBit(0);
        while (place >= 0 && others.get(place)) {
            place = places.nextSetBit(place + 1);
        }
        return place;
    }

    /** The first place that is in both sets, or -1. */
    private static int firstIn(BitSet places, BitSet others) {
        int place = places.nextSetBit(0);
        while (place >= 0 && !others.get(place)) {
            place = places.nextSetBit(place + 1);
        }
        return place;
    }

    private static SynSighting firstSyn(Flow flow, Handshake handshake, int gateway, long from, long to) {
        SynSighting first = null;
        for (SynSighting s = flow.syns(); s != null; s = s.next) {
            if (s.gateway == gateway && isSynOf(s, handshake, from, to) && (first == null || s.time < first.time)) {
                first = s;
            }
        }
        return first;
    }

    /** When the SYN-ACK came to the gateway; its first arrival anywhere if it never came there. */
    private static long synAckTime(Handshake handshake, int gateway) {
        for (Arrival a : handshake.arrivals()) {
            if (a.gateway == gateway) {
                return a.time;
            }
        }
        return handshake.firstTime();
    }
}
