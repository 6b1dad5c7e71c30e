package io.crossgate.benchmarks.whole;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.detect.DetectSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import io.crossgate.streams.DetectionProgress;
import io.crossgate.streams.StreamsProcess;
import io.crossgate.streams.StreamsSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of what {@code benchmarks/run} starts beside {@code crossgate}. */
@Command(name = "whole", mixinStandardHelpOptions = true, description = "Parts of whole-run benchmarks; benchmarks/run uses them.",
        footer = {"", "Example:", "  whole serve /tmp/broker"})
public final class Main implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MS = 200;

    @Spec
    CommandSpec spec;

    private Main() {}

    /** Runs the command line and exits: 0 done, 1 failed, 2 usage. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "serve, forget or streams?");
    }

    @Command(name = "serve", mixinStandardHelpOptions = true, description = {
        "Serves a Kafka broker and a schema registry until its standard input ends.",
        "Prints HOST:PORT of the broker and the registry's URL, on one line, once both answer."})
    void serve(@Parameters(paramLabel = "FOLDER", description = "For the broker's data: kept.") Path folder) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
                EmbeddedRegistry registry = EmbeddedRegistry.start(Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(broker.bootstrapServers() + " " + registry.uri());
            out.flush();
            while (System.in.read() >= 0) {
                // until it ends
            }
        }
    }

    @Command(name = "forget", mixinStandardHelpOptions = true, description = {
        "Deletes what detection has written to a broker and how far it has read, once the last one that read is gone."})
    void forget(@Parameters(paramLabel = "HOST:PORT") String servers,
            @Option(names = "--headers", description = "And the headers.") boolean headers) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            Set<String> topics = new HashSet<>(admin.listTopics().names().get());
            topics.remove("_schemas");
            if (!headers) {
                topics.removeAll(Set.of(Topics.HEADERS.name(), Topics.HEADER_BUNDLES.name(), Topics.OBSERVATION_POINTS.name()));
            }
            admin.deleteTopics(topics).all().get();
            for (GroupListing group : admin.listGroups().all().get()) {
                long began = System.nanoTime();
                while (!admin.describeConsumerGroups(Set.of(group.groupId())).all().get().get(group.groupId()).members().isEmpty()) {
                    if (System.nanoTime() - began > PATIENCE.toNanos()) {
                        throw new IllegalStateException("someone still reads in group " + group.groupId());
                    }
                    Thread.sleep(LOOK_MS);
                }
                admin.deleteConsumerGroups(Set.of(group.groupId())).all().get();
            }
        }
    }

    @Command(name = "streams", mixinStandardHelpOptions = true, description = {
        "Detection over a headers topic that holds finished captures, from its beginning until all is decided.",
        "Prints on one line: headers taken; seconds from when Kafka Streams takes records until all was decided; seconds that it took to start."})
    int streams(@Parameters(paramLabel = "HOST:PORT") String servers, @Parameters(paramLabel = "URL") URI registry,
            @Option(names = "--firewall", paramLabel = "GATEWAY", description = "A gateway that is a firewall; may be given again.") List<String> firewalls,
            @Option(names = "--exactly-once", description = "Process with Kafka transactions.") boolean exactlyOnce) throws InterruptedException {
        Map<String, Object> client = new HashMap<>(Map.of("bootstrap.servers", servers));
        int partitions = new Cluster(client, PATIENCE).prepareTopics(1);
        Codecs codecs = Codecs.of(new RegistryClient(registry, PATIENCE));
        DetectionProgress progress = new DetectionProgress(partitions);
        DetectSettings detect = DetectSettings.defaults().withFirewalls(firewalls == null ? Set.of() : Set.copyOf(firewalls));
        try (StreamsProcess streams = new StreamsProcess(new StreamsSettings(detect, Set.of(), Duration.ZERO, partitions), codecs, progress, client, exactlyOnce)) {
            long started = System.nanoTime();
            streams.start();
            if (!streams.awaitRunning(PATIENCE)) {
                spec.commandLine().getErr().println("the streams topology does not start");
                return 1;
            }
            long began = System.nanoTime();
            while (!progress.awaitEnd(LOOK_MS)) {
                if (streams.fault() != null) {
                    spec.commandLine().getErr().println("the streams topology has stopped: " + streams.fault());
                    return 1;
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            streams.stop();
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%d %.3f %.3f", progress.detection().headers, seconds, (began - started) / 1e9));
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
