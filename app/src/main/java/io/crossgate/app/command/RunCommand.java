package io.crossgate.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "The whole pipeline in one process: embedded Kafka broker, ingest, Kafka Streams.",
        footer = {"", "Example:", "  crossgate run --firewall gwa captures/maintenance"})
final class RunCommand implements Callable<Integer> {
    @Mixin
    InputOptions input;
    @Mixin
    DetectionOptions detection;
    @Mixin
    RunOptions run;
    @Mixin
    OutputOptions output;

    @Override
    public Integer call() throws InterruptedException {
        return run.run(input.inputs(), detection.settings(), output);
    }
}
