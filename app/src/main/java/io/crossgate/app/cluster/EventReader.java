package io.crossgate.app.cluster;

import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import io.crossgate.streams.Codecs;
import io.crossgate.streams.records.EventRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the event topics, of all partitions, without a consumer group: only what is committed. Not thread-safe, but for {@link #wakeUp}. */
public final class EventReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Takes events as they are read. */
    public interface Events {
        void orphanedSynAck(OrphanedSynAck event);

        void invalidDrop(InvalidDrop event);

        void flow(FlowSummary event);

        void incident(Incident event);

        /** A record that this version does not read, and why. */
        void unreadable(String topic, int partition, long offset, String reason);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final RecordCodec<OrphanedSynAckRecord> orphans;
    private final RecordCodec<InvalidDropRecord> drops;
    private final RecordCodec<FlowRecord> flows;
    private final RecordCodec<IncidentRecord> incidents;

    /** A reader that stands at the end of the topics: of those of events and incidents, and of that of flows if {@code withFlows}. */
    public EventReader(Map<String, Object> client, Codecs codecs, boolean withFlows) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        orphans = codecs.orphans();
        drops = codecs.drops();
        flows = codecs.flows();
        incidents = codecs.incidents();
        List<Topics.Topic> topics = new ArrayList<>(List.of(Topics.ORPHANED_SYN_ACKS, Topics.INVALID_DROPS, Topics.INCIDENTS));
        if (withFlows) {
            topics.add(Topics.FLOWS);
        }
        for (Topics.Topic topic : topics) {
            consumer.partitionsFor(topic.name()).forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // seeking is lazy: the end is now, not at the first poll
    }

    /** Goes back to the beginning of the topics. */
    public void fromBeginning() {
        consumer.seekToBeginning(partitions);
    }

    /** Gives what has come, waiting for a moment if nothing has; returns the number of records. */
    public int poll(Events events) {
        int count = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            count++;
            give(record, events);
        }
        return count;
    }

    /** Gives everything up to where the topics end now. */
    public void readToEnd(Events events) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(events);
        }
    }

    private void give(ConsumerRecord<byte[], byte[]> record, Events events) {
        try {
            if (record.topic().equals(Topics.ORPHANED_SYN_ACKS.name())) {
                events.orphanedSynAck(EventRecords.fromRecord(orphans.decode(record.value())));
            } else if (record.topic().equals(Topics.INVALID_DROPS.name())) {
                events.invalidDrop(EventRecords.fromRecord(drops.decode(record.value())));
            } else if (record.topic().equals(Topics.FLOWS.name())) {
                events.flow(EventRecords.fromRecord(flows.decode(record.value())));
            } else {
                events.incident(EventRecords.fromRecord(incidents.decode(record.value())));
            }
        } catch (WireException e) {
            events.unreadable(record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    /** Makes a waiting {@link #poll} throw Kafka's WakeupException; from any thread. */
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
