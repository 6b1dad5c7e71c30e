package io.crossgate.app.report;

import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.Incident;
import io.crossgate.detect.conntrack.InvalidReason;
import java.util.Arrays;

/** An incident in words: what each of its facts means to whoever has to act on it. */
final class IncidentText {
    /** Which of an incident's gateways drops what. */
    private enum Shape {
        /** The SYN-ACKs are dropped where they come back. */
        SYN_ACK_DROPPED,
        /** The SYN-ACKs come back around the firewall, and what the client sends next is dropped there. */
        FOLLOW_UP_DROPPED,
        /** Handshakes take two gateways and fail; no drop is known. */
        NO_DROP_KNOWN,
        /** Dropped by a gateway that is neither of the two. */
        DROPPED_ELSEWHERE,
        /** Packets of connections that took no two gateways. */
        NOT_SPLIT
    }

    private final Incident incident;
    private final Shape shape;
    private final String service;

    IncidentText(Incident incident) {
        this.incident = incident;
        this.service = service(incident.server());
        String drop = incident.dropGateway();
        if (incident.synGateway().equals(incident.synAckGateway())) {
            shape = Shape.NOT_SPLIT;
        } else if (drop.isEmpty()) {
            shape = Shape.NO_DROP_KNOWN;
        } else if (drop.equals(incident.synAckGateway())) {
            shape = Shape.SYN_ACK_DROPPED;
        } else {
            shape = drop.equals(incident.synGateway()) ? Shape.FOLLOW_UP_DROPPED : Shape.DROPPED_ELSEWHERE;
        }
    }

    /** The service; ICMP has no port. */
    static String service(Endpoint server) {
        return server.port() == 0 ? server.ip() : server.toString();
    }

    String headline() {
        String what = switch (shape) {
            case SYN_ACK_DROPPED -> "SYN by " + syn() + ", SYN-ACK dropped at " + drop();
            case FOLLOW_UP_DROPPED -> "SYN by " + syn() + ", SYN-ACK by " + synAck() + ", what follows is dropped at " + drop();
            case NO_DROP_KNOWN -> "SYN by " + syn() + ", SYN-ACK by " + synAck() + ", handshakes fail";
            case DROPPED_ELSEWHERE -> "SYN by " + syn() + ", SYN-ACK by " + synAck() + ", packets dropped at " + drop();
            case NOT_SPLIT -> "packets dropped as INVALID at " + drop();
        };
        return incident.clients() + " \u2192 " + service + ": " + what;
    }

    String whatHappens() {
        return switch (shape) {
            case SYN_ACK_DROPPED -> "The clients' SYNs go out by " + syn() + ". The SYN-ACKs come back by " + synAck() + ", a firewall that never saw those SYNs:"
                    + " its connection tracker has no entry, calls the SYN-ACKs INVALID, and they are dropped there. The clients retry in vain and time out.";
            case FOLLOW_UP_DROPPED -> "The clients' SYNs go out through " + syn() + ", which opens a connection entry. The SYN-ACKs come back by " + synAck()
                    + ", so " + drop() + " never sees them and its entry stays in SYN_SENT. What the clients send next (the ACK, then data) does not fit that state: "
                    + drop() + " calls it INVALID and drops it. The clients believe they are connected; the server never hears from them again.";
            case NO_DROP_KNOWN -> "The clients' SYNs go out by " + syn() + " and the SYN-ACKs come back by " + synAck()
                    + ". Handshakes that take these two ways are not completed, but no drop was seen: what stops them was not captured, or can't be told from it.";
            case DROPPED_ELSEWHERE -> "The clients' SYNs go out by " + syn() + " and the SYN-ACKs come back by " + synAck() + ". Packets of these connections reach "
                    + drop() + ", whose connection tracker did not see the handshake: it calls them INVALID and drops them.";
            case NOT_SPLIT -> "Packets between these clients and the service reach " + drop() + " and do not fit what its connection tracker knows: it calls them"
                    + " INVALID and drops them. They belong to no handshake that was seen to take two gateways.";
        };
    }

    String dropped() {
        if (incident.drops() == 0) {
            return "No drop was seen.";
        }
        String state = incident.state().isEmpty() || incident.state().equals("NONE") ? "" : " (entry in state " + incident.state() + ")";
        String where = incident.drops() == 1 ? " at " : ", most or all of them at ";
        return Counts.of(incident.drops(), "packet") + where + drop() + ". Main reason: " + reason(incident.reason()) + state + ".";
    }

    String evidence() {
        if (incident.evidence() == null) {
            return "Both halves of the handshakes were seen, at two gateways; nothing was seen to complete them.";
        }
        String more = incident.drops() > 1 && incident.evidence() != Evidence.PREDICTED ? " That is the best evidence: some packets may rest on less." : "";
        return evidence(incident.evidence(), drop()) + more;
    }

