package io.crossgate.feeds.event;

import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an event is called by those who look for it: the words of Cisco's ASA, of Check Point and of Zeek, and a sentence for people. */
public final class Words {
    /** Check Point's name for a packet of TCP that opens no connection and belongs to none. */
    public static final String FIRST_PACKET = "First packet isn't SYN";
    /** Cisco ASA's message for the same: "Deny TCP (no connection)". */
    public static final String ASA_CODE = "106015";
    /** The same as it stands in an ASA's log. */
    public static final String ASA_TAG = "%ASA-6-" + ASA_CODE;
    /** Zeek's weird for a SYN-ACK that answers no SYN. */
    public static final String UNSOLICITED_RESPONSE = "unsolicited_SYN_response";
    /** Zeek's weird for a connection of which it sees one direction. */
    public static final String SPLIT_ROUTING = "possible_split_routing";

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PSH = 8;
    private static final int ACK = 16;
    private static final int URG = 32;
    private static final int SYN_ACK = SYN | ACK;
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Words() {}

    /** Nanoseconds since the epoch. */
    public static long nanos(Instant micros, int nanos) {
        return micros.getEpochSecond() * 1_000_000_000L + micros.getNano() + nanos;
    }

    public static long time(OrphanedSynAckRecord e) {
        return nanos(e.getTime(), e.getTimeNanos());
    }

    public static long time(InvalidDropRecord e) {
        return nanos(e.getTime(), e.getTimeNanos());
    }

    /** When the incident was first seen. */
    public static long time(IncidentRecord e) {
        return nanos(e.getFirstSeen(), e.getFirstSeenNanos());
    }

    /** When the incident was last seen, so far. */
    public static long lastSeen(IncidentRecord e) {
        return nanos(e.getLastSeen(), e.getLastSeenNanos());
    }

    /** Time of the flow's first packet. */
    public static long start(FlowRecord e) {
        return nanos(e.getStart(), e.getStartNanos());
    }

    /** Time of the flow's last packet, so far. */
    public static long end(FlowRecord e) {
        return nanos(e.getEnd(), e.getEndNanos());
    }

