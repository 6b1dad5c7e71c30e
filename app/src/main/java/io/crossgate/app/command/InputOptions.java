package io.crossgate.app.command;

import io.crossgate.app.report.Accounting;
import io.crossgate.app.report.PointAccount;
import io.crossgate.detect.DetectCounters;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.UsageException;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which captures are read. */
final class InputOptions {
    @Parameters(arity = "0..*", paramLabel = "CAPTURE", description = {
        "GATEWAY/INTERFACE=FILE, GATEWAY=FILE (interfaces as the file names them), or a folder of files GATEWAY-INTERFACE.pcap, .pcapng, .gz, .zst.",
        "FILE may be - for standard input. Several files of one point are read as one, in time order.",
        "An NFLOG capture of a gateway is its firewall's own log."})
    List<String> captures = new ArrayList<>();

    @Option(names = "-r", paramLabel = "FILE", description = {
        "A capture, as tcpdump users write it: FILE (or - for standard input) of the point that --gateway and --interface name; or a CAPTURE as above."})
    List<String> read = new ArrayList<>();

    @Option(names = "--gateway", paramLabel = "NAME", description = "Gateway of -r FILE (and, where there is one, of -i).")
    String gateway;

    @Option(names = "--interface", paramLabel = "NAME", description = "Interface of -r FILE; as the file names its interfaces, if not given.")
    String iface;

    List<CaptureInput> inputs() {
        List<String> all = new ArrayList<>(captures);
        for (String file : read) {
            boolean named = file.indexOf('=') > 0 || Files.isDirectory(Path.of(file));
            if (!named && (gateway == null || gateway.isBlank())) {
                throw new UsageFault("-r " + file + ": which gateway's capture is this? Add --gateway NAME and --interface NAME, or write -r GATEWAY/INTERFACE=" + file);
            }
            all.add(named ? file : gateway + (iface == null ? "" : "/" + iface) + "=" + file);
        }
        if (all.isEmpty()) {
            throw new UsageFault("no captures: name them as GATEWAY/INTERFACE=FILE, or name a folder of files GATEWAY-INTERFACE.pcap");
        }
        try {
            return Inputs.parse(all);
        } catch (UsageException e) {
            throw new UsageFault(e.getMessage());
        }
    }

    /** Reads everything into {@code sink}. */
    static CaptureRun run(List<CaptureInput> inputs, HeaderSink sink) {
        ProgressBar bar = new ProgressBar();
        CaptureRun run = new CaptureRun(inputs, sink, bar);
        try {
            run.run();
        } catch (UsageException e) {
            throw new UsageFault(e.getMessage());
        } finally {
            bar.clear();
        }
        return run;
    }

    /** What became of every packet, with what detection counted. */
    static Accounting accounting(CaptureRun run, DetectCounters detection) {
        List<String> notes = new ArrayList<>();
        detection.invalidForwardedAt.forEach((gateway, n) -> notes.add("INVALID but forwarded by " + gateway + ": " + n));
        note(notes, "INVALID, not known whether forwarded", detection.invalidUndecided);
        note(notes, "headers that came after their time was decided, left out", detection.late);
        note(notes, "flows evicted to keep within --max-flows", detection.evictedFlows);
        return new Accounting(run.accounts().stream().map(InputOptions::account).toList(), notes);
    }

    private static void note(List<String> notes, String what, long count) {
        if (count > 0) {
            notes.add(what + ": " + count);
        }
    }

    private static PointAccount account(io.crossgate.ingest.PointAccount point) {
        Map<String, Long> outcomes = new LinkedHashMap<>();
        point.outcomes().forEach((outcome, packets) -> outcomes.put(outcome.text(), packets));
        List<String> remarks = point.outOfOrder() == 0 ? List.of()
                : List.of(point.outOfOrder() + " packets bear an earlier time than the one before: taken at that one's");
        return new PointAccount(point.gateway(), point.iface(), point.firewallLog(), point.packets(), outcomes, point.lost(), remarks);
    }
}