    static String evidence(Evidence evidence, String gateway) {
        return switch (evidence) {
            case LOGGED -> "The firewall says so itself: the packets are in the log of " + gateway + " (LOGGED).";
            case NOT_FORWARDED -> "The packets were seen entering " + gateway + " and not leaving it, and its other side was captured without loss (NOT_FORWARDED).";
            case PREDICTED -> "Only one side of " + gateway + " was captured: its connection tracker must have decided so from what was seen, but the drop itself"
                    + " was not watched (PREDICTED). To be sure, capture the other side too, or the firewall's log.";
        };
    }

    String handshakes() {
        if (incident.handshakes() == 0) {
            return "No handshake of these clients with this service was captured: these connections may be older than the captures.";
        }
        if (incident.failed() == 0) {
            return "None of " + Counts.of(incident.handshakes(), "answered handshake") + " failed: new connections work, connections that were open do not.";
        }
        String since = incident.handshakesBefore() > 0 ? " since " + Times.seconds(incident.firstSeen()) : "";
        String failed = Counts.of(incident.failed()) + " of " + Counts.of(incident.handshakes(), "answered handshake") + " failed" + since;
        if (incident.handshakesBefore() > 0) {
            return failed + "; " + Counts.share(incident.failedBefore(), incident.handshakesBefore()) + " of " + Counts.of(incident.handshakesBefore()) + " before.";
        }
        return failed + ". No change for the worse shows in the captures: it may have begun before them.";
    }

    String clients() {
        if (incident.clientCount() == 0) {
            return "Addresses in " + incident.clients() + ".";
        }
        return (incident.clientCountAtLeast() ? "At least " : "") + Counts.of(incident.clientCount(), "address") + " in " + incident.clients() + ".";
    }

    String ping() {
        String hosts = "from " + incident.clients() + " to " + incident.server().ip();
        Boolean answered = incident.pingAnswered();
        if (answered == null) {
            return "Not known: no echo request " + hosts + " was captured.";
        }
        String counts = Counts.of(incident.pingReplies()) + " of " + Counts.of(incident.pingRequests(), "echo request") + " " + hosts;
        if (!answered) {
            return "Not answered: " + counts + ". Either ping meets the same fault, or something on the way blocks it.";
        }
        return (incident.pingReplies() < incident.pingRequests() ? "Partly answered: " : "Answered: ") + counts
                + ". Ping works while TCP fails, so a good ping proves nothing here.";
    }

    static String unaffected(Incident.Unaffected other) {
        String all = Counts.of(other.handshakes());
        return other.clients() + ": " + all + " of " + Counts.of(other.handshakes(), "handshake") + " succeeded.";
    }

    String cause() {
        return switch (incident.cause()) {
            case EQUAL_COST_ROUTES -> "Equal-cost routes (ECMP). Some of these clients' handshakes with this service take " + syn() + " one way and " + synAck()
                    + " the other, and fail; others do not. A router spreads connections over several gateways by their addresses and ports.";
            case FORWARD_ROUTE_BYPASSES_FIREWALL -> "The forward route passes the firewall by: every handshake of these clients goes out by " + syn()
                    + ", while the replies come back by " + synAck() + (shape == Shape.DROPPED_ELSEWHERE ? " and meet " + drop() : "") + ".";
            case RETURN_ROUTE_BYPASSES_FIREWALL -> "The return route passes the firewall by: the clients go out through " + syn()
                    + ", while every reply comes back by " + synAck() + ".";
            case CONNECTION_STATE_LOST -> "Lost connection state: " + drop() + " has no entry that fits these connections, or has it no longer. Usual reasons: fail-over"
                    + " without state synchronisation, an entry that expired, a full table, a flush or a reboot.";
        };
    }

    String lastSeen() {
        String span = incident.lastSeen() > incident.firstSeen() ? ", " + Times.span(incident.lastSeen() - incident.firstSeen()) + " later" : "";
        return Times.moment(incident.lastSeen()) + span + (incident.last() ? "" : " (still going on)");
    }

    /** An INVALID reason in words; the bare name where this version knows none. */
    static String reason(String name) {
        return Arrays.stream(InvalidReason.values()).filter(r -> r.name().equals(name)).findFirst().map(InvalidReason::words).orElse(name);
    }

    private String syn() {
        return named(incident.synGateway());
    }

    private String synAck() {
        return named(incident.synAckGateway());
    }

    private String drop() {
        return named(incident.dropGateway().isEmpty() ? incident.synAckGateway() : incident.dropGateway());
    }

    private static String named(String gateway) {
        return gateway.isEmpty() ? "an unknown gateway" : gateway;
    }
}
