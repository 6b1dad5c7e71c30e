package io.crossgate.lab;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "lab", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Records scenarios on real Linux routers and nf_conntrack firewalls, in network namespaces of this machine.",
    "Needs root, iproute2, nftables, conntrack and tcpdump; nothing is left afterwards, and no packet leaves the namespaces."},
        footer = {"", "Example:", "  crossgate lab record mirror /tmp/mirror && crossgate scan --firewall gwa /tmp/mirror"})
final class LabCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list or record?");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the scenarios.")
    void list() {
        PrintWriter out = Terminal.out();
        int width = Scenarios.ALL.stream().mapToInt(scenario -> scenario.name().length()).max().orElse(0);
        Scenarios.ALL.forEach(scenario -> out.println(String.format("%-" + width + "s  %s", scenario.name(), scenario.summary())));
        out.flush();
    }

    @Command(name = "record", mixinStandardHelpOptions = true, description = {
        "Plays a scenario and records what every gateway saw (GATEWAY-lan.pcap, GATEWAY-wan.pcap), every firewall's log of INVALID packets (GATEWAY-nflog.pcap),",
        "what each connection came to (connections.tsv), and settings, counters and what is right to find (meta.json)."})
    void record(@Parameters(paramLabel = "SCENARIO", description = "One of `crossgate lab list`, or all.") String name,
            @Parameters(paramLabel = "DIR", description = "Folder for the recording; made if it is not there. With all, a folder in it for each.") Path folder)
            throws IOException, InterruptedException {
        if (name.equals("all")) {
            check();
            for (Scenario scenario : Scenarios.ALL) {
                record(scenario, folder.resolve(scenario.name()));
            }
            return;
        }
        Scenario scenario = Scenarios.named(name)
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "no scenario " + name + ": `crossgate lab list` names them"));
        check();
        record(scenario, folder);
    }

    private static void check() {
        String missing = Tools.missing();
        if (!missing.isEmpty()) {
            throw new Failure("the lab can't run here: " + missing);
        }
    }

    private static void record(Scenario scenario, Path folder) throws IOException, InterruptedException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> there = Files.list(folder)) {
                if (there.findAny().isPresent()) {
                    throw new Failure(folder + " is not empty: name a folder that is, or none");
                }
            }
        }
        try {
            Recorder.Result result = new Recorder(scenario, folder).record();
            PrintWriter out = Terminal.out();
            out.println(scenario.name() + ": " + result.experiences().size() + " connections, " + result.failed() + " failed; INVALID at the firewalls: "
                    + result.invalid() + "; in " + folder + ". Right to find: " + scenario.expected().words());
            out.flush();
            if (result.missed() > 0) {
                throw new Failure("the captures missed " + result.missed() + " packets: record it again on a quieter machine");
            }
        } catch (LabException e) {
            throw new Failure("lab: " + e.getMessage(), e);
        }
    }
}
