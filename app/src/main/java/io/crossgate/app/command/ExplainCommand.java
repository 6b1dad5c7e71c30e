package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.explain.Explained;
import io.crossgate.app.explain.Explainer;
import io.crossgate.app.explain.FlowFilter;
import io.crossgate.app.explain.Summary;
import io.crossgate.app.report.ExplainNdjson;
import io.crossgate.app.report.ExplainReport;
import io.crossgate.detect.conntrack.ConntrackSetting;
import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.ingest.capture.CaptureException;
import io.crossgate.ingest.capture.CaptureReader;
import io.crossgate.ingest.capture.RawPacket;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"What a firewall's connection tracker says of a capture, packet by packet, and why.",
            "The capture is taken for all that the firewall received, on all its interfaces, each packet once."},
        footer = {"", "Example:", "  crossgate explain --invalid --set nf_conntrack_tcp_loose=0 gwa-lan.pcap"})
final class ExplainCommand implements Callable<Integer> {
    private static final int PROGRESS_STEP = 4096;

    private enum ChecksumPolicy { ignore, verify }

    private enum TimeOuts { event, never }

    @Parameters(paramLabel = "FILE", description = "A capture, or - for standard input.")
    String file;

    @Option(names = "--flow", paramLabel = "FLOW", description = {
        "Show only these flows: ADDRESS, ADDRESS:PORT, two of those with a hyphen between, or a Community ID.", "All are followed nonetheless."})
    String flow;

    @Option(names = "--invalid", description = "Show only INVALID packets.")
    boolean invalid;

    @Option(names = {"-q", "--quiet"}, description = "Show no packets, only what they came to.")
    boolean quiet;

    @Option(names = "--json", description = "Print every packet as one JSON object a line on standard output, and nothing else there.")
    boolean json;

    @Option(names = "--checksum", paramLabel = "ignore|verify", description = {
        "verify (default): checksums count as they stand, those of IPv4 headers too; of cut packets, they are not known.",
        "ignore: none counts. For captures made on an end host, whose network card fills them in later."})
    ChecksumPolicy checksum;

    @Option(names = "--time-outs", paramLabel = "event|never", description = {
        "event: entries expire by the capture's own times. never: none does, as when a capture is replayed in no time.",
        "Unless given: event where --set or --gateways sets a time-out, never otherwise."})
    TimeOuts timeOuts;

    @Option(names = "--gateways", paramLabel = "FILE", description = "YAML file with the connection tracker's settings of --gateway NAME.")
    Path gateways;

    @Option(names = "--gateway", paramLabel = "NAME", description = "The firewall whose settings are taken from --gateways FILE.")
    String gateway;

    @Option(names = "--set", paramLabel = "nf_conntrack_...=V", description = "A setting of the connection tracker, by its kernel name; may be given again.")
    List<String> settings = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        ConntrackSettings tracker = conntrack();
        boolean expire = timeOuts == null ? tracker.setsTimeOut() : timeOuts == TimeOuts.event;
        Explainer explainer = new Explainer(tracker, expire);
        FlowFilter filter = filter();
        Summary summary = new Summary();
        List<String> faults = new ArrayList<>();
        PrintWriter text = Terminal.out();
        ExplainReport report = new ExplainReport(Terminal.width(), Terminal.colour(), Terminal.unicode(), text);
        OutputStream raw = new BufferedOutputStream(System.out, 1 << 16);
        ExplainNdjson lines = new ExplainNdjson(raw);
        boolean any = false;
        ProgressBar bar = new ProgressBar();
        boolean silent = quiet || !Terminal.outIsTerminal();
        try (CaptureReader reader = file.equals("-") ? CaptureReader.open(System.in, "standard input") : CaptureReader.open(Path.of(file))) {
            long size = file.equals("-") ? -1 : Files.size(Path.of(file));
            RawPacket packet = new RawPacket();
            while (reader.next(packet)) {
                Explained e = explainer.next(packet);
                summary.count(e);
                if (!quiet && (!invalid || e.invalid()) && filter.accepts(e)) {
                    if (json) {
                        lines.packet(e);
                    } else {
                        report.packet(e);
                    }
                    any = true;
                }
                if (e.frame % PROGRESS_STEP == 0) {
                    if (silent) {
                        bar.at(reader.bytesRead(), size, e.frame);
                    }
                    if (!json && text.checkError()) {
                        return Exit.DONE; // nobody reads any more
                    }
                }
            }
        } catch (CaptureException e) {
            faults.add(e.getMessage());
        } finally {
            bar.clear();
        }
        if (json) {
            lines.finish(any);
            raw.flush();
        } else if (summary.packets() > 0 || faults.isEmpty()) {
            report.summary(summary, remarks(explainer, expire));
        }
        faults.forEach(fault -> Terminal.say("crossgate: " + fault));
        return faults.isEmpty() ? Exit.DONE : Exit.FAILED;
    }

    private static List<String> remarks(Explainer explainer, boolean expire) {
        List<String> remarks = new ArrayList<>();
        if (explainer.notFollowed() > 0) {
            remarks.add(explainer.notFollowed() + " packets opened connections that were not followed: too many lived at once.");
        }
        if (!expire) {
            remarks.add("No entry was let expire: --time-outs=event does that, by the capture's own times.");
        }
        return remarks;
    }

    private ConntrackSettings conntrack() {
        if ((gateways == null) != (gateway == null)) {
            throw new UsageFault("--gateways FILE and --gateway NAME go together: NAME is the firewall whose settings are taken from FILE");
        }
        GatewaysFile file = GatewaysFile.read(gateways);
        if (gateway != null && !file.names.contains(gateway)) {
            throw new UsageFault("--gateway " + gateway + ": no such gateway in " + gateways + "; there are " + String.join(", ", file.names));
        }
        ConntrackSettings known = gateway == null ? ConntrackSettings.DEFAULTS : file.conntrack.getOrDefault(gateway, ConntrackSettings.DEFAULTS);
        ConntrackSettings all = ConntrackOptions.of(known, settings);
        return checksum == null ? all : all.with(ConntrackSetting.CHECKSUM, checksum == ChecksumPolicy.verify ? 1 : 0);
    }

    private FlowFilter filter() {
        try {
            return flow == null ? FlowFilter.ALL : FlowFilter.parse(flow);
        } catch (IllegalArgumentException e) {
            throw new UsageFault("--flow: " + e.getMessage());
        }
    }
}
