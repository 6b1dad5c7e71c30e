package io.crossgate.app.command;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.registry.EmbeddedRegistry;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with Crossgate's topics, a schema registry, and a producer: for tests that publish what they want to be there. */
final class OwnCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final RegistryClient schemas;
    private final Map<String, Object> client;
    private final KafkaProducer<byte[], byte[]> producer;
    private volatile Exception failure;

    OwnCluster(int partitions) {
        broker = EmbeddedBroker.start(null);
        client = Map.of("bootstrap.servers", broker.bootstrapServers());
        registry = EmbeddedRegistry.start(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new Cluster(client, PATIENCE).prepareTopics(partitions);
        schemas = new RegistryClient(registry.uri(), PATIENCE);
        // One request at a time: a leader that was elected a moment ago may refuse a producer's first batch and take the second, and then never the first.
        Map<String, Object> config = new HashMap<>(client);
        config.put("max.in.flight.requests.per.connection", 1);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Kafka client properties. */
    Map<String, Object> client() {
        return client;
    }

    RegistryClient schemas() {
        return schemas;
    }

    /** Codecs whose schemas are registered. */
    Codecs codecs() {
        return Codecs.of(schemas);
    }

    /** Publishes a record under the key {@code flow-…}. */
    void send(Topics.Topic topic, int flow, byte[] value) {
        send(new ProducerRecord<>(topic.name(), ("flow-" + flow).getBytes(StandardCharsets.UTF_8), value));
    }

    /** Publishes a record into one partition. */
    void sendTo(Topics.Topic topic, int partition, byte[] value) {
        send(new ProducerRecord<>(topic.name(), partition, null, value));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, e) -> {
            if (e != null) {
                failure = e;
            }
        });
    }

    /** Waits until all that was sent is there. */
    void flush() {
        producer.flush();
        if (failure != null) {
            throw new IllegalStateException("not published: " + failure, failure);
        }
    }

    /** A command line that is told where this cluster is. */
    List<String> line(String command, List<String> more) {
        List<String> line = new ArrayList<>(List.of(command, "--bootstrap-servers", broker.bootstrapServers(), "--registry", registry.uri().toString()));
        line.addAll(more);
        return line;
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
        broker.close();
    }
}
