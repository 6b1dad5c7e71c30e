package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.report.Accounting;
import io.crossgate.app.report.Findings;
import io.crossgate.app.report.Ndjson;
import io.crossgate.app.report.Report;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import picocli.CommandLine.Option;

/** How findings are printed. */
final class OutputOptions {
    /** Bytes of the heap for each event that is kept: some 500, of five kinds, so that all of them take a sixth. */
    private static final int EVENT_SHARE = 16 * 1024;

    @Option(names = "--json", description = "Print every event as one JSON object a line on standard output, and nothing else there.")
    boolean json;

    @Option(names = "--max-events", paramLabel = "N", description = {
        "Orphaned SYN-ACKs of each verdict, INVALID drops that nothing answers, as in a flood, and other drops that are kept, each: the earliest.",
        "What is beyond is counted (one for each 16 KiB of the heap)."})
    int maxEvents = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Runtime.getRuntime().maxMemory() / EVENT_SHARE));

    /** What is to be filled, and printed then. */
    Findings findings() {
        if (maxEvents < 1) {
            throw new UsageFault("--max-events is 1 or more");
        }
        return new Findings(maxEvents);
    }

    void print(Findings findings, Accounting accounting) {
        if (!json) {
            new Report(Terminal.width(), Terminal.colour(), Terminal.unicode()).print(findings, accounting, Terminal.out());
            return;
        }
        try {
            OutputStream out = new BufferedOutputStream(System.out);
            Ndjson.write(findings, out);
            out.flush();
            if (findings.orphansLeftOut() + findings.dropsLeftOut() > 0) {
                Terminal.say("crossgate: " + findings.orphansLeftOut() + " orphaned SYN-ACKs and " + findings.dropsLeftOut()
                        + " INVALID drops are counted, not printed: more than " + maxEvents + " of a kind (--max-events)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
