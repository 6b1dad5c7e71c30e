package io.crossgate.feeds.kafka;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of the cluster that the events come from: key the event's id, so that in a compacted topic the last revision of each stays; value the line. */
public final class KafkaTopic implements Destination {
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * A topic, which is there or which the brokers make at once.
     *
     * @param client Kafka client properties
     * @param timeoutMs how long a record may take
     */
    public KafkaTopic(String topic, Map<String, Object> client, int timeoutMs) {
        this.topic = topic;
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs + 5);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public String name() {
        return "kafka:" + topic;
    }

    @Override
    public Delivery deliver(List<Item> items) throws IOException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(items.size());
        try {
            for (Item item : items) {
                sent.add(producer.send(new ProducerRecord<>(topic, null, Math.floorDiv(item.time(), 1_000_000L), item.id().getBytes(StandardCharsets.UTF_8),
                        item.text().getBytes(StandardCharsets.UTF_8))));
            }
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            throw new InterruptedException("called off");
        } catch (KafkaException e) {
            throw new IOException(e.getMessage(), e);
        }
        producer.flush();
        Map<Integer, String> refused = new HashMap<>();
        List<Integer> again = new ArrayList<>();
        String why = "";
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException) {
                    refused.put(i, e.getCause().getMessage());
                } else {
                    again.add(i);
                    why = String.valueOf(e.getCause().getMessage());
                }
            }
        }
        return new Delivery(refused, again, why);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
