package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.app.report.Rows;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.query.LakeQuery;
import io.crossgate.retention.query.Question;
import io.crossgate.retention.query.QueryFault;
import io.crossgate.retention.query.TimeRange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

@Command(name = "query", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Asks a lake that `crossgate retain` fills: in SQL, or one of the questions below. It may be filled meanwhile.",
            "SQL sees the views flows, events, incidents and unreadable, and ip(origin), in_cidr(origin, '10.20.0.0/16'): docs/query.md."},
        footer = {"", "Examples:", "  crossgate query --lake LAKE flows 10.20.30.0/24 203.0.113.0/24 --since 90d",
            "  crossgate query --lake LAKE \"SELECT gateway, count(*) FROM flows GROUP BY gateway\" --format json"})
final class QueryCommand implements Callable<Integer> {
    private enum Format {
        table, csv, json, parquet
    }

    private static final long MOST_FLOWS = 1000;
    private static final long MOST_GROUPS = 100;
    private static final Pattern SERVICE = Pattern.compile("\\[([0-9a-fA-F:.]+)](?::(\\d{1,5}))?|([0-9.]+(?:/\\d{1,2})?)(?::(\\d{1,5}))?|([0-9a-fA-F:.]+(?:/\\d{1,3})?)");

    @Option(names = "--lake", required = true, scope = ScopeType.INHERIT, paramLabel = "FOLDER", description = "The lake.")
    Path lake;

    @Option(names = "--since", scope = ScopeType.INHERIT, paramLabel = "TIME", description = "Only what is from then on: 90d, 12h (before now), 2026-11-01, 2026-11-01T08:30:00Z. Reads no more files than that needs.")
    String since;

    @Option(names = "--until", scope = ScopeType.INHERIT, paramLabel = "TIME", description = "Only what is before then.")
    String until;

    @Option(names = "--format", scope = ScopeType.INHERIT, paramLabel = "FORMAT", description = "table (unless told otherwise), csv, json (an object a line), parquet (with -o).")
    Format format = Format.table;

    @Option(names = "-o", scope = ScopeType.INHERIT, paramLabel = "FILE", description = "Write into this file, which appears whole or not at all.")
    Path output;

    @Option(names = "--limit", scope = ScopeType.INHERIT, paramLabel = "N", description = "Rows at most (1000 flows, 100 groups; not of SQL, Community IDs and orphans).")
    Long limit;

    @Parameters(arity = "0..1", paramLabel = "SQL", description = "One SELECT.")
    String sql;

    @Override
    public Integer call() throws IOException {
        if (sql == null) {
            throw new UsageFault("which question? SQL, or flows, community, orphans, reasons, symmetry, asymmetric, handshakes");
        }
        return answer(null);
    }

    @Command(name = "flows", mixinStandardHelpOptions = true, description = "Flow records between two prefixes, either as the origin, newest first.")
    int flows(@Parameters(paramLabel = "PREFIX") String one, @Parameters(paramLabel = "PREFIX") String other) throws IOException {
        return answer(() -> Question.flows(Question.prefix(one), Question.prefix(other), most(MOST_FLOWS)));
    }

    @Command(name = "community", mixinStandardHelpOptions = true, description = "All that is known of one Community ID, of all gateways and topics, by time.")
    int community(@Parameters(paramLabel = "ID") String id) throws IOException {
        return answer(() -> Question.communityId(id));
    }

    @Command(name = "orphans", mixinStandardHelpOptions = true, description = "Orphaned SYN-ACKs per gateway and hour.")
    int orphans() throws IOException {
        return answer(Question::orphans);
    }

    @Command(name = "reasons", mixinStandardHelpOptions = true, description = "Why packets were INVALID and dropped, most frequent first.")
    int reasons() throws IOException {
        return answer(() -> Question.reasons(most(MOST_GROUPS)));
    }

    @Command(name = "symmetry", mixinStandardHelpOptions = true,
            description = "Share of TCP flows, packets and bytes of which a gateway saw both directions, by client prefix (CAIDA's Flow-Based Symmetry Estimator).")
    int symmetry() throws IOException {
        return answer(() -> Question.symmetry(most(MOST_GROUPS)));
    }

