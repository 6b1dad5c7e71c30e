package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.streams.Codecs;
import io.crossgate.streams.DetectionProgress;
import io.crossgate.streams.StreamsProcess;
import io.crossgate.streams.StreamsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "streams", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Detection as a Kafka Streams application: headers topic in, events and incidents out.",
        footer = {"", "Example:", "  crossgate streams --bootstrap-servers 127.0.0.1:9092 --firewall gwa"})
final class StreamsCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofSeconds(15);

    @Mixin
    ClusterOptions cluster;
    @Mixin
    DetectionOptions detection;

    @Option(names = "--point", paramLabel = "GATEWAY/INTERFACE", split = ",", description = {
        "An observation point that decisions wait for even before its ingester has registered it; may be given again."})
    List<String> points = new ArrayList<>();

    @Option(names = "--silence-limit", paramLabel = "TIME", defaultValue = "30s", description = {
        "Wall-clock time after which an observation point that tells nothing is called silent and not waited for (${DEFAULT-VALUE}).",
        "0: never, as for captures that are published one gateway after the other."})
    Duration silenceLimit;

    @Option(names = "--exactly-once", description = "Process with Kafka transactions (exactly_once_v2).")
    boolean exactlyOnce;

    @Option(names = "--report-interval", paramLabel = "TIME", defaultValue = "0s", description = "Tell counts on standard error this often; 0: never (${DEFAULT-VALUE}).")
    Duration reportInterval;

    @Override
    public Integer call() throws InterruptedException {
        DetectSettings settings = detection.settings();
        Set<ObservationPoint> expected = new LinkedHashSet<>();
        points.forEach(point -> expected.add(point(point)));
        Cluster kafka = cluster.cluster();
        int partitions = kafka.prepareTopics(cluster.partitions);
        Codecs codecs = cluster.codecs();
        DetectionProgress progress = new DetectionProgress(partitions);
        StreamsSettings streamsSettings = new StreamsSettings(settings, expected, silenceLimit, partitions);
        try (StopSignal stop = new StopSignal(); StreamsProcess streams = new StreamsProcess(streamsSettings, codecs, progress, kafka.client(), exactlyOnce)) {
            streams.start();
            Terminal.say("crossgate: detecting over " + partitions + " partitions of " + cluster.bootstrapServers + "; Ctrl-C stops");
            long nextReport = System.nanoTime() + reportInterval.toNanos();
            long nextQuestion = System.nanoTime() + ASK_EVERY.toNanos();
            boolean reached = true;
            while (!stop.await(LOOK)) {
                if (System.nanoTime() > nextQuestion) {
                    reached = tellReach(kafka.answers(), reached);
                    nextQuestion = System.nanoTime() + ASK_EVERY.toNanos();
                }
                if (streams.fault() != null) {
                    throw new Failure("the streams topology has stopped: " + streams.fault().getMessage(), streams.fault());
                }
                if (!reportInterval.isZero() && System.nanoTime() > nextReport) {
                    nextReport += reportInterval.toNanos();
                    Terminal.say(counts(progress));
                }
            }
        }
        return Exit.DONE;
    }

    private boolean tellReach(boolean now, boolean before) {
        if (now != before) {
            Terminal.say(now ? "crossgate: Kafka at " + cluster.bootstrapServers + " is back"
                    : "crossgate: Kafka at " + cluster.bootstrapServers + " can't be reached; detection waits for it");
        }
        return now;
    }

    private static ObservationPoint point(String text) {
        String[] parts = text.split("/", 2);
        if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new UsageFault("--point is GATEWAY/INTERFACE, for example gwa/lan");
        }
        return new ObservationPoint(parts[0], parts[1], false);
    }

    private static String counts(DetectionProgress progress) {
        DetectCounters d = progress.detection();
        long[] sums = new long[7];
        progress.counters().values().forEach(c -> {
            sums[0] += c.records;
            sums[1] += c.repeated;
            sums[2] += c.stale;
            sums[3] += c.deadLetters;
            sums[4] += c.orphans;
            sums[5] += c.drops;
            sums[6] += c.silences;
        });
        return "crossgate: records " + sums[0] + ", repeated " + sums[1] + ", stale " + sums[2] + ", dead letters " + sums[3] + "; headers " + d.headers + ", late "
                + d.late + ", INVALID " + d.invalid + "; orphaned SYN-ACKs " + sums[4] + ", drops " + sums[5] + "; silences " + sums[6] + ", flows evicted "
                + d.evictedFlows;
    }
}
