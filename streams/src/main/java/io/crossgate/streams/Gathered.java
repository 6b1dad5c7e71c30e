package io.crossgate.streams;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Consecutive records of one partition that Kafka Streams is handed as one: see {@link GatheringClients}. They travel as a header of that one, in this process
 * only: no record from outside can be taken for one.
 */
final class Gathered implements Header {
    static final String KEY = "gathered";
    private static final byte[] NOTHING = {};

    private final List<ConsumerRecord<byte[], ByteBuffer>> records;
    private final boolean last;

    Gathered(List<ConsumerRecord<byte[], ByteBuffer>> records, boolean last) {
        this.records = records;
        this.last = last;
    }

    /** What the record with these headers stands for; null if it is a record of its own. */
    static Gathered in(Headers headers) {
        return headers.lastHeader(KEY) instanceof Gathered gathered ? gathered : null;
    }

    /** In the order of their offsets. A value, or null, is a part of the bytes that a fetch brought: an array's. */
    List<ConsumerRecord<byte[], ByteBuffer>> records() {
        return records;
    }

    /** True if the partition had no more records when these were polled. */
    boolean last() {
        return last;
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public byte[] value() {
        return NOTHING;
    }
}
