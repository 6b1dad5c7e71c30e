package io.crossgate.detect;

import io.crossgate.detect.ClientHistory.Extent;
import io.crossgate.detect.ClientHistory.Pair;
import java.util.ArrayList;
import java.util.List;

/** Makes an incident of what was gathered: extent, change, cause, who is well, remedy. */
final class Diagnosis {
    /** A change is only claimed where so long a run of good handshakes before the first failure would be chance less often than this. */
    private static final double CHANCE = 0.001;

    private Diagnosis() {}

    /** What is told of an open incident of these clients with this service; {@code pings}, if any, are theirs to its host. */
    static Incident of(ClientHistory history, Pair pair, OpenIncident open, long[] pings, boolean last) {
        Endpoint server = history.service.server;
        String clients = history.clients;
        OpenIncident.DropKind drop = open.mainDrop();
        String dropGateway = drop == null ? "" : drop.gateway();
        String clock = dropGateway.isEmpty() ? pair.synAckGateway() : dropGateway;
        long[] span = dropGateway.isEmpty() ? null : open.dropSpans.get(dropGateway);
        long firstFailure = clock.equals(pair.synGateway()) && open.failed > 0 ? open.firstSyn : open.failed > 0 ? open.firstSynAck : span[0];
        long change = firstFailure / TallyBook.BUCKET;
        Extent before = history.extent(pair, clock, change, true);
        Extent after = history.extent(pair, clock, change, false);
        if (!changed(before, after)) {
            after = after.plus(before);
            before = new Extent(0, 0);
        }
        Cause cause = cause(pair, dropGateway, after);
        Endpoint client = open.clients.isEmpty() ? null : new Endpoint(open.clients.first().high(), open.clients.first().low(), 0);
        long firstSeen = span == null ? firstFailure : span[0];
        long lastSeen = span == null ? open.lastSynAck : span[1];
        if (open.id.isEmpty()) {
            open.id = EventIds.of("incident", server, clients, pair.synGateway(), pair.synAckGateway(), firstFailure);
        }
        return new Incident(open.id, open.revision, last, cause, pair.synGateway(), pair.synAckGateway(), dropGateway, clients, open.clients.size(),
                open.moreClients, server, after.all(), after.failed(), before.all(), before.failed(), firstSeen, lastSeen, open.drops, open.evidence,
                drop == null ? "" : drop.reason(), drop == null ? "" : drop.state(), pings == null ? 0 : pings[0], pings == null ? 0 : pings[1], unaffected(history),
                Remedy.of(cause, server, clients, client, pair.synGateway(), pair.synAckGateway(), dropGateway));
    }

    /** True if the handshakes before the first failure were good for too long to be chance, given how often they fail since. */
    private static boolean changed(Extent before, Extent after) {
        double good = (after.all() - after.failed() + 1.0) / (after.all() + 2.0);
        return (before.all() - before.failed()) * Math.log(good) < Math.log(CHANCE);
    }

    private static Cause cause(Pair pair, String dropGateway, Extent after) {
        if (!pair.split()) {
            return Cause.CONNECTION_STATE_LOST;
        }
        if (after.all() > after.failed()) {
            return Cause.EQUAL_COST_ROUTES;
        }
        return dropGateway.equals(pair.synGateway()) ? Cause.RETURN_ROUTE_BYPASSES_FIREWALL : Cause.FORWARD_ROUTE_BYPASSES_FIREWALL;
    }

    private static List<Incident.Unaffected> unaffected(ClientHistory affected) {
        List<Incident.Unaffected> well = new ArrayList<>();
        for (ClientHistory other : affected.service.clients()) {
            if (other != affected && other.well()) {
                well.add(new Incident.Unaffected(other.clients, other.handshakes()));
            }
        }
        return well;
    }
}
