package io.crossgate.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NdjsonTest {
    @Test
    void everyKindOfEventInOrderOfTime() throws IOException {
        Findings findings = new Findings();
        findings.add(Samples.equalCost());
        findings.add(Samples.forward());
        findings.add(Samples.stateLost());
        findings.add(Samples.echoReplyDrop());
        findings.add(Samples.ackDrop(1));
        findings.add(Samples.synAckDrop(0));
        findings.add(Samples.undetermined());
        findings.add(Samples.flow(0));
        findings.add(Samples.wholeFlow());
        findings.add(Samples.orphan(0));
        Golden.check("events.ndjson", ndjson(findings));
    }

    @Test
    void theOrderOfTellingAndRepeatsMakeNoDifference() throws IOException {
        Findings once = new Findings();
        Findings twice = new Findings();
        OrphanedSynAck first = Samples.orphan(0);
        OrphanedSynAck older = new OrphanedSynAck(first.id(), 0, false, first.time(), first.gateway(), first.iface(), first.communityId(), first.source(),
                first.destination(), first.seq(), first.ack(), first.flags(), Verdict.ASYMMETRIC, first.blindReason(), "", first.pairing(), List.of(), 0, false);
        once.add(older);
        once.add(first);
        once.add(Samples.synAckDrop(0));
        once.add(Samples.synAckDrop(1));
        twice.add(Samples.synAckDrop(1));
        twice.add(Samples.synAckDrop(1));
        twice.add(first);
        twice.add(Samples.synAckDrop(0));
        twice.add(older);
        twice.add(first);
        assertThat(ndjson(twice)).isEqualTo(ndjson(once));
        assertThat(once.orphans()).containsExactly(first);
        assertThat(once.drops()).hasSize(2);
    }

    @Test
    void theLatestRevisionOfAFlowStands() {
        Findings findings = new Findings();
        FlowSummary e = Samples.wholeFlow();
        findings.add(e);
        findings.add(new FlowSummary(e.id(), 3, false, e.gateway(), e.communityId(), 6, e.start(), e.start(), e.endReason(), e.connState(), "S", e.origin(), e.response(),
                -1, -1, "SYN_SENT", e.invalid()));
        assertThat(findings.flows()).containsExactly(e);
    }

    @Test
    void theLatestRevisionOfAnIncidentStands() {
        Findings findings = new Findings();
        Incident e = Samples.equalCost();
        Incident older = new Incident(e.id(), 2, false, e.cause(), "", "", "", e.clients(), 1, false, e.server(), 0, 0, 0, 0, 0, 0, 0, null, "", "", 0, 0, List.of(),
                List.of());
        findings.add(e);
        findings.add(older);
        assertThat(findings.incidents()).containsExactly(e);
    }

    @Test
    void anIncidentWithoutDropsHasNoEvidenceAndIsAtTheGatewayThatGotTheSynAcks() {
        Incident e = Samples.equalCost();
        String line = Ndjson.line(new Incident(e.id(), 0, true, e.cause(), "gwb", "gwc", "", e.clients(), 1, false, e.server(), 4, 1, 0, 0, e.firstSeen(), e.lastSeen(),
                0, null, "", "", 0, 0, List.of(), List.of()));
        assertThat(line).contains("\"gateway\":\"gwc\"", "\"evidence\":null", "\"pingAnswered\":null", "\"dropGateway\":\"\"", "\"unaffected\":[]");
    }

    @Test
    void textFromOutsideIsEscaped() {
        OrphanedSynAck e = Samples.orphan(0);
        String line = Ndjson.line(new OrphanedSynAck("i", 0, true, -1, "g\"\n\u001b\u00fc", e.iface(), e.communityId(), e.source(), e.destination(), e.seq(), e.ack(),
                e.flags(), e.verdict(), e.blindReason(), "", e.pairing(), List.of(), 0, false));
        assertThat(line).contains("\"time\":\"1969-12-31T23:59:59.999999999Z\"", "\"gateway\":\"g\\\"\\n\\u001B\u00fc\"");
    }

    @Test
    void flagsAreLettersAsTcpdumpReadersKnowThem() {
        assertThat(Flags.letters(0x12)).isEqualTo("SA");
        assertThat(Flags.letters(0x11)).isEqualTo("FA");
        assertThat(Flags.letters(0x18)).isEqualTo("PA");
        assertThat(Flags.letters(0x1ff)).isEqualTo("SFRPAUECN");
        assertThat(Flags.letters(0)).isEmpty();
    }

    @Test
    void theLocaleMakesNoDifference() throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(Ndjson.line(Samples.orphan(0))).contains("2026-11-23T02:14:07.123456789Z");
            assertThat(Counts.of(12_345)).isEqualTo("12,345");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static String ndjson(Findings findings) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Ndjson.write(findings, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
