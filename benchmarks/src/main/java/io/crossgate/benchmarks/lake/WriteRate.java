package io.crossgate.benchmarks.lake;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.retain.Retain;
import io.crossgate.retention.retain.RetainSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import io.crossgate.schemas.wire.FlowReader;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.RegistryClient;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How fast {@code retain} writes: flows a second from a topic of an embedded broker, in this process, to files that are committed; and, apart, what reading the
 * topic and reading the records' bytes take. CPU is that of the whole process, the broker's part in it: where other processes take the processors, believe it
 * before the wall.
 */
public final class WriteRate {
    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Instant FROM = Instant.parse("2026-11-23T05:00:00Z");

    private WriteRate() {}

    private interface Work {
        void run() throws Exception;
    }

    /** Flows, rounds, and the folder for lakes: {@code 1000000 3 /tmp/lakes}. */
    public static void main(String... arguments) throws Exception {
        int flows = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path folder = Files.createDirectories(Path.of(arguments[2]));
        try (EmbeddedBroker broker = EmbeddedBroker.start(null)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                new Cluster(client, PATIENCE).prepareTopics(PARTITIONS);
                RegistryClient schemas = new RegistryClient(registry.uri(), PATIENCE);
                byte[][] records = fill(client, schemas, flows);
                for (int round = 1; round <= rounds; round++) {
                    FlowReader reader = new FlowReader(schemas::schema);
                    measure(round, "bytes to fields", flows, () -> {
                        for (byte[] record : records) {
                            reader.read(record);
                        }
                    });
                    measure(round, "topic to bytes", flows, () -> readAll(client, flows));
                    Path lake = folder.resolve("round-" + round);
                    measure(round, "topic to lake", flows, () -> retain(client, schemas, lake));
                    long bytes = Lake.open(lake).state().files().stream().mapToLong(LakeFile::bytes).sum();
                    System.out.printf(Locale.ROOT, "round %d  %d files, %.1f bytes a flow%n", round, Lake.open(lake).state().files().size(), (double) bytes / flows);
                }
            }
        }
        System.exit(0);
    }

    private static void measure(int round, String what, int flows, Work work) throws Exception {
        long wall = System.nanoTime();
        long cpu = cpu();
        work.run();
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        double cpuSeconds = (cpu() - cpu) / 1e9;
        System.out.printf(Locale.ROOT, "round %d  %-16s %9.0f flows/s of wall  %9.0f flows/s of CPU  (%.2f s, CPU %.2f s)%n", round, what, flows / wallSeconds,
                flows / cpuSeconds, wallSeconds, cpuSeconds);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void retain(Map<String, Object> client, RegistryClient schemas, Path lake) throws Exception {
        RetainSettings settings = new RetainSettings(1_000_000, PATIENCE, Duration.ofDays(1), null, Long.MAX_VALUE, PATIENCE, "2GiB",
                Runtime.getRuntime().availableProcessors(), true);
        try (LakeWriter writer = LakeWriter.open(Lake.openOrMake(lake)); Retain retain = new Retain(settings, writer, client, schemas::schema, System.err::println)) {
            retain.run();
        }
    }

    private static void readAll(Map<String, Object> client, int flows) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = consumer.partitionsFor(Topics.FLOWS.name()).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            for (int read = 0; read < flows;) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
    }

    /** The records' values; a part of them again and again would fit the processor's caches better than traffic does. */
    private static byte[][] fill(Map<String, Object> client, RegistryClient schemas, int flows) {
        RecordCodec<FlowRecord> codec = new RecordCodec<>(new FlowRecord(), schemas.register(Topics.FLOWS), schemas::schema);
        byte[][] records = new byte[flows][];
        Random random = new Random(1);
        byte[] hash = new byte[20];
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(with(client), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < flows; i++) {
                random.nextBytes(hash);
                String community = "1:" + Base64.getEncoder().encodeToString(hash);
                records[i] = codec.encode(flow(i, community, random));
                producer.send(new ProducerRecord<>(Topics.FLOWS.name(), community.getBytes(StandardCharsets.UTF_8), records[i]));
            }
        }
        return records;
    }

    private static Map<String, Object> with(Map<String, Object> client) {
        return Map.of("bootstrap.servers", client.get("bootstrap.servers"), "linger.ms", 20, "batch.size", 262_144);
    }

    private static FlowRecord flow(int i, String community, Random random) {
        Instant start = FROM.plusMillis(i);
        long packets = 4 + random.nextInt(40);
        return FlowRecord.newBuilder().setId(String.format("%016x%016x", random.nextLong(), random.nextLong())).setRevision(0).setLast(true)
                .setGateway(i % 2 == 0 ? "gwa" : "gwb").setCommunityId(community).setProtocol(PacketHeader.TCP).setStart(start).setStartNanos(random.nextInt(1_000))
                .setEnd(start.plusMillis(random.nextInt(60_000))).setEndNanos(random.nextInt(1_000)).setEndReason("END_OF_FLOW").setConnState("SF")
                .setHistory("ShAdDaFf").setOrigin(new FlowWayRecord("10.20." + random.nextInt(250) + "." + random.nextInt(250), 1_024 + random.nextInt(60_000), packets,
                        packets * 80, packets * 40, 27, 0L))
                .setResponse(new FlowWayRecord("203.0.113." + random.nextInt(250), 443, packets, packets * 900, packets * 860, 27, 0L))
                .setSynToSynAck((long) random.nextInt(50_000_000)).setSynAckToAck((long) random.nextInt(50_000_000)).setConntrackState("TIME_WAIT").setInvalid(Map.of())
                .build();
    }
}
