package io.crossgate.retention.retain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeState;
import io.crossgate.retention.lake.TopicOffsets;
import io.crossgate.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics, read from where the lake says that it has come to. Kafka remembers nothing of it. Used by one thread. */
final class Source implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int ANSWER_S = 30;
    private static final int RECORDS = 20_000;
    private static final int FETCH_BYTES = 32 << 20;
    private static final int PARTITION_BYTES = 8 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Object> client;
    private final Consumer<String> tell;
    private final RetainCounters counters;
    private final Removals log;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private String cluster;
    private Map<TopicPartition, Long> ends = Map.of();

    Source(Map<String, Object> client, Consumer<String> tell, RetainCounters counters, Removals log) {
        this.client = client;
        this.tell = tell;
        this.counters = counters;
        this.log = log;
        Map<String, Object> config = new HashMap<>(client);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What the topic no longer has is said, not passed over.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
        config.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Goes to where the lake has come to.
     *
     * @throws LakeException if the lake was filled from another cluster, or from topics that were since made anew
     */
    void start(LakeState state) throws IOException, InterruptedException {
        Map<TopicPartition, Long> at = new LinkedHashMap<>();
        try (Admin admin = Admin.create(client)) {
            cluster = admin.describeCluster().clusterId().get(ANSWER_S, TimeUnit.SECONDS);
            if (!state.cluster().isEmpty() && !state.cluster().equals(cluster)) {
                throw new LakeException("the lake was filled from the Kafka cluster " + state.cluster() + ", and this is " + cluster + ": its offsets mean nothing here");
            }
            for (TopicDescription topic : topics(admin)) {
                TopicOffsets known = state.offsets().get(topic.name());
                check(topic, known == null ? null : known.id());
                ids.put(topic.name(), topic.topicId().toString());
                for (int p = 0; p < topic.partitions().size(); p++) {
                    at.put(new TopicPartition(topic.name(), p), known != null && p < known.next().size() ? known.next().get(p) : 0L);
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            throw notDescribed(e);
        }
        consumer.assign(at.keySet());
        at.forEach(consumer::seek);
        ends = consumer.endOffsets(at.keySet());
        for (Map.Entry<TopicPartition, Long> partition : at.entrySet()) {
            if (partition.getValue() > ends.get(partition.getKey())) {
                throw new LakeException("the lake holds records of " + partition.getKey() + " up to offset " + partition.getValue() + ", and the topic ends at "
                        + ends.get(partition.getKey()) + ": records were lost there, or it is another topic");
            }
        }
        passOverMissing(at.keySet());
    }

    /**
     * Reads partitions that the topics were given since, too, from their beginning.
     *
     * @throws LakeException if a topic was made anew
     */
    void addPartitions() throws IOException, InterruptedException {
        Set<TopicPartition> all = new HashSet<>(consumer.assignment());
        List<TopicPartition> added = new ArrayList<>();
        try (Admin admin = Admin.create(client)) {
            for (TopicDescription topic : topics(admin)) {
                check(topic, ids.get(topic.name()));
                for (int p = 0; p < topic.partitions().size(); p++) {
                    TopicPartition partition = new TopicPartition(topic.name(), p);
                    if (all.add(partition)) {
                        added.add(partition);
                    }
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            throw notDescribed(e);
        }
        consumer.assign(all); // where the others are read stays
        added.forEach(partition -> consumer.seek(partition, 0L));
        passOverMissing(added);
    }

    private static Collection<TopicDescription> topics(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
        return admin.describeTopics(RecordRows.TOPICS.stream().map(Topics.Topic::name).toList()).allTopicNames().get(ANSWER_S, TimeUnit.SECONDS).values();
    }

    private static void check(TopicDescription topic, String known) {
        if (known != null && !known.equals(topic.topicId().toString())) {
            throw new LakeException("the topic " + topic.name() + " was made anew since the lake was filled from it: fill another lake from it");
        }
    }

    private static KafkaException notDescribed(Exception e) {
        return new KafkaException("the cluster does not describe its topics: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
    }

    /** Says what the topics have deleted before it was read, and goes on behind it. */
    private void passOverMissing(Collection<TopicPartition> partitions) throws IOException {
        for (Map.Entry<TopicPartition, Long> beginning : consumer.beginningOffsets(partitions).entrySet()) {
            TopicPartition partition = beginning.getKey();
            long position = consumer.position(partition);
            long missing = beginning.getValue() - position;
            if (missing > 0) {
                counters.missing.addAndGet(missing);
                tell.accept("MISSING: " + partition + " has deleted " + missing + " records (offsets " + position + " to " + (beginning.getValue() - 1)
                        + ") before they were kept; the lake will never have them. Raise the topic's retention.ms, or run retain without long pauses");
                ObjectNode line = Removals.line("missing").put("topic", partition.topic()).put("partition", partition.partition()).put("from", position)
                        .put("to", beginning.getValue() - 1);
                log.write(line);
                consumer.seek(partition, beginning.getValue());
            }
        }
    }

    ConsumerRecords<byte[], byte[]> poll() throws IOException {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException e) {
            passOverMissing(e.offsetOutOfRangePartitions().keySet());
            return ConsumerRecords.empty();
        }
    }

    /** Kafka's id of the cluster. */
    String cluster() {
        return cluster;
    }

    /** Where the next records come from, for all topics. */
    Map<String, TopicOffsets> offsets() {
        Map<String, List<Long>> next = new LinkedHashMap<>();
        consumer.assignment().stream().sorted((a, b) -> a.partition() - b.partition())
                .forEach(partition -> next.computeIfAbsent(partition.topic(), t -> new ArrayList<>()).add(consumer.position(partition)));
        Map<String, TopicOffsets> offsets = new LinkedHashMap<>();
        next.forEach((topic, positions) -> offsets.put(topic, new TopicOffsets(ids.get(topic), positions)));
        return offsets;
    }

    /** True where all partitions are read to where they ended at the start. */
    boolean reachedEnds() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Records that are there and not read yet, as far as the last answers of the brokers say. */
    long lag() {
        return consumer.assignment().stream().mapToLong(partition -> Math.max(0, consumer.currentLag(partition).orElse(0))).sum();
    }

    /** True if a topic has more partitions than are read, by what the client has last heard of it ({@code metadata.max.age.ms}): quick. */
    boolean hasGrown() {
        return ids.keySet().stream().mapToInt(topic -> consumer.partitionsFor(topic).size()).sum() > consumer.assignment().size();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
