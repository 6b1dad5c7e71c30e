package io.crossgate.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GatheringClientsTest {
    private static final TopicPartition A = new TopicPartition("headers", 0);
    private static final TopicPartition B = new TopicPartition("headers", 1);

    private static List<ConsumerRecord<byte[], ByteBuffer>> records(TopicPartition partition, int count) {
        List<ConsumerRecord<byte[], ByteBuffer>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // A transaction's marker takes an offset as well: there are gaps.
            records.add(new ConsumerRecord<>(partition.topic(), partition.partition(), 100 + 2L * i, null, ByteBuffer.wrap(new byte[] {(byte) i})));
        }
        return records;
    }

    @Test
    void everyRecordOfAPartitionIsHandedOverOnceInOrderUnderTheOffsetOfTheFirst() {
        List<ConsumerRecord<byte[], ByteBuffer>> ofA = records(A, 2 * GatheringClients.MOST + 1);
        List<ConsumerRecord<byte[], ByteBuffer>> ofB = records(B, 1);
        Map<TopicPartition, OffsetAndMetadata> next = Map.of(A, new OffsetAndMetadata(5000), B, new OffsetAndMetadata(101));
        ConsumerRecords<byte[], byte[]> gathered = GatheringClients.gathered(new ConsumerRecords<>(Map.of(A, ofA, B, ofB), next), A::equals);
        assertThat(gathered.records(A)).hasSize(3);
        assertThat(gathered.records(A).stream().flatMap(r -> Gathered.in(r.headers()).records().stream())).containsExactlyElementsOf(ofA);
        assertThat(gathered.records(A)).allSatisfy(r -> {
            List<ConsumerRecord<byte[], ByteBuffer>> of = Gathered.in(r.headers()).records();
            assertThat(r.offset()).as("what is committed while it waits in a queue").isEqualTo(of.get(0).offset());
        });
        assertThat(Gathered.in(gathered.records(B).get(0).headers()).records()).isEqualTo(ofB);
        assertThat(gathered.nextOffsets()).isEqualTo(next);
    }

    @Test
    void aHeaderOfThatNameFromOutsideIsNotTakenForIt() {
        ConsumerRecord<byte[], ByteBuffer> record = records(A, 1).get(0);
        record.headers().add(Gathered.KEY, new byte[] {1});
        assertThat(Gathered.in(record.headers())).isNull();
    }
}
