package io.crossgate.app.report;

import io.crossgate.app.report.Page.Style;
import io.crossgate.detect.Incident;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Verdict;
import java.io.PrintWriter;
import java.util.List;

/** The findings for a person at a terminal: a diagnosis of every incident, the events in short, and what became of every packet. */
public final class Report {
    private final int width;
    private final boolean colour;
    private final boolean unicode;

    /**
     * How the terminal is.
     *
     * @param width columns
     * @param colour true to use colours
     * @param unicode true if more than ASCII can be shown
     */
    public Report(int width, boolean colour, boolean unicode) {
        this.width = width;
        this.colour = colour;
        this.unicode = unicode;
    }

    /** Prints everything and flushes. */
    public void print(Findings findings, Accounting accounting, PrintWriter out) {
        Page page = new Page(width, colour, unicode, out);
        List<Incident> incidents = findings.incidents();
        if (incidents.isEmpty()) {
            nothing(findings, accounting, page);
        }
        for (int i = 0; i < incidents.size(); i++) {
            page.line(Style.BOLD, "Incident " + (i + 1) + " of " + incidents.size());
            print(incidents.get(i), page);
        }
        EventTables.print(findings, page);
        AccountingTable.print(accounting, page);
        out.flush();
    }

    private static void print(Incident incident, Page page) {
        IncidentText text = new IncidentText(incident);
        page.prose(Style.ALARM, text.headline());
        page.blank();
        page.labelled("What happens", text.whatHappens());
        page.labelled("Dropped", text.dropped());
        page.labelled("How it is known", text.evidence());
        page.labelled("First seen", Times.moment(incident.firstSeen()));
        page.labelled("Last seen", text.lastSeen());
        page.labelled("Handshakes", text.handshakes());
        page.labelled("Clients", text.clients());
        page.labelled("Ping", text.ping());
        if (incident.unaffected().isEmpty()) {
            page.labelled("Not affected", "No other client prefix was seen whose handshakes with this service all succeed.");
        } else {
            page.labelled("Not affected", IncidentText.unaffected(incident.unaffected().get(0)));
            incident.unaffected().stream().skip(1).forEach(other -> page.more(IncidentText.unaffected(other)));
        }
        page.labelled("Probable cause", text.cause());
        page.blank();
        if (!incident.remedy().isEmpty()) {
            page.line(Style.BOLD, "  What to do");
        }
        for (int i = 0; i < incident.remedy().size(); i++) {
            page.step(i + 1, incident.remedy().get(i));
        }
        if (!incident.remedy().isEmpty()) {
            page.blank();
        }
        page.line(Style.DIM, "  incident " + incident.id() + ", revision " + incident.revision());
        page.blank();
    }

    private static void nothing(Findings findings, Accounting accounting, Page page) {
        List<OrphanedSynAck> orphans = findings.orphans();
        long drops = findings.dropCount();
        String seen = Counts.of(accounting.packets(), "packet") + " at " + Counts.of(accounting.points().size(), "observation point");
        if (accounting.packets() == 0) {
            page.prose(Style.ALARM, "Nothing can be said: no packet was read.");
        } else if (orphans.isEmpty() && drops == 0) {
            page.prose(Style.GOOD, "Nothing to report: in " + seen + ", every SYN-ACK came to a gateway that had seen its SYN, and no packet was found dropped as INVALID.");
        } else {
            page.prose(Style.BOLD, "No incident in " + seen + ", but " + Counts.of(findings.orphanCount(), "orphaned SYN-ACK") + " and " + Counts.of(drops, "INVALID drop")
                    + ". No handshake was seen to fail because its halves took two gateways, and no clients had drops enough with one service to make an"
                    + " incident of.");
        }
        if (orphans.stream().anyMatch(o -> o.verdict() == Verdict.ASYMMETRIC)) {
            page.prose(Style.PLAIN, "Routing is asymmetric all the same: some SYN-ACKs came back by another gateway than their SYNs went.");
        }
        page.blank();
        if (accounting.packets() > 0) {
            blindSpots(accounting, page);
        }
    }

    /** What the captures can't show: nothing found there means nothing. */
    private static void blindSpots(Accounting accounting, Page page) {
        List<String> gateways = accounting.points().stream().map(PointAccount::gateway).distinct().sorted().toList();
        List<String> empty = accounting.points().stream().filter(p -> p.packets() == 0 && !p.firewallLog()).map(PointAccount::name).toList();
        List<String> lossy = accounting.points().stream().filter(p -> p.lost() > 0).map(PointAccount::name).toList();
        if (gateways.size() == 1) {
            page.item("Only one gateway was watched (" + gateways.get(0) + "): what goes by another is not known. Add captures of the other gateways.");
        }
        if (!empty.isEmpty()) {
            page.item("No packet was read at " + String.join(", ", empty) + ": is the capture made at the right interface?");
        }
        if (!lossy.isEmpty()) {
            page.item("The captures lost " + Counts.of(accounting.lost(), "packet") + " (" + String.join(", ", lossy) + "): what was in them is not known.");
        }
        if (gateways.size() == 1 || !empty.isEmpty() || !lossy.isEmpty()) {
            page.blank();
        }
    }
}
