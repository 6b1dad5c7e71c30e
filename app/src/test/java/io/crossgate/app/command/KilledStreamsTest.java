package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.cluster.Collector;
import io.crossgate.app.cluster.EventReader;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.app.report.Findings;
import io.crossgate.app.report.Ndjson;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.Inputs;
import io.crossgate.ingest.publish.HeaderPublisher;
import io.crossgate.ingest.publish.PublishSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The streams process, killed while captures are published, and started again: the events are those of an undisturbed run. */
class KilledStreamsTest {
    private static final int PARTITIONS = 2;
    private static final int KILLS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Wall-clock time over which the captures are published, milliseconds; more where a kill is waited for. */
    private static final long PUBLISHING_MS = 14_000;
    private static final DetectSettings SETTINGS = DetectSettings.defaults().withFirewalls(Set.of("gwa"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(240)
    void killedTwiceAndRestartedItTellsTheSameEvents(boolean exactlyOnce) throws Exception {
        List<CaptureInput> captures = Inputs.parse(List.of(Path.of("..", "captures", "maintenance").toString()));
        Random random = new Random(exactlyOnce ? 2 : 1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(null)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                new Cluster(client, PATIENCE).prepareTopics(PARTITIONS);
                Codecs codecs = Codecs.of(new RegistryClient(registry.uri(), PATIENCE));
                CountDownLatch[] kills = {new CountDownLatch(1), new CountDownLatch(1)};
                Thread publishing = new Thread(() -> publishSlowly(captures, client, codecs, exactlyOnce, kills));
                publishing.start();
                List<Process> started = new ArrayList<>();
                try {
                    for (int i = 0; i <= KILLS; i++) {
                        Process streams = streams(broker, registry, exactlyOnce);
                        started.add(streams);
                        if (i < KILLS) {
                            waitForProgress(client);
                            Thread.sleep(random.nextInt(1_500));
                            assertThat(publishing.isAlive()).as("still publishing at kill " + (i + 1)).isTrue();
                            streams.destroyForcibly().waitFor();
                            kills[i].countDown();
                        }
                    }
                    publishing.join();
                    waitUntilDrained(client);
                } finally {
                    started.forEach(Process::destroyForcibly);
                    publishing.interrupt();
                }
                assertThat(ndjson(events(client, codecs))).isEqualTo(ndjson(scan(captures)));
            }
        }
    }

    private static Findings scan(List<CaptureInput> captures) {
        Scan scan = new Scan(SETTINGS);
        new CaptureRun(captures, scan, (read, total, packets) -> {}).run();
        return scan.findings();
    }

    private static void publishSlowly(List<CaptureInput> captures, Map<String, Object> client, Codecs codecs, boolean bundled, CountDownLatch[] kills) {
        PublishSettings settings = PublishSettings.live().bundled(bundled);
        try (HeaderPublisher publisher = new HeaderPublisher(HeaderPublisher.producer(client, settings), PARTITIONS, settings, codecs.headers(bundled),
                codecs.points(), System.currentTimeMillis())) {
            new CaptureRun(captures, new Slow(publisher, kills), (read, total, packets) -> {}).run();
            publisher.flush();
        }
    }

    private Process streams(EmbeddedBroker broker, EmbeddedRegistry registry, boolean exactlyOnce) throws IOException {
        Path properties = folder.resolve("client.properties");
        Files.writeString(properties, "commit.interval.ms=300\nconsumer.session.timeout.ms=6000\nconsumer.heartbeat.interval.ms=1000\n");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "io.crossgate.app.Main", "streams", "--bootstrap-servers", broker.bootstrapServers(), "--registry",
                registry.uri().toString(), "--command-config", properties.toString(), "--firewall", "gwa", "--silence-limit", "0"));
        if (exactlyOnce) {
            command.add("--exactly-once");
        }
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("streams.log").toFile()).start();
    }

    /** Waits until the committed offsets have moved. */
    private static void waitForProgress(Map<String, Object> client) throws Exception {
        try (Admin admin = Admin.create(client)) {
            long before = committed(admin).values().stream().mapToLong(OffsetAndMetadata::offset).sum();
            for (int i = 0; i < 400; i++) {
                if (committed(admin).values().stream().mapToLong(OffsetAndMetadata::offset).sum() > before) {
                    return;
                }
                Thread.sleep(100);
            }
        }
        throw new AssertionError("the streams process makes no progress");
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets("crossgate-detection").partitionsToOffsetAndMetadata().get(10, TimeUnit.SECONDS);
    }

    private static void waitUntilDrained(Map<String, Object> client) throws Exception {
        try (Admin admin = Admin.create(client)) {
            int drained = 0;
            for (int i = 0; i < 600 && drained < 10; i++) {
                drained = lag(admin) == 0 ? drained + 1 : 0;
                Thread.sleep(200);
            }
            assertThat(drained).as("drained").isEqualTo(10);
        }
    }

    private static long lag(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
        long lag = 0;
        for (Topics.Topic topic : List.of(Topics.HEADERS, Topics.HEADER_BUNDLES, Topics.TALLIES)) {
            for (int p = 0; p < PARTITIONS; p++) {
                TopicPartition partition = new TopicPartition(topic.name(), p);
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get(10, TimeUnit.SECONDS).offset();
                OffsetAndMetadata at = committed.get(partition);
                // A transaction's marker takes an offset that is never committed.
                lag += Math.max(0, end - (at == null ? 0 : at.offset()) - 1);
            }
        }
        return lag + hidden(admin);
    }

    /** Records of event topics that a killed process's open transaction still hides from readers: until its time-out. */
    private static long hidden(Admin admin) throws Exception {
        long hidden = 0;
        for (Topics.Topic topic : List.of(Topics.ORPHANED_SYN_ACKS, Topics.INVALID_DROPS, Topics.INCIDENTS)) {
            for (int p = 0; p < PARTITIONS; p++) {
                TopicPartition partition = new TopicPartition(topic.name(), p);
                Map<TopicPartition, OffsetSpec> latest = Map.of(partition, OffsetSpec.latest());
                hidden += admin.listOffsets(latest).partitionResult(partition).get(10, TimeUnit.SECONDS).offset()
                        - admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).partitionResult(partition)
                                .get(10, TimeUnit.SECONDS).offset();
            }
        }
        return hidden;
    }

    private static Findings events(Map<String, Object> client, Codecs codecs) {
        Findings findings = new Findings();
        try (EventReader reader = new EventReader(client, codecs, false)) {
            reader.fromBeginning();
            reader.readToEnd(new Collector(findings));
        }
        return findings;
    }

    private static String ndjson(Findings findings) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Ndjson.write(findings, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Spreads the captures' event time over {@link #PUBLISHING_MS}, but goes on after three and six sevenths of it only when there was the first and the second kill. */
    private static final class Slow implements HeaderSink {
        /** Event time that the captures cover, about: nanoseconds. */
        private static final long SPAN = 14_000_000_000L;

        private final HeaderSink next;
        private long first = Long.MIN_VALUE;
        private long start;
        private final CountDownLatch[] kills;

        Slow(HeaderSink next, CountDownLatch[] kills) {
            this.next = next;
            this.kills = kills;
        }

        @Override
        public void point(int index, String gateway, String iface, boolean firewallLog) {
            next.point(index, gateway, iface, firewallLog);
        }

        @Override
        public void observedFrom(int index, long time) {
            next.observedFrom(index, time);
        }

        @Override
        public void header(int index, PacketHeader header) {
            next.header(index, header);
        }

        @Override
        public void watermark(int index, long time) {
            if (first == Long.MIN_VALUE) {
                first = time;
                start = System.currentTimeMillis();
            }
            long due = start + (time - first) / (SPAN / PUBLISHING_MS);
            try {
                Thread.sleep(Math.max(0, due - System.currentTimeMillis()));
                for (int kill = 0; kill < KILLS && time - first > SPAN * 3 * (kill + 1) / 7; kill++) {
                    kills[kill].await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            next.watermark(index, time);
        }

        @Override
        public void lost(int index, long from, long to, long packets) {
            next.lost(index, from, to, packets);
        }

        @Override
        public void ended(int index, long lastTime) {
            next.ended(index, lastTime);
        }
    }
}
