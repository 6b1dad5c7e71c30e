package io.crossgate.benchmarks.lake;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the lake generator. */
@Command(name = "lake", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Writes a lake as `crossgate retain` leaves it after months: flow records of three gateways, orphans, drops and incidents, compacted.",
    "The same options make the same rows; a run that was stopped goes on where it was."},
        footer = {"", "Example:", "  benchmarks/run lake --flows 100M --days 90 /tmp/lake", "  crossgate query --lake /tmp/lake orphans --since 90d"})
public final class Main implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "Folder for the lake; made if it is not there.")
    Path folder;

    @Option(names = "--flows", paramLabel = "N", description = "Flow records, about; may end in k or M (1M).")
    String flows = "1M";

    @Option(names = "--days", paramLabel = "N", description = "Days over which they end (90).")
    int days = 90;

    @Option(names = "--end", paramLabel = "YYYY-MM-DD", description = "The day after the last, UTC (today).")
    LocalDate end = LocalDate.now(ZoneOffset.UTC);

    @Option(names = "--seed", paramLabel = "N", description = "Of the random numbers (1).")
    long seed = 1;

    private Main() {}

    /** Runs the command line and exits: 0 done, 1 failed, 2 usage. */
    public static void main(String... arguments) {
        CommandLine line = new CommandLine(new Main()).setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((e, all) -> {
            e.getCommandLine().getErr().println("lake: " + e.getMessage() + " (--help names the options)");
            return 2;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (!(e instanceof IOException) && !(e instanceof SQLException)) {
                throw e;
            }
            command.getErr().println("lake: " + e.getMessage());
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        String digits = flows.replaceAll("[kM]$", "");
        if (!digits.matches("\\d{1,9}") || days < 1 || days > 3650 || seed < 0 || seed > Integer.MAX_VALUE) {
            throw new ParameterException(spec.commandLine(), "--flows is a number like 500k or 10M, --days is 1 to 3650, --seed is 0 to " + Integer.MAX_VALUE);
        }
        long records = Long.parseLong(digits) * (flows.endsWith("M") ? 1_000_000 : flows.endsWith("k") ? 1_000 : 1);
        long began = System.nanoTime();
        long[] all = {0};
        new LakeGenerator(records, days, end, seed).write(folder, (day, count) -> {
            all[0] += count;
            spec.commandLine().getErr().println(String.format(Locale.ROOT, "%s: %,d flow records so far, %.0f s", day, all[0], (System.nanoTime() - began) / 1e9));
        });
        return 0;
    }
}
