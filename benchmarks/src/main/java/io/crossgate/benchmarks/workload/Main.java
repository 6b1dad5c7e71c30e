package io.crossgate.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line of the workload generator. */
@Command(name = "workload", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Writes captures of two gateways (gwa, a firewall, and gwb, a router; lan and wan side of each), and what is right to find in them:",
    "truth.json in all, orphans.ndjson with a line for each asymmetric handshake. The same options make the same bytes.",
    "Numbers may end in k or M; shares are from 0 to 1."},
        footer = {"", "Example:", "  benchmarks/run workload --packets 10M --flows 1M --at-once 200k /tmp/w10m", "  crossgate scan --firewall gwa /tmp/w10m"})
public final class Main implements Callable<Integer> {
    private static final int PACKETS_A_FLOW = 10;
    private static final int FLOWS_AT_ONCE = 5;
    private static final int LEAST_SNAP_LENGTH = 68;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "Folder for the files; made if it is not there. Files of these names in it are replaced.")
    Path folder;

    @Option(names = "--packets", paramLabel = "N", description = "Captured packets in the four files together, about (100k).")
    long packets = 100_000;

    @Option(names = "--flows", paramLabel = "N", description = "Conversations, floods apart (a tenth of the packets that are no flood).")
    Long flows;

    @Option(names = "--at-once", paramLabel = "N", description = "Conversations that go on at the same time, at most, about (a fifth of the flows).")
    Long atOnce;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Time over which conversations begin (60).")
    double seconds = 60;

    @Option(names = "--longest", paramLabel = "N", description = "Packets of the longest conversation (20k, but at most a hundredth of --packets). Lengths are bounded Pareto.")
    Long longest;

    @Option(names = "--loss", paramLabel = "SHARE", description = "SYNs, SYN-ACKs and data segments that are lost and sent again (0.005).")
    double loss = 0.005;

    @Option(names = "--asymmetric", paramLabel = "SHARE", description = "Conversations whose SYN-ACKs come back by the firewall that never saw the SYN (0.005).")
    double asymmetric = 0.005;

    @Option(names = "--ipv6", paramLabel = "SHARE", description = "Conversations in IPv6 (0.2).")
    double ipv6 = 0.2;

    @Option(names = "--icmp", paramLabel = "SHARE", description = "Conversations that are pings (0.02).")
    double icmp = 0.02;

    @Option(names = "--flood", paramLabel = "SHARE", description = "Captured packets that are an attack: SYNs, and SYN-ACKs, from random addresses (0).")
    double flood;

    @Option(names = "--tunnels", paramLabel = "SHARE", description = "TCP conversations in VXLAN or GRE (0). Headers in VXLAN need a --snap of 160.")
    double tunnels;

    @Option(names = "--snap", paramLabel = "BYTES", description = "Captured bytes of a packet, at most (98).")
    int snapLength = 98;

    @Option(names = "--seed", paramLabel = "N", description = "Of the random numbers (1).")
    long seed = 1;

    private Main() {}

    /** Runs the command line and exits: 0 done, 1 failed, 2 usage. */
    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    /** Runs the command line and gives its exit code. */
    public static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main()).registerConverter(long.class, new Count()).registerConverter(Long.class, new Count()).setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((e, all) -> {
            e.getCommandLine().getErr().println("workload: " + e.getMessage() + " (--help names the options)");
            return 2;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (!(e instanceof IOException)) {
                throw e;
            }
            command.getErr().println("workload: " + e.getMessage());
            return 1;
        });
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        try {
            workload().write(folder);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %.1f s", folder, Duration.ofNanos(System.nanoTime() - began).toMillis() / 1e3));
        return 0;
    }

    private Workload workload() {
        check(packets >= 1000 && seconds > 0, "--packets is 1000 or more, --duration above 0");
        check(loss >= 0 && loss <= 0.5, "--loss is 0 to 0.5");
        check(share(ipv6) && share(icmp) && share(tunnels) && share(asymmetric) && flood >= 0 && flood < 1, "shares are from 0 to 1, --flood less than 1");
        check(asymmetric * 3 + icmp <= 1, "--asymmetric and --icmp leave nothing else: each asymmetric conversation needs two others beside it");
        check(snapLength >= LEAST_SNAP_LENGTH && snapLength <= 65_535, "--snap is " + LEAST_SNAP_LENGTH + " to 65535");
        long conversations = flows == null ? Math.max(1, (long) (packets * (1 - flood) / PACKETS_A_FLOW)) : flows;
        long most = longest == null ? Math.max(100, Math.min(20_000, packets / 100)) : longest;
        check(most >= 10 && most <= 1_000_000_000, "--longest is 10 to 1000M");
        check(conversations >= 1, "--flows is 1 or more");
        return new Workload(packets, conversations, atOnce == null ? conversations / FLOWS_AT_ONCE : atOnce, (long) (seconds * 1e9), (int) most, loss, asymmetric, ipv6, icmp,
                flood, tunnels, snapLength, seed);
    }

    private static boolean share(double value) {
        return value >= 0 && value <= 1;
    }

    private void check(boolean right, String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** A whole number that may end in k or M. */
    static final class Count implements ITypeConverter<Long> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kM]?)");

        @Override
        public Long convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is no number like 500, 20k or 10M");
            }
            long unit = form.group(2).isEmpty() ? 1 : form.group(2).equals("k") ? 1_000 : 1_000_000;
            return Long.parseLong(form.group(1)) * unit;
        }
    }
}
