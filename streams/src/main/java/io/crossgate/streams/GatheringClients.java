package io.crossgate.streams;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's clients, but the consumer of the topology hands consecutive records of a partition over as one, with the offset of the first. Kafka Streams takes every
 * record through a queue, a deserializer, sensors and a context of its own, which costs several times what the consumer itself does. A commit falls between
 * two of what it calls records. It commits the offset of the next one in its queue, which must therefore be that of the first of those gathered in it, or where
 * the queue is empty the consumer's position: so nothing changes about what is redelivered, or about transactions.
 */
final class GatheringClients implements KafkaClientSupplier {
    /** Records handed over as one, at most: what is taken between two looks at the clock. */
    static final int MOST = 256;

    private static final byte[] NOTHING = {};

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return plain(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return plain(config);
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    @SuppressWarnings("unchecked") // a proxy of one interface is of that interface
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        // A value stays where the fetch brought it: detection reads it there, and once.
        Consumer<byte[], ByteBuffer> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteBufferDeserializer());
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(GatheringClients.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("poll")) {
                return gathered(consumer.poll((Duration) arguments[0]), partition -> consumer.currentLag(partition).orElse(0) == 0);
            }
            try {
                return method.invoke(consumer, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    /**
     * The same records, gathered.
     *
     * @param drained tells of a partition whether it has no more, as far as is known
     */
    static ConsumerRecords<byte[], byte[]> gathered(ConsumerRecords<byte[], ByteBuffer> polled, Predicate<TopicPartition> drained) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> gathered = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], ByteBuffer>> records = polled.records(partition);
            List<ConsumerRecord<byte[], byte[]>> fewer = new ArrayList<>(records.size() / MOST + 1);
            boolean all = drained.test(partition);
            for (int from = 0; from < records.size(); from += MOST) {
                int to = Math.min(records.size(), from + MOST);
                fewer.add(one(records.subList(from, to), all && to == records.size()));
            }
            gathered.put(partition, fewer);
        }
        return new ConsumerRecords<>(gathered, polled.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> one(List<ConsumerRecord<byte[], ByteBuffer>> records, boolean drained) {
        ConsumerRecord<byte[], ByteBuffer> first = records.get(0);
        ConsumerRecord<byte[], ByteBuffer> last = records.get(records.size() - 1);
        int size = 0;
        for (ConsumerRecord<byte[], ByteBuffer> record : records) {
            size += Math.max(0, record.serializedValueSize());
        }
        return new ConsumerRecord<>(first.topic(), first.partition(), first.offset(), Math.max(0, last.timestamp()), last.timestampType(), 0, size, null, NOTHING,
                new RecordHeaders(new Header[] {new Gathered(records, drained)}), first.leaderEpoch());
    }
}