    /** ISO 8601, UTC, nine digits of fraction. */
    public static String iso(long nanos) {
        return ISO.format(Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
    }

    /** The firewall that dropped; where no drop is known, the gateway that got the SYN-ACKs. */
    public static String gateway(IncidentRecord e) {
        return e.getDropGateway().isEmpty() ? e.getSynAckGateway() : e.getDropGateway();
    }

    public static Severity severity(OrphanedSynAckRecord e) {
        return e.getDropped() ? Severity.MEDIUM : e.getVerdict().equals("UNDETERMINED") ? Severity.INFORMATIONAL : Severity.LOW;
    }

    public static Severity severity(InvalidDropRecord e) {
        return e.getEvidence().equals("PREDICTED") ? Severity.INFORMATIONAL : Severity.LOW;
    }

    public static Severity severity(IncidentRecord e) {
        return e.getDrops() > 0 || e.getFailed() > 0 ? Severity.HIGH : Severity.MEDIUM;
    }

    /** A flow is nothing wrong, unless the connection tracker calls packets of it INVALID. */
    public static Severity severity(FlowRecord e) {
        return e.getInvalid().isEmpty() ? Severity.INFORMATIONAL : Severity.LOW;
    }

    /** Packets of the flow that the connection tracker calls INVALID, whatever the reason. */
    public static long invalid(FlowRecord e) {
        return e.getInvalid().values().stream().mapToLong(Long::longValue).sum();
    }

    /** True if the connection is over, or nothing more is expected of it; false if the record tells how things stand in the middle of it. */
    public static boolean ended(FlowRecord e) {
        return !e.getEndReason().equals("ACTIVE_TIMEOUT");
    }

    /** True if the firewall had no connection for this TCP packet: the case that other firewalls have a name for. */
    public static boolean noConnection(InvalidDropRecord e) {
        return e.getProtocol() == TCP && e.getReason().startsWith("INVALID_NEW_");
    }

    /** What the rule would be called on another firewall, or the reason in our own words. */
    public static String rule(InvalidDropRecord e) {
        return noConnection(e) ? FIRST_PACKET : "INVALID packet: " + e.getReason();
    }

    /** Zeek's name for it, or null if it has none. */
    public static String weird(InvalidDropRecord e) {
        return e.getProtocol() != TCP ? null : (e.getFlags() & SYN_ACK) == SYN_ACK ? UNSOLICITED_RESPONSE : noConnection(e) ? SPLIT_ROUTING : null;
    }

    /** Search words of an orphan: Zeek's name, and where it was dropped those of firewalls. */
    public static List<String> tags(OrphanedSynAckRecord e) {
        List<String> tags = new ArrayList<>(List.of(UNSOLICITED_RESPONSE));
        if (e.getDropped()) {
            tags.add("ASA-6-" + ASA_CODE);
        }
        return tags;
    }

    /** Search words of a drop. */
    public static List<String> tags(InvalidDropRecord e) {
        List<String> tags = new ArrayList<>();
        if (weird(e) != null) {
            tags.add(weird(e));
        }
        if (noConnection(e)) {
            tags.add("ASA-6-" + ASA_CODE);
        }
        return tags;
    }

    public static String message(OrphanedSynAckRecord e) {
        String what = "SYN-ACK without SYN from " + end(e.getSource().getIp(), e.getSource().getPort()) + " to "
                + end(e.getDestination().getIp(), e.getDestination().getPort()) + " at " + e.getGateway() + ": ";
        String why = switch (e.getVerdict()) {
            case "ASYMMETRIC" -> "the SYN went by " + (e.getSynSeenAt().isEmpty() ? "another gateway" : e.getSynSeenAt().get(0).getGateway());
            case "UNSOLICITED" -> "no gateway saw a SYN";
            default -> "whether there was a SYN is not known (" + e.getBlindReason() + ")";
        };
        return what + why + (e.getDropped() ? "; dropped. " + FIRST_PACKET : "");
    }

    public static String message(InvalidDropRecord e) {
        String ends = e.getProtocol() == TCP ? " from " + end(e.getSource().getIp(), e.getSource().getPort()) + " to "
                + end(e.getDestination().getIp(), e.getDestination().getPort()) + " flags " + flagWords(e.getFlags())
                : " from " + e.getSource().getIp() + " to " + e.getDestination().getIp() + " type " + e.getIcmpType() + " code " + e.getIcmpCode();
        return (noConnection(e) ? "Deny TCP (no connection)" : "Deny " + protocol(e.getProtocol()).toUpperCase(Locale.ROOT) + " (INVALID)") + ends + " on interface "
                + e.getInterface$() + " of " + e.getGateway() + ": " + rule(e) + " (" + e.getReason() + ")";
    }

    public static String message(IncidentRecord e) {
        String server = end(e.getServer().getIp(), e.getServer().getPort());
        String way = e.getCause().equals("CONNECTION_STATE_LOST") ? "connections of " + e.getClients() + " with " + server + " became INVALID"
                : "SYNs of " + e.getClients() + " to " + server + " go by " + e.getSynGateway() + ", SYN-ACKs come back by " + e.getSynAckGateway();
        return "Asymmetric routing: " + way + "; " + e.getFailed() + " of " + e.getHandshakes() + " handshakes failed"
                + (e.getDropGateway().isEmpty() ? "" : ", " + e.getDrops() + " packets dropped at " + e.getDropGateway()) + ". Cause: " + e.getCause();
    }

    public static String message(FlowRecord e) {
        FlowWayRecord origin = e.getOrigin();
        FlowWayRecord response = e.getResponse();
        String ends = e.getProtocol() == TCP ? end(origin.getIp(), origin.getPort()) + " to " + end(response.getIp(), response.getPort())
                : origin.getIp() + " to " + response.getIp();
        return protocol(e.getProtocol()).toUpperCase(Locale.ROOT) + " flow from " + ends + " at " + e.getGateway() + ": " + e.getConnState() + ", " + origin.getPackets()
                + " and " + response.getPackets() + " packets" + (e.getInvalid().isEmpty() ? "" : ", " + invalid(e) + " INVALID");
    }

    private static String end(String ip, int port) {
        return ip + "/" + port; // as the ASA writes it
    }

    /** The lower-case name of an IP protocol: tcp, icmp, ipv6-icmp, or the number. */
    public static String protocol(int number) {
        return switch (number) {
            case TCP -> "tcp";
            case ICMP -> "icmp";
            case 58 -> "ipv6-icmp";
            default -> Integer.toString(number);
        };
    }

    /** Flags as an ASA writes them, for example {@code SYN ACK}. */
    public static String flagWords(int flags) {
        List<String> words = new ArrayList<>();
        if ((flags & FIN) != 0) {
            words.add("FIN");
        }
        if ((flags & SYN) != 0) {
            words.add("SYN");
        }
        if ((flags & RST) != 0) {
            words.add("RST");
        }
        if ((flags & PSH) != 0) {
            words.add("PSH");
        }
        if ((flags & ACK) != 0) {
            words.add("ACK");
        }
        if ((flags & URG) != 0) {
            words.add("URG");
        }
        return words.isEmpty() ? "none" : String.join(" ", words);
    }

    /** True for an IPv6 address. */
    public static boolean v6(String ip) {
        return ip.indexOf(':') >= 0;
    }

    /** True if the packet opens or answers as a server does: its sender is the connection's responder. */
    public static boolean synAck(int flags) {
        return (flags & SYN_ACK) == SYN_ACK;
    }
}
