package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.capture.CaptureInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How the whole pipeline runs in one process; and running it. */
final class RunOptions {
    @Option(names = "--data", arity = "0..1", paramLabel = "FOLDER", fallbackValue = "", description = {
        "Keep the broker's data in FOLDER (or, with no FOLDER, in the user's state folder) for the next run, which then reports what all runs found.",
        "Without this option they are in a temporary folder that goes with the run."})
    String data;

    @Option(names = "--partitions", paramLabel = "N", description = "Partitions of the headers topic (2).")
    int partitions = 2;

    @Option(names = "--exactly-once", description = "Process with Kafka transactions (exactly_once_v2).")
    boolean exactlyOnce;

    @Option(names = "--hold", description = "After the report, leave the broker up until Ctrl-C, so that other clients can read the topics.")
    boolean hold;

    int run(List<CaptureInput> inputs, DetectSettings settings, OutputOptions output) throws InterruptedException {
        if (partitions < 1) {
            throw new UsageFault("--partitions is 1 or more");
        }
        if (Terminal.errIsTerminal()) {
            Terminal.say("Starting an embedded Kafka broker …");
        }
        boolean othersRead = data != null || hold;
        try (StopSignal stop = new StopSignal(); Pipeline pipeline = new Pipeline(folder(), partitions, !othersRead)) {
            stop.whenAsked(pipeline::stop);
            Pipeline.Result result = pipeline.run(inputs, settings, output.findings(), exactlyOnce);
            output.print(result.findings(), InputOptions.accounting(result.run(), result.progress().detection()));
            Terminal.say(pace(result));
            List<String> faults = result.run().faults();
            faults.forEach(fault -> Terminal.say("crossgate: " + fault));
            if (hold) {
                Terminal.say("Broker " + pipeline.bootstrapServers() + ", schema registry " + pipeline.registryAddress() + ": Ctrl-C stops them.");
                while (!stop.asked()) {
                    stop.await(Duration.ofMinutes(1));
                }
            }
            return faults.isEmpty() ? Exit.DONE : Exit.FAILED;
        }
    }

    /** How long it took, from the first packet that was read to the last event that was read back; the start of broker, registry and topology is told apart. */
    private static String pace(Pipeline.Result result) {
        long packets = result.run().accounts().stream().mapToLong(a -> a.packets()).sum();
        double seconds = result.worked().toNanos() / 1e9;
        return String.format(Locale.ROOT, "crossgate: %,d packets in %.2f s, %,.0f packets/s; start-up before that %.2f s", packets, seconds, packets / seconds,
                result.started().toNanos() / 1e9);
    }

    private Path folder() {
        if (data == null) {
            return null;
        }
        if (!data.isEmpty()) {
            return Path.of(data);
        }
        String state = System.getenv("XDG_STATE_HOME");
        String home = System.getProperty("user.home");
        if (state == null && home == null) {
            throw new Failure("no home folder: name one with --data FOLDER");
        }
        return state == null ? Path.of(home, ".local", "state", "crossgate") : Path.of(state, "crossgate");
    }
}