    @Command(name = "asymmetric", mixinStandardHelpOptions = true, description = "TCP flows that go there by one gateway and back by another, by gateways, client prefix and service.")
    int asymmetric() throws IOException {
        return answer(() -> Question.asymmetric(most(MOST_GROUPS)));
    }

    @Command(name = "handshakes", mixinStandardHelpOptions = true, description = "Handshakes with a service that failed, by client prefix and gateways.")
    int handshakes(@Parameters(paramLabel = "SERVER[:PORT]", description = "203.0.113.50:443, [2001:db8::50]:443, or without a port.") String service) throws IOException {
        Matcher form = SERVICE.matcher(service);
        String port = form.matches() ? form.group(2) != null ? form.group(2) : form.group(4) : null;
        if (!form.matches() || port != null && (Integer.parseInt(port) > 65_535 || Integer.parseInt(port) == 0)) {
            throw new UsageFault("'" + service + "' is no service: write 203.0.113.50:443 or [2001:db8::50]:443");
        }
        String server = form.group(1) != null ? form.group(1) : form.group(3) != null ? form.group(3) : form.group(5);
        return answer(() -> Question.handshakes(Question.prefix(server), port == null ? 0 : Integer.parseInt(port), most(MOST_GROUPS)));
    }

    private long most(long unlessTold) {
        return limit == null ? unlessTold : limit;
    }

    private interface Asked {
        Question question();
    }

    /** Prints the answer to a question, or to the SQL where it is null. */
    private int answer(Asked asked) throws IOException {
        if (format == Format.parquet && output == null) {
            throw new UsageFault("--format parquet goes into a file: name it with -o");
        }
        if (limit != null && limit < 1) {
            throw new UsageFault("--limit is 1 or more");
        }
        Path part = output == null ? null : part();
        try {
            Question question = asked == null ? null : asked.question();
            try (LakeQuery query = LakeQuery.open(lake, TimeRange.of(since, until, Instant.now()), part, line -> Terminal.say("crossgate: " + line))) {
                if (format == Format.parquet) {
                    if (question == null) {
                        query.copy(sql);
                    } else {
                        query.copy(question);
                    }
                } else if (output == null) {
                    print(query, question, Terminal.outIsTerminal() ? Terminal.width() : Integer.MAX_VALUE / 2, System.out);
                } else {
                    try (OutputStream file = Files.newOutputStream(part)) {
                        print(query, question, Integer.MAX_VALUE / 2, file);
                    }
                }
            }
            if (part != null) {
                Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
            }
            return Exit.DONE;
        } catch (QueryFault e) {
            throw new UsageFault(e.getMessage());
        } catch (LakeException e) {
            throw new Failure(e.getMessage(), e);
        } finally {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** Beside the output file: what is to become it. */
    private Path part() {
        Path file = output.toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new Failure(output + " is a folder: name a file with -o");
        }
        if (!Files.isDirectory(file.getParent())) {
            throw new Failure("there is no folder " + file.getParent() + " to write " + output.getFileName() + " into");
        }
        return file.resolveSibling(file.getFileName() + ".part");
    }

    private void print(LakeQuery query, Question question, int width, OutputStream to) throws IOException {
        OutputStream out = new BufferedOutputStream(to, 1 << 16);
        Printer printer = new Printer(out);
        if (question == null) {
            query.ask(sql, printer);
        } else {
            query.ask(question, printer);
        }
        if (format == Format.table) {
            PrintWriter text = new PrintWriter(out, false, StandardCharsets.UTF_8);
            printer.rows.table(printer.kept, width, Terminal.colour() && output == null, output != null || Terminal.unicode(), text);
        }
        out.flush();
    }

    private final class Printer implements LakeQuery.Rows {
        private final OutputStream out;
        private final List<String[]> kept = new ArrayList<>();
        private Rows rows;

        Printer(OutputStream out) {
            this.out = out;
        }

        @Override
        public void columns(List<String> names, List<String> types) throws IOException {
            rows = new Rows(names, types);
            if (format == Format.csv) {
                out.write(rows.csvHead().getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public void row(String[] values) throws IOException {
            switch (format) {
                case csv -> out.write(rows.csvLine(values).getBytes(StandardCharsets.UTF_8));
                case json -> rows.json(values, out);
                default -> kept.add(values);
            }
        }
    }
}
