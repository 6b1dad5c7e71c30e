package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.feeds.DestinationSettings;
import io.crossgate.feeds.Destinations;
import io.crossgate.feeds.Feed;
import io.crossgate.feeds.FeedSettings;
import io.crossgate.feeds.Formats;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.destination.GoneException;
import io.crossgate.feeds.event.Format;
import io.crossgate.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "feed", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Hands events, incidents and flow records on to the systems that people watch, in those systems' formats.",
            "At-least-once: it goes on only when the destination has what it was given, and a destination that is down holds it up."},
        footer = {"", "Destinations:",
            "  stdout                                   standard output",
            "  file:PATH                                a file, rotated by size",
            "  syslog+tcp://HOST:PORT  syslog+tls://…   syslog, RFC 5424, octet counting",
            "  elasticsearch+https://HOST:PORT/INDEX    bulk call of Elasticsearch or OpenSearch; a token is an API key",
            "  splunk+https://HOST:PORT                 HTTP event collector",
            "  https://HOST/PATH                        lines by POST; a token is sent as Bearer",
            "  kafka:TOPIC                              a topic of the same cluster, which is there",
            "With each of https there is http as well. A token is in the environment as CROSSGATE_FEED_TOKEN, or in a file.",
            "", "Example:", "  crossgate feed --bootstrap-servers 127.0.0.1:9092 --format cef --to syslog+tls://siem.example.com:6514 --ca siem-ca.pem"})
final class FeedCommand implements Callable<Integer> {
    private static final String TOKEN = "CROSSGATE_FEED_TOKEN";
    private static final String FLOW = "flow";
    private static final Map<String, Topics.Topic> EVENTS = Map.of("orphaned-syn-ack", Topics.ORPHANED_SYN_ACKS, "invalid-drop", Topics.INVALID_DROPS, "incident",
            Topics.INCIDENTS, FLOW, Topics.FLOWS);

    @Mixin
    ClusterOptions cluster;

    @Option(names = "--to", paramLabel = "DESTINATION", required = true, description = "Where to: see below.")
    String to;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "ecs", description = "ecs, ocsf, cef, eve or zeek (notice.log, conn.log): ${DEFAULT-VALUE} unless given.")
    String format;

    @Option(names = "--events", paramLabel = "KIND", split = ",", defaultValue = "orphaned-syn-ack,invalid-drop,incident",
            description = "What to hand on, separated by commas: ${DEFAULT-VALUE} unless given; also flow.")
    List<String> events = new ArrayList<>();

    @Option(names = "--flows", description = "Also flow records, where streams is told to make them; as flow among --events.")
    boolean flows;

    @Option(names = "--group", paramLabel = "NAME", description = {"Consumer group, which remembers how far the feed has come, and whose members share the work.",
        "Unless given, it is made from the format and the destination."})
    String group;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File whose first line is the destination's token or API key.")
    Path tokenFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authorities to trust in TLS; Java's own unless given.")
    Path certificates;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "500", description = "Most events in one request, connection or write (${DEFAULT-VALUE}).")
    int batch;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "30s", description = "How long one attempt may take (${DEFAULT-VALUE}).")
    Duration timeout;

    @Option(names = "--longest-pause", paramLabel = "TIME", defaultValue = "30s",
            description = "Longest pause between attempts while the destination is down; the first is 250 ms, and each is twice the one before (${DEFAULT-VALUE}).")
    Duration longestPause;

    @Option(names = "--rotate-at", paramLabel = "MIB", defaultValue = "100", description = "Size at which a file is rotated (${DEFAULT-VALUE}).")
    int rotateAt;

    @Option(names = "--keep", paramLabel = "N", defaultValue = "10", description = "Rotated files that are kept (${DEFAULT-VALUE}).")
    int keep;

    @Option(names = "--report-interval", paramLabel = "TIME", defaultValue = "0s", description = "Tell counts on standard error this often; 0: at the end alone (${DEFAULT-VALUE}).")
    Duration reportInterval;

    @Option(names = "--end", description = "Stop where the topics end now.")
    boolean end;

    @Override
    public Integer call() throws InterruptedException {
        check();
        Cluster kafka = cluster.cluster();
        List<Topics.Topic> topics = Stream.concat(events.stream(), flows ? Stream.of(FLOW) : Stream.empty()).distinct().map(EVENTS::get).toList();
        try (StopSignal stop = new StopSignal(); Destination destination = destination(kafka.client())) {
            FeedSettings settings = new FeedSettings(group == null ? groupOf(destination) : group, topics, batch, longestPause, end);
            var registry = cluster.registryClient();
            kafka.awaitTopics();
            ScheduledExecutorService reports = Executors.newSingleThreadScheduledExecutor();
            try (Feed feed = new Feed(settings, kafka.client(), registry::schema, formatNamed(), destination, line -> Terminal.say("crossgate: " + line))) {
                stop.whenAsked(feed::stop);
                if (!reportInterval.isZero()) {
                    reports.scheduleAtFixedRate(() -> Terminal.say("crossgate: " + feed.counters()), reportInterval.toMillis(), reportInterval.toMillis(),
                            TimeUnit.MILLISECONDS);
                }
                feed.run();
                Terminal.say("crossgate: " + feed.counters());
            } finally {
                reports.shutdownNow();
            }
        } catch (GoneException e) {
            throw new Failure(e.getMessage(), e);
        } catch (KafkaException e) {
            throw new Failure("Kafka at " + cluster.bootstrapServers + ": " + e.getMessage(), e);
        }
        return Exit.DONE;
    }

    private void check() {
        for (String kind : events) {
            if (!EVENTS.containsKey(kind)) {
                throw new UsageFault("--events: there is no '" + kind + "': orphaned-syn-ack, invalid-drop, incident, flow");
            }
        }
        if (batch < 1 || batch > 10_000) {
            throw new UsageFault("--batch is from 1 to 10000");
        }
        if (rotateAt < 1 || keep < 0) {
            throw new UsageFault("--rotate-at is 1 or more, --keep 0 or more");
        }
        if (timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new UsageFault("--timeout is more than 0, an hour at most");
        }
        if (longestPause.isZero()) {
            throw new UsageFault("--longest-pause is more than 0");
        }
    }

    private Format formatNamed() {
        try {
            return Formats.named(format, Version.number());
        } catch (IllegalArgumentException e) {
            throw new UsageFault("--format: " + e.getMessage());
        }
    }

    private Destination destination(Map<String, Object> client) {
        Format named = formatNamed();
        try {
            return Destinations.at(to, named, new DestinationSettings(client, System.out, certificates, token(), timeout, (long) rotateAt << 20, keep));
        } catch (IllegalArgumentException e) {
            throw new UsageFault(e.getMessage());
        }
    }

    private String token() {
        if (tokenFile == null) {
            return System.getenv(TOKEN);
        }
        try {
            return Files.readString(tokenFile).lines().findFirst().map(String::strip).filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new UsageFault("--token-file " + tokenFile + " is empty"));
        } catch (IOException e) {
            throw new UsageFault("--token-file " + tokenFile + " can't be read");
        }
    }

    private String groupOf(Destination destination) {
        return "crossgate-feed-" + format + "-" + destination.name().replaceAll("[^A-Za-z0-9]+", "-");
    }
}
