package io.crossgate.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** The running topology: inert until started; a fault stops it and is kept to be told. */
public final class StreamsProcess implements AutoCloseable {
    private static final Duration CLOSING = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final CountDownLatch running = new CountDownLatch(1);

    /**
     * A process, not yet started.
     *
     * @param client Kafka client and Streams properties, among them {@code bootstrap.servers}; they prevail over this program's own choices
     * @param exactlyOnce whether a record's effects are written in one transaction with its offset
     */
    public StreamsProcess(StreamsSettings settings, Codecs codecs, DetectionProgress progress, Map<String, Object> client, boolean exactlyOnce) {
        Properties config = new Properties();
        config.putAll(config(exactlyOnce, settings.partitions()));
        config.putAll(client);
        streams = new KafkaStreams(CrossgateTopology.of(settings, codecs, progress), config, new GatheringClients());
        streams.setStateListener((now, before) -> {
            if (now != KafkaStreams.State.CREATED && now != KafkaStreams.State.REBALANCING) {
                running.countDown();
            }
        });
        streams.setUncaughtExceptionHandler(e -> {
            fault.compareAndSet(null, e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    private static Map<String, Object> config(boolean exactlyOnce, int partitions) {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "crossgate-detection");
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, exactlyOnce ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        // Each commit writes every flow that changed: what it costs goes by its number. With transactions it also bounds how long events stay hidden under load
        // (see CommitPace for when there is less to do) and must end well before transaction.timeout.ms, 10 s; without, it bounds what is read again after a crash.
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, exactlyOnce ? 2_000 : 30_000);
        if (exactlyOnce) {
            // A second request in flight overtakes the one that begins a transaction's part in a partition, and is refused and sent again.
            config.put(StreamsConfig.producerPrefix("max.in.flight.requests.per.connection"), 1);
        }
        // A task is one partition: a thread for each of them that has a core.
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Math.min(partitions, Runtime.getRuntime().availableProcessors()));
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0); // no store of ours uses it
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED); // order comes from our own watermarks
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1); // the broker's default
        config.put("processing.exception.handler.global.enabled", true);
        config.put("enable.metrics.push", false); // few brokers take clients' metrics, and to collect them is not free
        // Few enough that what a poll unpacked is still in the processor's cache when it is taken.
        config.put(StreamsConfig.consumerPrefix("max.poll.records"), 2_000);
        // Two polls' gathered records (see GatheringClients): a partition that overflows it is paused, and its next fetch begins only once it is resumed.
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 2 * (2_000 / GatheringClients.MOST + 1));
        // A request costs both sides as much as some hundred records do: it waits for as many bytes, or for a time that nobody sees.
        config.put(StreamsConfig.consumerPrefix("fetch.min.bytes"), 64 * 1024);
        config.put(StreamsConfig.consumerPrefix("fetch.max.wait.ms"), 100);
        config.put(StreamsConfig.consumerPrefix("receive.buffer.bytes"), 1024 * 1024); // a whole fetch in few reads
        // A commit sends thousands of entries at once, and each batch takes a compressor's buffers: few and large ones.
        config.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
        config.put(StreamsConfig.producerPrefix("linger.ms"), 20);
        config.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
        // How long the partitions of an instance that died without a word stay with it.
        config.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
        return config;
    }

    public void start() {
        streams.start();
    }

    /** Waits until it takes records, has stopped, or {@code patience} is over; true unless it is over. */
    public boolean awaitRunning(Duration patience) throws InterruptedException {
        return running.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What made it stop by itself, or null. */
    public Throwable fault() {
        return fault.get();
    }

    /** Commits and stops; what it wrote is then there to be read. */
    public void stop() {
        streams.close(CLOSING);
    }

    @Override
    public void close() {
        stop();
    }
}
