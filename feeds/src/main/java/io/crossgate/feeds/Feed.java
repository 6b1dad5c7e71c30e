package io.crossgate.feeds;

import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Format;
import io.crossgate.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Takes a batch of records, settles it, commits, and takes the next. A record is settled when the destination has it or it is a dead letter. While a batch is not
 * settled no other is taken, however long the destination is down, so memory holds one batch; the consumer is polled all the while, paused, so that it stays in its
 * group. At-least-once: what was settled and not committed when a process died is delivered again, with the same ids.
 */
public final class Feed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LOOK_MS = 200;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration COMMIT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(15);
    /** Bounds what the client holds of records that are not taken yet, per broker. */
    private static final int FETCH_BYTES = 8 << 20;
    private static final int PARTITION_BYTES = 1 << 20;

    private final FeedSettings settings;
    private final Destination destination;
    private final FeedCounters counters = new FeedCounters();
    private final Consumer<String> tell;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final DeadLetters deadLetters;
    private final Attempt attempt;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "delivery");
        thread.setDaemon(true);
        return thread;
    });
    /** Partitions that were taken away while a batch was under way. */
    private final Set<TopicPartition> gone = new HashSet<>();
    /** Settled, and not committed yet. */
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private volatile boolean stopped;
    private boolean settling;
    private boolean down;

    /**
     * A feed; reads nothing yet.
     *
     * @param client Kafka client properties
     * @param schemas gives a schema by its id
     * @param destination stays open
     * @param tell takes a line when the destination goes down or comes back
     */
    public Feed(FeedSettings settings, Map<String, Object> client, IntFunction<Schema> schemas, Format format, Destination destination, Consumer<String> tell) {
        this.settings = settings;
        this.destination = destination;
        this.tell = tell;
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A partition that stays here is not taken away in between: what is under way in it can be committed.
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batch());
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deadLetters = new DeadLetters(client, settings.group());
        attempt = new Attempt(new RecordReader(format, schemas), destination, deadLetters, counters);
    }

    public FeedCounters counters() {
        return counters;
    }

    /**
     * Runs until {@link #stop}, or to the end of the topics if that is what the settings say.
     *
     * @throws io.crossgate.feeds.destination.GoneException if the destination will never come back
     * @throws org.apache.kafka.common.KafkaException if the cluster refuses the consumer for good
     */
    public void run() throws InterruptedException {
        consumer.subscribe(settings.topics().stream().map(Topics.Topic::name).toList(), new Rebalances());
        Map<TopicPartition, Long> ends = settings.toTheEnd() ? ends() : Map.of();
        while (!stopped && !(settings.toTheEnd() && reached(ends))) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            consumer.poll(POLL).forEach(records::add);
            if (!records.isEmpty()) {
                counters.read.addAndGet(records.size());
                settling = true;
                settle(records);
                settling = false;
                consumer.resume(consumer.paused());
            } else {
                commit();
            }
        }
    }

    private Map<TopicPartition, Long> ends() {
        List<TopicPartition> all = new ArrayList<>();
        settings.topics().forEach(topic -> consumer.partitionsFor(topic.name()).forEach(p -> all.add(new TopicPartition(p.topic(), p.partition()))));
        return consumer.endOffsets(all);
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        Set<TopicPartition> mine = consumer.assignment();
        return !mine.isEmpty() && mine.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L));
    }

    private void settle(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        gone.clear();
        List<ConsumerRecord<byte[], byte[]>> left = records;
        Duration pause = FIRST_PAUSE;
        while (!left.isEmpty()) {
            Attempt.Left after = attempt(left);
            if (after == null) {
                return; // stopped in the middle of an attempt: what it did is not known, so it is not committed
            }
            int before = after.again().size();
            left = after.again().stream().filter(record -> !gone.contains(partition(record))).toList();
            counters.handedOver.addAndGet(before - left.size());
            settled(records, left);
            commit();
            if (!left.isEmpty()) {
                counters.failedAttempts.incrementAndGet();
                tellDown(after.why());
                if (stopped || !rest(pause)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(settings.longestPause()) < 0 ? pause.multipliedBy(2) : settings.longestPause();
            }
        }
        if (down) {
            down = false;
            tell.accept(destination.name() + " is back");
        }
    }

    private void tellDown(String why) {
        if (!down) {
            down = true;
            tell.accept(destination.name() + " does not take events: " + why + "; the feed waits");
        }
    }

    /** Runs an attempt in the worker, and polls meanwhile. Null if it was called off. */
    private Attempt.Left attempt(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        Future<Attempt.Left> running = worker.submit(() -> attempt.run(records));
        long until = Long.MAX_VALUE;
        while (true) {
            try {
                return running.get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                keepMembership();
                if (stopped && until == Long.MAX_VALUE) {
                    until = System.nanoTime() + FAREWELL.toNanos();
                } else if (System.nanoTime() > until) {
                    running.cancel(true);
                    return null;
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException) {
                    return null;
                }
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
            }
        }
    }

    private boolean rest(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (System.nanoTime() < until && !stopped) {
            Thread.sleep(Math.min(LOOK_MS, Math.max(1, (until - System.nanoTime()) / 1_000_000)));
            keepMembership();
        }
        return !stopped;
    }

    /** A poll of a paused consumer gives nothing: it takes part in the group. */
    private void keepMembership() {
        consumer.pause(consumer.assignment());
        if (!consumer.poll(Duration.ZERO).isEmpty()) {
            throw new IllegalStateException("a paused consumer gave records");
        }
    }

    /** In each partition, up to the first record that is not settled. */
    private void settled(List<ConsumerRecord<byte[], byte[]>> records, List<ConsumerRecord<byte[], byte[]>> left) {
        records.forEach(record -> uncommitted.put(partition(record), new OffsetAndMetadata(record.offset() + 1)));
        for (int i = left.size() - 1; i >= 0; i--) {
            uncommitted.put(partition(left.get(i)), new OffsetAndMetadata(left.get(i).offset()));
        }
    }

    private void commit() {
        uncommitted.keySet().removeAll(gone);
        if (uncommitted.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(uncommitted, COMMIT);
            uncommitted.clear();
        } catch (CommitFailedException | RetriableException e) { // the next commit covers it
            counters.failedCommits.incrementAndGet();
        }
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** Ends {@link #run} in good order, from any thread: what is under way has some seconds to be settled. */
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        worker.shutdownNow();
        consumer.close();
        deadLetters.close();
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            gone.addAll(partitions);
            uncommitted.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (settling) { // what such a partition gives now would belong to no batch
                consumer.pause(partitions);
            }
        }
    }
}
