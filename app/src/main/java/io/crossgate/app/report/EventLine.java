package io.crossgate.app.report;

import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import java.util.stream.Collectors;

/** An event in one line, for a person who follows the topics. */
public final class EventLine {
    private EventLine() {}

    public static String of(OrphanedSynAck e) {
        String why = switch (e.verdict()) {
            case ASYMMETRIC -> "SYN seen at " + e.synSeenAt().stream().map(Sighting::gateway).distinct().collect(Collectors.joining(", ")) + " (" + e.pairing() + ")";
            case UNSOLICITED -> "no gateway saw a SYN";
            case UNDETERMINED -> e.blindReason() + (e.blindAt().isEmpty() ? "" : " at " + e.blindAt());
        };
        return Times.iso(e.time()) + " orphaned SYN-ACK at " + e.gateway() + "/" + e.iface() + ": " + e.source() + " -> " + e.destination() + " " + e.verdict() + ", "
                + why + (e.dropped() ? ", dropped" : "") + (e.retransmissions() > 0 ? ", " + e.retransmissions() + " more" : "")
                + (e.verdict() == Verdict.ASYMMETRIC && !e.last() ? " (first told)" : "");
    }

    public static String of(InvalidDrop e) {
        String packet = e.icmpType() < 0 ? Flags.letters(e.flags()) : "ICMP " + e.icmpType() + "/" + e.icmpCode();
        return Times.iso(e.time()) + " INVALID drop at " + e.gateway() + "/" + e.iface() + ": " + e.source() + " -> " + e.destination() + " " + packet + " "
                + e.reason() + " in state " + e.state() + ", " + e.evidence();
    }

    public static String of(FlowSummary e) {
        return Times.iso(e.start()) + " flow at " + e.gateway() + ": " + e.origin().sender() + " -> " + e.response().sender() + " " + e.connState()
                + (e.history().isEmpty() ? "" : " " + e.history()) + ", " + e.origin().packets() + " packets out and " + e.response().packets() + " back, "
                + e.endReason();
    }

    public static String of(Incident e) {
        return Times.iso(e.firstSeen()) + " incident " + e.id() + " revision " + e.revision() + ": " + new IncidentText(e).headline() + "; " + e.failed() + " of "
                + e.handshakes() + " handshakes failed, " + e.cause();
    }
}
