package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.capture.Inputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "A real failure, from captures to the diagnosis, through an embedded Kafka broker and Kafka Streams.",
    "A maintenance window adds a second upstream: some SYNs leave by gwb, their SYN-ACKs return by gwa, a firewall that never saw them."},
        footer = {"", "Example:", "  crossgate demo --json | grep incident"})
final class DemoCommand implements Callable<Integer> {
    private static final String FIREWALL = "gwa";

    @Mixin
    RunOptions run;
    @Mixin
    OutputOptions output;

    @Override
    public Integer call() throws InterruptedException {
        Path captures = Path.of(System.getProperty("crossgate.home", "."), "captures", "maintenance");
        if (!Files.isDirectory(captures)) {
            throw new Failure("the bundled captures are not in " + captures + ": start the demo with ./crossgate of the project's folder");
        }
        return run.run(Inputs.parse(List.of(captures.toString())), DetectSettings.defaults().withFirewalls(Set.of(FIREWALL)), output);
    }
}
