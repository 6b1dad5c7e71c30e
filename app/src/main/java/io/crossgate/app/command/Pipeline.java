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
    private final Codecs codecs;
    private volatile boolean stopping;

    /** What a run gave. */
    public record Result(CaptureRun run, Findings findings, DetectionProgress progress) {}

    /** Starts broker and registry; {@code folder} as in {@link EmbeddedBroker#start}. */
    public Pipeline(Path folder, int wantedPartitions) {
        broker = EmbeddedBroker.start(folder);
        EmbeddedRegistry started = null;
        try {
            client = Map.of("bootstrap.servers", broker.bootstrapServers());
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

    /** Publishes the captures, waits until all is decided, and reads the events back from their topics. */
    public Result run(List<CaptureInput> inputs, DetectSettings settings, boolean exactlyOnce) throws InterruptedException {
        if (stopping) {
            throw new Failure(STOPPED);
        }
        DetectionProgress progress = new DetectionProgress(partitions);
        StreamsSettings streamsSettings = new StreamsSettings(settings, Set.of(), Duration.ZERO, partitions);
        Findings findings = new Findings();
        CaptureRun run;
        try (EventReader events = new EventReader(client, codecs, settings.flowRecords().on());
                StreamsProcess streams = new StreamsProcess(streamsSettings, codecs, progress, streamsClient(), exactlyOnce)) {
            try (HeaderPublisher publisher = new HeaderPublisher(HeaderPublisher.producer(client), partitions, PublishSettings.files(), codecs.headers(),
                    codecs.points(), System.currentTimeMillis())) {
                // Streams starts once all points are registered: from its first record on it waits for all of them.
                run = InputOptions.run(inputs, new FirewallNames(settings, publisher, () -> {
                    publisher.flush();
                    streams.start();
                }));
                publisher.flush();
            }
            while (!run.accounts().isEmpty() && !progress.awaitEnd(LOOK_MS)) {
                if (streams.fault() != null) {
                    throw new Failure("the streams topology has stopped: " + streams.fault().getMessage(), streams.fault());
                }
                if (stopping) {
                    throw new Failure(STOPPED);
                }
            }
            streams.stop();
            events.fromBeginning(); // of a kept folder: what earlier runs found is found still
            events.readToEnd(new Collector(findings));
        }
        return new Result(run, findings, progress);
    }

    private Map<String, Object> streamsClient() {
        Map<String, Object> config = new HashMap<>(client);
        config.put("consumer.fetch.max.wait.ms", 50);
        config.put("poll.ms", 20); // one process, one user who waits
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
