package io.crossgate.detect;

import java.util.Set;
import java.util.TreeSet;

/** What became of a handshake, and which handshake a drop belongs to: told as tallies, of which incidents are made. */
final class Handshakes {
    private Handshakes() {}

    /** By which gateways a handshake's halves went. */
    private record Path(String synGateway, String synAckGateway, long synTime, long synAckTime, boolean split) {}

    /** Tells whether the handshake was completed, from what was seen up to {@code deadline}. Nothing is told of one whose SYN nobody saw or that was broken off. */
    static void tellOutcome(FlowDetector detector, Flow flow, Handshake handshake, long deadline) {
        Path path = path(detector, flow, handshake, Set.of(), deadline);
        if (path == null) {
            return;
        }
        TreeSet<String> stoppedAt = new TreeSet<>();
        long earliest = handshake.firstTime() - Flow.SAMPLE_REFRESH;
        boolean completed = false;
        boolean reset = false;
        for (AckSample sample : flow.samples()) {
            if (sample.fromLow == handshake.serverFromLow() || sample.time > deadline || sample.time < earliest || !AckSample.near(sample.seq, handshake.ack())) {
                continue;
            }
            if (sample.reset) {
                reset = true;
            } else if (acknowledges(sample, handshake)) {
                if (detector.stopped(sample.gateway, sample.invalid, sample.left)) {
                    stoppedAt.add(detector.gateways().gatewayName(sample.gateway));
                } else {
                    completed = true;
                }
            }
        }
        if (!completed && !path.split) {
            path = path(detector, flow, handshake, stoppedAt, deadline);
        }
        if (completed || !reset) {
            detector.tallies().handshake(deadline, flow.endpoint(handshake.serverFromLow()), flow.endpoint(!handshake.serverFromLow()), path.synGateway,
                    path.synAckGateway, path.synTime, path.synAckTime, !completed);
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
    static void tellDrop(FlowDetector detector, Flow flow, DropNote note, long deadline) {
        Arrival last = null;
        for (Arrival a : flow.arrivals()) {
            boolean mayBe = note.synAck ? a.serverFromLow == note.fromLow && a.ack == note.ack : true;
            if (mayBe && a.time >= note.time - Flow.CLOSE && a.time <= note.time + detector.clockTolerance() && (last == null || later(a, last))) {
                last = a;
            }
        }
        Handshake of = last == null ? null : flow.handshake(last, last.time - detector.outcomeDelay(), deadline);
        Path path = of == null ? null : path(detector, flow, of, note.synAck ? Set.of() : Set.of(detector.gateways().gatewayName(note.gateway)), deadline);
        boolean serverFromLow;
        if (last != null) {
            serverFromLow = last.serverFromLow;
        } else {
            serverFromLow = flow.key.lowPort() < flow.key.highPort(); // no handshake seen: services mostly have the lower port
        }
        boolean split = path != null && path.split;
        if (!split && !tellsOfLostState(note)) {
            return;
        }
        detector.tallies().drop(deadline, flow.endpoint(serverFromLow), flow.endpoint(!serverFromLow), split ? path.synGateway : "",
                split ? path.synAckGateway : "", detector.gateways().gatewayName(note.gateway), note);
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
     * a gateway of {@code stoppedAt}, which stopped what the client sent next, had the SYN and got no SYN-ACK (hairpin routing, where the SYN passes one gateway
     * after the other and the SYN-ACK only one of them).
     */
    private static Path path(FlowDetector detector, Flow flow, Handshake handshake, Set<String> stoppedAt, long deadline) {
        long from = handshake.firstTime() - detector.pairingWindow() - detector.clockTolerance();
        TreeSet<String> syn = new TreeSet<>();
        TreeSet<String> synAck = new TreeSet<>();
        for (SynSighting s : flow.syns()) {
            if (isSynOf(s, handshake, from, deadline)) {
                syn.add(detector.gateways().gatewayName(s.gateway()));
            }
        }
        if (syn.isEmpty()) {
            return null;
        }
        for (Arrival a : handshake.arrivals()) {
            if (a.time <= deadline) {
                synAck.add(detector.gateways().gatewayName(a.gateway));
            }
        }
        String orphanedAt = firstNotIn(synAck, syn);
        TreeSet<String> passedBy = new TreeSet<>();
        if (orphanedAt == null && !synAck.isEmpty()) {
            passedBy.addAll(stoppedAt);
            passedBy.retainAll(syn);
            passedBy.removeAll(synAck);
        }
        boolean split = orphanedAt != null || !passedBy.isEmpty();
        String synGateway = !passedBy.isEmpty() ? passedBy.first() : split ? firstNotIn(syn, synAck) : firstIn(syn, synAck);
        if (synGateway == null) {
            synGateway = syn.first();
        }
        String synAckGateway = !passedBy.isEmpty() ? synAck.first() : split ? orphanedAt : synGateway;
        SynSighting first = firstSyn(detector, flow, handshake, synGateway, from, deadline);
        // When the handshake began, by the SYN-ACK gateway's clock: less what its SYN waited in the SYN gateway, by that one's own clock.
        long begun = synAckTime(detector, handshake, synAckGateway) - (split ? first.transit() : 0);
        return new Path(synGateway, synAckGateway, first.time(), begun, split);
    }

    private static boolean isSynOf(SynSighting s, Handshake handshake, long from, long to) {
        return s.fromLow() != handshake.serverFromLow() && s.answeredBy(handshake.ack()) && s.time() >= from && s.time() <= to;
    }

    private static String firstNotIn(TreeSet<String> names, TreeSet<String> others) {
        for (String name : names) {
            if (!others.contains(name)) {
                return name;
            }
        }
        return null;
    }

    private static String firstIn(TreeSet<String> names, TreeSet<String> others) {
        for (String name : names) {
            if (others.contains(name)) {
                return name;
            }
        }
        return null;
    }

    private static SynSighting firstSyn(FlowDetector detector, Flow flow, Handshake handshake, String gateway, long from, long to) {
        SynSighting first = null;
        for (SynSighting s : flow.syns()) {
            if (isSynOf(s, handshake, from, to) && detector.gateways().gatewayName(s.gateway()).equals(gateway) && (first == null || s.time() < first.time())) {
                first = s;
            }
        }
        return first;
    }

    /** When the SYN-ACK came to the gateway; its first arrival anywhere if it never came there. */
    private static long synAckTime(FlowDetector detector, Handshake handshake, String gateway) {
        for (Arrival a : handshake.arrivals()) {
            if (detector.gateways().gatewayName(a.gateway).equals(gateway)) {
                return a.time;
            }
        }
        return handshake.firstTime();
    }
}
