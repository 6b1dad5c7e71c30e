package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.retain.Forgetting;
import io.crossgate.retention.retain.Retain;
import io.crossgate.retention.retain.RetainCounters;
import io.crossgate.retention.retain.RetainSettings;
import io.crossgate.retention.retain.Upkeep;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "retain", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Keeps flows, events and incidents in a lake: a folder of Parquet files, by day and hour (UTC).",
            "Exactly once: rows and the offsets behind them are one commit of the lake's manifest. Flows are there where `streams` runs with --flows."},
        footer = {"", "Example:", "  crossgate retain --bootstrap-servers 127.0.0.1:9092 --keep 400d --keep-bytes 500G /srv/lake",
            "  crossgate retain forget --address 10.1.2.3 --reference TICKET-77 /srv/lake"},
        subcommands = {RetainCommand.Forget.class, RetainCommand.Compact.class})
final class RetainCommand implements Callable<Integer> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([dh])");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([MGT])");
    /** What a row takes of the heap while it waits, about; while one commit's are written, the next one's come. */
    private static final int ROW_BYTES = 2 * 350;
    private static final Pattern MEMORY = Pattern.compile("\\d{1,6}[MG]");

    @ArgGroup(exclusive = false, multiplicity = "0..1")
    ClusterOptions cluster;

    @Mixin
    Keeping keeping;

    @Parameters(index = "0", paramLabel = "LAKE", arity = "0..1", description = "The lake's folder; made if it is not there.")
    Path lake;

    @Option(names = "--commit-rows", paramLabel = "N", description = "Commit when this many rows have come (1000000, or as many as a third of the heap has room for).")
    int commitRows = (int) Math.min(1_000_000, Runtime.getRuntime().maxMemory() / 3 / ROW_BYTES + 1);

    @Option(names = "--commit-interval", paramLabel = "TIME", defaultValue = "60s", description = "Or when the oldest of them has waited this long (${DEFAULT-VALUE}).")
    Duration commitInterval;

    @Option(names = "--report-interval", paramLabel = "TIME", defaultValue = "0s", description = "Tell counts on standard error this often; 0: at the end alone (${DEFAULT-VALUE}).")
    Duration reportInterval;

    @Option(names = "--end", description = "Stop where the topics end now.")
    boolean end;

    /** What is the same for a run and for upkeep alone. */
    static final class Keeping {
        @Option(names = "--keep", paramLabel = "TIME", description = "Remove hours that ended longer ago than this: 400d, 36h. From 7d on, old days are one file each, and go whole. Everything is kept unless given.")
        String keep;

        @Option(names = "--keep-bytes", paramLabel = "SIZE", description = "Remove the oldest hours and days until the files are no more than this: 500G, 2T.")
        String keepBytes;

        @Option(names = "--settle", paramLabel = "TIME", defaultValue = "10m",
                description = "An hour's files, and a day later the day's, are made one, sorted, when nothing has been added for this long (${DEFAULT-VALUE}).")
        Duration settle;

        @Option(names = "--grace", paramLabel = "TIME", defaultValue = "10m",
                description = "Files that were replaced or expired stay on disk this long, so that queries finish (${DEFAULT-VALUE}).")
        Duration grace;

        @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "2G", description = "Most memory for writing files, and again for compaction, beside the Java heap (${DEFAULT-VALUE}).")
        String memory;

        RetainSettings settings(int commitRows, Duration commitInterval, boolean end) {
            return new RetainSettings(commitRows, commitInterval, settle, keep == null ? null : time(keep), keepBytes == null ? Long.MAX_VALUE : size(keepBytes), grace,
                    memory(), Runtime.getRuntime().availableProcessors(), end);
        }

        String memory() {
            if (!MEMORY.matcher(memory).matches() || memory.startsWith("0")) {
                throw new UsageFault("--memory: '" + memory + "' is no size: write 512M or 2G");
            }
            return memory + "iB";
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (cluster == null) {
            throw new UsageFault("Missing required option: '--bootstrap-servers=HOST:PORT'");
        }
        if (lake == null) {
            throw new UsageFault("Missing required parameter: 'LAKE'");
        }
        if (commitRows < 1 || commitRows > 10_000_000) {
            throw new UsageFault("--commit-rows is from 1 to 10000000");
        }
        if (commitInterval.isZero()) {
            throw new UsageFault("--commit-interval is more than 0");
        }
        RetainSettings settings = keeping.settings(commitRows, commitInterval, end);
        Cluster kafka = cluster.cluster();
        var registry = cluster.registryClient();
        try (StopSignal stop = new StopSignal(); LakeWriter writer = LakeWriter.open(Lake.openOrMake(lake))) {
            kafka.awaitTopics();
            ScheduledExecutorService reports = Executors.newSingleThreadScheduledExecutor();
            try (Retain retain = new Retain(settings, writer, kafka.client(), registry::schema, RetainCommand::say)) {
                stop.whenAsked(retain::stop);
                if (!reportInterval.isZero()) {
                    reports.scheduleAtFixedRate(() -> say(retain.counters().toString()), reportInterval.toMillis(), reportInterval.toMillis(), TimeUnit.MILLISECONDS);
                }
                long waiting = retain.run();
                say(retain.counters().toString());
                if (waiting > 0) {
                    throw new Failure("stopped with no room on the disk: " + waiting + " rows were not written, and the next run reads them again");
                }
            } finally {
                reports.shutdownNow();
            }
        } catch (LakeException e) {
            throw new Failure(e.getMessage(), e);
        } catch (KafkaException e) {
            throw new Failure("Kafka at " + cluster.bootstrapServers + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new Failure("the lake can't be written: " + e.getMessage(), e);
        }
        return Exit.DONE;
    }

    private static void say(String line) {
        Terminal.say("crossgate: " + line);
    }

    private static Duration time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new UsageFault("--keep: '" + text + "' is no time: write 400d or 36h");
        }
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number);
    }

    private static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new UsageFault("--keep-bytes: '" + text + "' is no size: write 800M, 500G or 2T");
        }
        return Long.parseLong(matcher.group(1)) << 20 + 10 * "MGT".indexOf(matcher.group(2));
    }

    @Command(name = "forget", mixinStandardHelpOptions = true, sortOptions = false, versionProvider = Version.class,
            description = {"Deletes the records of an address from a lake: files that hold any are written anew, and the old ones removed at once.",
                "The lake's log, log/removals.ndjson, tells when and how many, not which address."},
            footer = {"", "Example:", "  crossgate retain forget --address 2001:db8:30::/64 --reference TICKET-77 /srv/lake"})
    static final class Forget implements Callable<Integer> {
        @Option(names = "--address", paramLabel = "ADDRESS", required = true, description = "An address or a prefix: 10.1.2.3, 10.1.2.0/24, 2001:db8::/32.")
        String address;

        @Option(names = "--reference", paramLabel = "TEXT", description = "What the log calls the request: a ticket's number, not the address.")
        String reference;

        @Option(names = "--log-address", description = "Write the address itself into the log.")
        boolean logAddress;

        @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "2G", description = "Most memory that it takes (${DEFAULT-VALUE}).")
        String memory;

        @Parameters(paramLabel = "LAKE", description = "The lake's folder. No `retain` may be writing it.")
        Path lake;

        @Override
        public Integer call() throws IOException {
            Keeping limits = new Keeping();
            limits.memory = memory;
            try {
                say(Forgetting.run(lake, address, reference, logAddress, limits.memory()).toString());
            } catch (IllegalArgumentException e) {
                throw new UsageFault("--address: " + e.getMessage());
            } catch (LakeException e) {
                throw new Failure(e.getMessage(), e);
            } catch (SQLException e) {
                throw new Failure("nothing was deleted: " + e.getMessage(), e);
            }
            return Exit.DONE;
        }
    }

    @Command(name = "compact", mixinStandardHelpOptions = true, sortOptions = false, versionProvider = Version.class,
            description = {"Expiry and compaction of a lake, once, without a cluster. `crossgate retain` does both by itself."},
            footer = {"", "Example:", "  crossgate retain compact --settle 0s --keep 400d /srv/lake"})
    static final class Compact implements Callable<Integer> {
        @Mixin
        Keeping keeping;

        @Parameters(paramLabel = "LAKE", description = "The lake's folder. No `retain` may be writing it.")
        Path lake;

        @Override
        public Integer call() throws IOException {
            RetainSettings settings = keeping.settings(1, Duration.ofSeconds(1), true);
            RetainCounters counters = new RetainCounters();
            try (StopSignal stop = new StopSignal(); LakeWriter writer = LakeWriter.open(Lake.open(lake));
                    Upkeep upkeep = new Upkeep(writer, settings, RetainCommand::say, counters)) {
                upkeep.round(stop::asked);
                say(counters.filesAsText());
            } catch (LakeException e) {
                throw new Failure(e.getMessage(), e);
            } catch (SQLException e) {
                throw new Failure("the lake can't be written: " + e.getMessage(), e);
            }
            return Exit.DONE;
        }
    }
}
