package io.crossgate.app.report;

import io.crossgate.app.explain.Explained;
import io.crossgate.app.explain.Summary;
import io.crossgate.app.report.Page.Style;
import io.crossgate.detect.conntrack.CtVerdict;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.ingest.decode.Reach;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The connection tracker's view of a capture for a person at a terminal: a line for each packet, and what it came to. */
public final class ExplainReport {
    private static final int WORST = 10;
    private static final String LINE = "%8s %14s  %-11s %-6s %-25s %s";

    private final Page page;
    private final PrintWriter out;
    private boolean begun;
    private long start;

    /**
     * A report to {@code out}.
     *
     * @param width columns of the terminal
     * @param colour true to use colours
     * @param unicode true if more than ASCII can be shown
     */
    public ExplainReport(int width, boolean colour, boolean unicode, PrintWriter out) {
        this.page = new Page(width, colour, unicode, out);
        this.out = out;
    }

    /** One packet. */
    public void packet(Explained e) {
        if (!begun) {
            begun = true;
            start = e.time;
            page.line(Style.DIM, "times in seconds from " + Times.iso(start));
            page.line(Style.BOLD, String.format(Locale.ROOT, LINE, "frame", "time", "verdict", "flags", "state", "flow: reason"));
        }
        String words = PacketText.words(e);
        String flow = PacketText.flow(e.header);
        String text = flow.isEmpty() || words.isEmpty() ? flow + words : flow + ": " + words;
        String states = e.verdict == null ? "" : e.before == e.after ? e.before.name() : e.before + " \u2192 " + e.after;
        Style style = e.invalid() ? Style.ALARM : e.verdict == CtVerdict.NEW ? Style.GOOD : e.verdict == null ? Style.DIM : Style.PLAIN;
        page.line(style, String.format(Locale.ROOT, LINE, e.frame, seconds(e.time - start), PacketText.verdict(e), PacketText.kind(e.header), states, text));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }

    /** What it came to. */
    public void summary(Summary summary, List<String> remarks) {
        if (begun) {
            page.blank();
        }
        page.line(Style.BOLD, "Verdicts");
        Table verdicts = new Table(List.of("verdict", "#packets"));
        for (CtVerdict verdict : CtVerdict.values()) {
            if (summary.of(verdict) > 0) {
                verdicts.row(List.of(verdict.name(), Counts.of(summary.of(verdict))));
            }
        }
        if (summary.never() > 0) {
            verdicts.row(List.of("NONE (never reaches conntrack)", Counts.of(summary.never())));
        }
        verdicts.row(List.of("total", Counts.of(summary.packets())));
        verdicts.print(page);
        if (summary.never() > 0) {
            page.blank();
            page.line(Style.BOLD, "Why NONE");
            Table reaches = new Table(List.of("reason", "#packets", "in words"));
            Stream.of(Reach.values()).filter(r -> summary.of(r) > 0).forEach(r -> reaches.row(List.of(r.name(), Counts.of(summary.of(r)), r.words())));
            reaches.print(page);
        }
        if (summary.of(CtVerdict.INVALID) > 0) {
            invalid(summary);
        }
        if (summary.of(Reach.BAD_IP_HEADER) + summary.of(InvalidReason.BAD_CHECKSUM) > 0) {
            page.item("Wrong checksums are usual in a capture made on the sending host, whose network card fills them in later: --checksum=ignore passes over them.");
        }
        remarks.forEach(page::item);
        out.flush();
    }

    private void invalid(Summary summary) {
        page.blank();
        page.line(Style.BOLD, "Why INVALID");
        Table reasons = new Table(List.of("reason", "#packets", "in words"));
        Stream.of(InvalidReason.values()).filter(r -> summary.of(r) > 0).sorted(Comparator.comparingLong((InvalidReason r) -> -summary.of(r)))
                .forEach(r -> reasons.row(List.of(r.name(), Counts.of(summary.of(r)), r.words())));
        reasons.print(page);
        if (summary.worst(WORST).isEmpty()) {
            return;
        }
        page.blank();
        page.line(Style.BOLD, "Flows with the most INVALID");
        Table flows = new Table(List.of("flow, as its first INVALID packet went", "#INVALID"));
        summary.worst(WORST).forEach(flow -> flows.row(List.of(PacketText.flow(flow.first()), Counts.of(flow.invalid()))));
        flows.print(page);
        if (summary.flowsLeftOut()) {
            page.item("Only the first flows with INVALID packets are counted one by one; the totals above are of all.");
        }
    }
}
