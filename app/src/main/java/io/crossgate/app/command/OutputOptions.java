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
    @Option(names = "--json", description = "Print every event as one JSON object a line on standard output, and nothing else there.")
    boolean json;

    void print(Findings findings, Accounting accounting) {
        if (!json) {
            new Report(Terminal.width(), Terminal.colour(), Terminal.unicode()).print(findings, accounting, Terminal.out());
            return;
        }
        try {
            OutputStream out = new BufferedOutputStream(System.out);
            Ndjson.write(findings, out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
