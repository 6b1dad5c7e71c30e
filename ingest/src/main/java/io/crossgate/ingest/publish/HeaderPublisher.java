package io.crossgate.ingest.publish;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.wire.Bundle;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes headers: registers each observation point, then sends records of one flow and span each, or of many flows, and tells every partition how far each point has come.
 * Nothing is left out: when the cluster is slow, the caller waits; when it is away for longer than {@code delivery.timeout.ms}, {@link PublishException}. What the
 * caller hands over is sent by a thread of this publisher's own, so its fate shows later: with one of the next calls, or with {@link #flush}.
 */
public final class HeaderPublisher implements HeaderSink, AutoCloseable {
    /** What is gathered at once over all points, at most; before it would be more, spans end early. */
    private static final long GATHERED_BYTES = 64L << 20;
    /** How long what was handed over may take to reach the producer: longer than that waits for room ({@code max.block.ms}). */
    private static final Duration CLOSING = Duration.ofSeconds(130);

    private final Producer<byte[], byte[]> producer;
    private final int partitions;
    private final PublishSettings settings;
    private final HeadersCodec codec;
    private final RecordCodec<ObservationPointRecord> pointCodec;
    private final long session;
    private final Blocks blocks = new Blocks(GATHERED_BYTES);
    private final String topic;
    /** Of all points, which send one after the other; by partition, or null. */
    private final Bundle[] bundles;
    private final Callback acknowledged = this::acknowledged;
    private PointPublisher[] points = {};
    private final ExecutorService sending = Executors.newSingleThreadExecutor(HeaderPublisher::thread);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final StallWatch stalls = new StallWatch();
    private boolean registered;
    private long records;
    private long headers;

    /**
     * A publisher.
     *
     * @param producer takes the records; closed with this
     * @param partitions of the headers topic
     * @param codec makes the headers' bytes: of bundles, if the settings say so
     * @param pointCodec makes those of registrations
     * @param session when this ingester started, milliseconds since the epoch: higher than that of any earlier one of the same points
     */
    public HeaderPublisher(Producer<byte[], byte[]> producer, int partitions, PublishSettings settings, HeadersCodec codec,
            RecordCodec<ObservationPointRecord> pointCodec, long session) {
        this.producer = producer;
        this.partitions = partitions;
        this.settings = settings;
        this.codec = codec;
        this.pointCodec = pointCodec;
        this.session = session;
        this.topic = (settings.bundled() ? Topics.HEADER_BUNDLES : Topics.HEADERS).name();
        this.bundles = settings.bundled() ? Stream.generate(Bundle::new).limit(partitions).toArray(Bundle[]::new) : null;
    }

    /**
     * A producer with the settings that publishing needs; {@code client} adds to them, and prevails except where a promise depends on one.
     *
     * @param client Kafka client properties, among them {@code bootstrap.servers}
     */
    public static Producer<byte[], byte[]> producer(Map<String, Object> client, PublishSettings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5); // full batches: requests are what costs a broker
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, (settings.bundled() ? 512 : 256) * 1024); // of bundles, which fill them sooner
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, settings.waitingBytes());
        // A request goes out in one or two writes: each of them copies all that is left of it, sent or not.
        config.put(ProducerConfig.SEND_BUFFER_CONFIG, 1024 * 1024);
        // A header is 40 to 80 bytes: on a network these count, on this machine the processor does, of which lz4 takes a seventh of all that publishing costs.
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, isLocal(client.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)) ? "none" : "lz4");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 120_000);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "crossgate-ingest");
        config.putAll(client);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true); // a retried send is written once, in order
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** True if every broker named is on this machine. */
    private static boolean isLocal(Object bootstrapServers) {
        return Arrays.stream(String.valueOf(bootstrapServers).split(","))
                .allMatch(server -> server.strip().startsWith("127.") || server.strip().startsWith("localhost:") || server.strip().startsWith("[::1]:"));
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "crossgate-publish");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        awaitSent();
        points = Arrays.copyOf(points, Math.max(points.length, index + 1));
        points[index] = new PointPublisher(this::send, settings, partitions, gateway, iface, firewallLog, session, codec, blocks,
                bundles, this::later, this::makeRoom);
        ObservationPointRecord point = ObservationPointRecord.newBuilder().setGateway(gateway).setInterface$(iface).setFirewallLog(firewallLog)
                .setSession(session).build();
        byte[] key = (gateway + "/" + iface).getBytes(StandardCharsets.UTF_8);
        send(new ProducerRecord<>(Topics.OBSERVATION_POINTS.name(), key, pointCodec.encode(point)));
        if (index == 0) {
            awaitLeaders();
        }
        registered = false;
    }

    private void makeRoom() {
        for (PointPublisher point : points) {
            point.endEarly();
        }
        awaitSent();
    }

    /** Runs what sends, after all that was to be run before it. */
    private void later(Runnable work) {
        check();
        sending.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    /** Waits until all that was handed over is in the producer's hands. */
    private void awaitSent() {
        try {
            sending.submit(() -> { }).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishException("interrupted while headers wait to be published", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing was done that can fail", e);
        }
        check();
    }

    @Override
    public void observedFrom(int index, long time) {
        begun(index).observedFrom(time);
    }

    @Override
    public void header(int index, PacketHeader header) {
        headers++;
        begun(index).header(header);
    }

    @Override
    public void watermark(int index, long time) {
        begun(index).watermark(time);
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        begun(index).lost(from, to, packets);
    }

    @Override
    public void ended(int index, long lastTime) {
        begun(index).ended(lastTime);
    }

    /** The point, once all points are registered and every partition knows that they are there. */
    private PointPublisher begun(int index) {
        if (!registered) {
            registered = true;
            awaitSent();
            producer.flush(); // points are known before their first headers
            for (PointPublisher point : points) {
                point.begin();
                if (point == points[0]) {
                    awaitLeaders();
                }
            }
        }
        return points[index];
    }

    /**
     * Waits until each partition has taken the first batch that it is sent. A leader that was elected a moment ago may refuse that one and take the next, which is on
     * its way already: the first then never fits into the sequence that the leader knows of this producer, and is refused until it expires.
     */
    private void awaitLeaders() {
        producer.flush();
        check();
    }

    private void send(byte[] key, int partition, byte[] value) {
        send(new ProducerRecord<>(topic, partition, key, value));
        records++;
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        check();
        try {
            stalls.sent();
            producer.send(record, acknowledged);
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
            check();
        }
    }

    private void acknowledged(RecordMetadata metadata, Exception e) {
        stalls.acknowledged();
        if (e != null) {
            failure.compareAndSet(null, e);
        }
    }

    private void check() {
        Throwable e = failure.get();
        if (e instanceof KafkaException) {
            throw new PublishException("the cluster does not take headers: " + e.getMessage()
                    + " (raise delivery.timeout.ms in the client properties to wait longer)", e);
        }
        if (e != null) {
            throw new IllegalStateException("publishing has failed: " + e, e);
        }
    }

    /** Records sent, heartbeats included; exact after {@link #flush}. */
    public long records() {
        return records;
    }

    /** Headers sent in them. */
    public long headers() {
        return headers;
    }

    /** Waits until everything is acknowledged. */
    public void flush() {
        awaitSent();
        producer.flush();
        check();
    }

    @Override
    public void close() {
        sending.shutdown();
        try {
            sending.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        stalls.close();
    }
}
