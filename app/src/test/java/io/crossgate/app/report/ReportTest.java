package io.crossgate.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.Incident;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final int WIDTH = 100;

    @Test
    void equalCostRoutes() {
        Findings findings = new Findings();
        findings.add(Samples.equalCost());
        for (int i = 0; i < 68; i++) {
            findings.add(Samples.orphan(i));
            findings.add(Samples.synAckDrop(i));
        }
        findings.add(Samples.undetermined());
        findings.add(Samples.echoReplyDrop());
        Golden.check("equal-cost-routes.txt", print(WIDTH, findings, Samples.accounting()));
    }

    @Test
    void theForwardRoutePassesTheFirewallBy() {
        Golden.check("forward-route.txt", print(WIDTH, of(Samples.forward()), Samples.accounting()));
    }

    @Test
    void theReturnRoutePassesTheFirewallBy() {
        Findings findings = of(Samples.returning());
        findings.add(Samples.ackDrop(0));
        findings.add(Samples.ackDrop(200_000));
        Golden.check("return-route.txt", print(WIDTH, findings, Samples.accounting()));
    }

    @Test
    void lostConnectionStateAndNoPingSeen() {
        Golden.check("state-lost.txt", print(WIDTH, of(Samples.stateLost()), Samples.accounting()));
    }

    @Test
    void failuresWithoutAKnownDrop() {
        Incident e = Samples.equalCost();
        Incident noDrop = new Incident(e.id(), 0, true, e.cause(), "gwb", "gwa", "", e.clients(), 3, false, e.server(), 20, 3, 0, 0, e.firstSeen(), e.lastSeen(), 0, null,
                "", "", 0, 0, List.of(), List.of());
        Golden.check("no-drop-known.txt", print(WIDTH, of(noDrop), Samples.accounting()));
    }

    @Test
    void nothingFound() {
        Golden.check("nothing.txt", print(WIDTH, new Findings(), Samples.accounting()));
    }

    @Test
    void nothingFoundButNotAllWasSeen() {
        Golden.check("nothing-one-gateway.txt", print(WIDTH, new Findings(), Samples.oneGateway(1_000, 7)));
    }

    @Test
    void nothingFoundButOnePointSawNothing() {
        List<PointAccount> points = List.of(Samples.accounting().points().get(0), new PointAccount("gwb", "wan", false, 0, Map.of(), 0, List.of()));
        assertThat(print(WIDTH, new Findings(), new Accounting(points, List.of()))).contains("No packet was read at gwb/wan");
    }

    @Test
    void asymmetricButNothingFailed() {
        Findings findings = new Findings();
        findings.add(Samples.orphan(0));
        assertThat(print(WIDTH, findings, Samples.accounting())).startsWith("No incident in 29,032 packets").contains("Routing is asymmetric all the same");
    }

    @Test
    void newConnectionsThatWorkAreSaidToWork() {
        Incident e = Samples.stateLost();
        Incident working = new Incident(e.id(), 0, true, e.cause(), "", "", "gwa", e.clients(), 1, false, e.server(), 40, 0, 0, 0, e.firstSeen(), e.lastSeen(), 6,
                e.evidence(), e.reason(), e.state(), 0, 0, List.of(), List.of());
        assertThat(print(WIDTH, of(working), Samples.accounting())).contains("None of 40 answered handshakes failed: new connections work").doesNotContain("What to do");
    }

    @Test
    void nothingRead() {
        Golden.check("nothing-read.txt", print(WIDTH, new Findings(), Samples.oneGateway(0, 0)));
    }

    @Test
    void eventsButNoIncident() {
        Findings findings = new Findings();
        for (int i = 1; i <= 13; i++) {
            findings.add(Samples.unsolicited(i));
        }
        findings.add(Samples.undetermined());
        findings.add(Samples.ackDrop(1));
        Golden.check("no-incident.txt", print(WIDTH, findings, Samples.accounting()));
    }

    @Test
    void onANarrowTerminalNothingIsCutOff() {
        Findings findings = of(Samples.equalCost());
        findings.add(Samples.orphan(0));
        findings.add(Samples.synAckDrop(0));
        Golden.check("narrow.txt", print(64, findings, Samples.accounting()));
    }

    @Test
    void commandsAreNeverBroken() {
        String text = print(60, of(Samples.equalCost()), Samples.accounting());
        for (String step : Samples.equalCost().remedy()) {
            for (int at = step.indexOf('`'); at >= 0; at = step.indexOf('`', step.indexOf('`', at + 1) + 1)) {
                assertThat(text).contains(step.substring(at, step.indexOf('`', at + 1) + 1));
            }
        }
    }

    @Test
    void colourAndArrowsOnlyWhereTheTerminalHasThem() {
        StringWriter fancy = new StringWriter();
        new Report(WIDTH, true, true).print(of(Samples.equalCost()), Samples.accounting(), new PrintWriter(fancy));
        assertThat(fancy.toString()).contains("\u001b[1;31m10.20.30.0/24 \u2192 203.0.113.50:443");
        String plain = print(WIDTH, of(Samples.equalCost()), Samples.accounting());
        assertThat(plain).doesNotContain("\u001b").containsPattern("\\A\\p{ASCII}*\\z");
        assertThat(fancy.toString().replaceAll("\u001b\\[[0-9;]*m", "").replace("\u2192", "->")).isEqualTo(plain);
    }

    @Test
    void aNameCannotSpeakToTheTerminal() {
        Accounting accounting = new Accounting(List.of(new PointAccount("g\u001b[2J", "l\r\u202e", false, 1, Map.of("examined", 1L), 0, List.of())), List.of());
        StringWriter text = new StringWriter();
        new Report(WIDTH, false, true).print(new Findings(), accounting, new PrintWriter(text));
        assertThat(text.toString()).contains("g?[2J/l??").doesNotContain("\u001b", "\r", "\u202e");
    }

    @Test
    void packetsWithoutAnOutcomeAreSaid() {
        Accounting accounting = new Accounting(List.of(new PointAccount("gwa", "lan", false, 3, Map.of("examined", 2L), 0, List.of())), List.of());
        assertThat(print(200, new Findings(), accounting)).contains("This does not add up at gwa/lan: 3 packets, but 2 in outcomes.");
    }

    private static Findings of(Incident incident) {
        Findings findings = new Findings();
        findings.add(incident);
        return findings;
    }

    private static String print(int width, Findings findings, Accounting accounting) {
        StringWriter text = new StringWriter();
        new Report(width, false, false).print(findings, accounting, new PrintWriter(text));
        return text.toString();
    }
}
