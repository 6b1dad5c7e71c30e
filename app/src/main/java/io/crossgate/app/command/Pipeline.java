package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.cluster.Collector;
import io.crossgate.app.cluster.EventReader;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.publish.HeaderPublisher;
import io.crossgate.ingest.publish.PublishSettings;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import io.crossgate.streams.DetectionProgress;
import io.crossgate.streams.StreamsProcess;
import io.crossgate.streams.StreamsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything in one process: embedded broker and registry, ingest, streams. */
public final class Pipeline implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MS = 200;
    private static final String STOPPED = "stopped before all was decided";

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final Map<String, Object> client;
    private final int partitions;
    private final boolean bundled;
    /** The broker's data go with the process. */
    private final boolean temporary;
    private final Codecs codecs;
    private final long begun = System.nanoTime();
    private volatile boolean stopping;

    /**
     * What a run gave.
     *
     * @param started wall-clock time from the start of the broker until captures began to be read: the start of broker, registry and topology
     * @param worked from then on until the last event was read back
     */
    public record Result(CaptureRun run, Findings findings, DetectionProgress progress, Duration started, Duration worked) {}

    /**
     * Starts broker and registry.
     *
     * @param folder as in {@link EmbeddedBroker#start}
     * @param wantedPartitions of topics that are not there yet
     * @param bundled whether many flows share a record of headers, which is faster, or each has its own, which others can read by flow
     */
    public Pipeline(Path folder, int wantedPartitions, boolean bundled) {
        this.bundled = bundled;
        temporary = folder == null;
        broker = EmbeddedBroker.start(folder);
        EmbeddedRegistry started = null;
        try {
            // Nobody watches this process from without: beans for each metric only make it start later.
            client = Map.of("bootstrap.servers", broker.bootstrapServers(), "metric.reporters", "");
            started = EmbeddedRegistry.start(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            partitions = new Cluster(client, PATIENCE).prepareTopics(wantedPartitions);
            codecs = Codecs.of(new RegistryClient(started.uri(), PATIENCE));
        } catch (RuntimeException e) {
            if (started != null) {
                started.close();
            }
            broker.close();
            throw e;
        }
        registry = started;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String registryAddress() {
        return registry.uri().toString();
    }

    /** Publishes the captures, waits until all is decided, and reads the events back from their topics into {@code findings}. */
    public Result run(List<CaptureInput> inputs, DetectSettings settings, Findings findings, boolean exactlyOnce) throws InterruptedException {
        if (stopping) {
            throw new Failure(STOPPED);
        }
        DetectionProgress progress = new DetectionProgress(partitions);
        StreamsSettings streamsSettings = new StreamsSettings(settings, Set.of(), Duration.ZERO, partitions, temporary);
        CaptureRun run;
        long reading;
        long last;
        try (EventReader events = new EventReader(client, codecs, settings.flowRecords().on());
                StreamsProcess streams = new StreamsProcess(streamsSettings, codecs, progress, streamsClient(exactlyOnce), exactlyOnce)) {
            // Streams may run before points are registered: in every partition this one publisher tells of all of them before any header.
            streams.start();
            streams.awaitRunning(PATIENCE);
            reading = System.nanoTime();
            PublishSettings publishing = PublishSettings.files().bundled(bundled);
            try (HeaderPublisher publisher = new HeaderPublisher(HeaderPublisher.producer(client, publishing), partitions, publishing,
                    codecs.headers(bundled), codecs.points(), System.currentTimeMillis())) {
                run = InputOptions.run(inputs, new FirewallNames(settings, publisher));
                publisher.flush();
            }
            Collector collector = new Collector(findings);
            events.fromBeginning(); // of a kept folder: what earlier runs found is found still
            while (!run.accounts().isEmpty() && !progress.awaitEnd(LOOK_MS)) {
                events.readToEnd(collector); // as far as there are any by now
                if (streams.fault() != null) {
                    throw new Failure("the streams topology has stopped: " + streams.fault().getMessage(), streams.fault());
                }
                if (stopping) {
                    throw new Failure(STOPPED);
                }
            }
            streams.stop();
            events.readToEnd(collector);
            last = System.nanoTime();
        }
        return new Result(run, findings, progress, Duration.ofNanos(reading - begun), Duration.ofNanos(last - reading));
    }

    private Map<String, Object> streamsClient(boolean exactlyOnce) {
        Map<String, Object> config = new HashMap<>(client);
        // One process, one user who waits: the last records, which fill no fetch, are not to be waited for. But there is nothing to wait for on the topic of observation
        // points: the consumer that watches it would only ask again and again.
        config.put("main.consumer.fetch.max.wait.ms", 20);
        config.put("poll.ms", 50);
        if (exactlyOnce) {
            // Findings are told at the end: events may be hidden for longer than live ones, and each commit writes every flow that changed. A transaction must live
            // longer than that and its commit, also where this takes seconds.
            config.put("commit.interval.ms", 5_000);
            config.put("producer.transaction.timeout.ms", 20_000);
        } else {
            // Nobody reads on after a crash but the next run on a kept folder, which may as well read all of it again.
            config.put("commit.interval.ms", 60_000);
        }
        return config;
    }

    /** Makes {@link #run} give up soon; from any thread. */
    void stop() {
        stopping = true;
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
    }
}
