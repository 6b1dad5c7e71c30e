package io.crossgate.app.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compacted topic of one partition that holds the schemas. One registry at a time writes it: ids are given out without asking another. */
final class SchemaTopic implements AutoCloseable {
    static final String NAME = "_schemas";
    private static final Logger LOG = LoggerFactory.getLogger(SchemaTopic.class);
    private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);
    private static final int ATTEMPTS = 100;
    private static final long RETRY_MILLIS = 100;
    private static final long LOAD_LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

    private final Map<String, Object> client;
    private final KafkaProducer<byte[], byte[]> producer;

    private SchemaTopic(Map<String, Object> client) {
        this.client = client;
        Map<String, Object> config = new HashMap<>(client);
        config.put("acks", "all");
        config.put("enable.idempotence", "true");
        config.put("linger.ms", "0");
        config.put("request.timeout.ms", "10000");
        config.put("delivery.timeout.ms", "15000");
        config.put("max.block.ms", "15000");
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Opens the topic, which is created where there is none.
     *
     * @throws RegistryException if Kafka cannot be reached, or if the topic is one that would lose schemas
     */
    static SchemaTopic open(Map<String, Object> client) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            create(admin);
            check(admin);
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new RegistryException("The schema registry cannot use the topic " + NAME + ": " + words(cause), cause);
        }
        return new SchemaTopic(Map.copyOf(client));
    }

    private static void create(Admin admin) throws InterruptedException, ExecutionException {
        try {
            NewTopic topic = new NewTopic(NAME, Optional.of(1), Optional.empty()).configs(Map.of("cleanup.policy", "compact"));
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static void check(Admin admin) throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, NAME);
        TopicDescription description = describe(admin);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        int partitions = description.partitions().size();
        if (partitions != 1 || !config.get("cleanup.policy").value().equals("compact")) {
            throw new RegistryException("The topic " + NAME + " must have one partition and cleanup.policy=compact, or schemas are lost: it has " + partitions
                    + " and " + config.get("cleanup.policy").value() + ".", null);
        }
    }

    /** A topic that was made a moment ago may not be known to the broker that is asked. */
    private static TopicDescription describe(Admin admin) throws InterruptedException, ExecutionException {
        for (int attempt = 1; ; attempt++) {
            try {
                return admin.describeTopics(List.of(NAME)).allTopicNames().get().get(NAME);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    /** Reads the topic from its start to its present end. Records that are not a registry's are passed over. */
    void load(SchemaState state) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("enable.auto.commit", "false");
        config.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
            long limit = System.nanoTime() + LOAD_LIMIT_NANOS;
            while (consumer.position(PARTITION) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    apply(record, state);
                }
                if (System.nanoTime() - limit > 0) {
                    throw new RegistryException("The topic " + NAME + " cannot be read to its end within a minute.", null);
                }
            }
        } catch (KafkaException e) {
            throw new RegistryException("The topic " + NAME + " cannot be read: " + words(e), e);
        }
    }

    private static void apply(ConsumerRecord<byte[], byte[]> record, SchemaState state) {
        try {
            SchemaRecords.apply(record.key(), record.value(), state);
        } catch (IOException e) {
            LOG.warn("Record at offset {} of {} is not a schema registry's: {}", record.offset(), NAME, words(e));
        }
    }

    /**
     * Writes one record and waits until Kafka has it.
     *
     * @throws Refusal 50001 if that is not known to have happened
     */
    void write(byte[] key, byte[] value) throws Refusal {
        try {
            producer.send(new ProducerRecord<>(NAME, 0, key, value)).get();
        } catch (ExecutionException | KafkaException e) {
            throw Refusal.notStored();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.notStored();
        }
    }

    private static String words(Throwable cause) {
        return cause.getMessage() == null || cause.getMessage().isBlank() ? cause.getClass().getSimpleName() : cause.getMessage().lines().findFirst().orElseThrow();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
