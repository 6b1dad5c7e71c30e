package io.crossgate.feeds;

import io.crossgate.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records that a feed can't deliver to the dead-letter topic: key and value as they came, and in headers where from, for which feed, and why. */
final class DeadLetters implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final String group;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    DeadLetters(Map<String, Object> client, String group) {
        this.group = group;
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void add(ConsumerRecord<byte[], byte[]> record, String reason) throws IOException, InterruptedException {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reason", bytes(reason)).add("topic", bytes(record.topic())).add("partition", bytes(Integer.toString(record.partition())))
                .add("offset", bytes(Long.toString(record.offset()))).add("feed", bytes(group));
        try {
            sent.add(producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS.name(), null, null, record.key(), record.value(), headers)));
        } catch (InterruptException e) {
            throw new InterruptedException("called off");
        } catch (KafkaException e) {
            throw new IOException("dead letters can't be written: " + e.getMessage(), e);
        }
    }

    /** Waits until all are written. */
    void await() throws IOException, InterruptedException {
        try {
            for (Future<RecordMetadata> letter : sent) {
                letter.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("dead letters can't be written: " + e.getCause().getMessage(), e);
        } finally {
            sent.clear();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
