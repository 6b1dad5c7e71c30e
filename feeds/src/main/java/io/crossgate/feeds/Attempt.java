package io.crossgate.feeds;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Item;
import io.crossgate.schemas.wire.RegistryException;
import io.crossgate.schemas.wire.WireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One attempt to settle records: those that decode are delivered, the others and those that are refused become dead letters. */
final class Attempt {
    /**
     * What an attempt left.
     *
     * @param again records that are not settled, in their order
     * @param why the reason; empty if there are none
     */
    record Left(List<ConsumerRecord<byte[], byte[]>> again, String why) {}

    private final RecordReader reader;
    private final Destination destination;
    private final DeadLetters deadLetters;
    private final FeedCounters counters;

    Attempt(RecordReader reader, Destination destination, DeadLetters deadLetters, FeedCounters counters) {
        this.reader = reader;
        this.destination = destination;
        this.deadLetters = deadLetters;
        this.counters = counters;
    }

    Left run(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> readable = new ArrayList<>(records.size());
        List<ConsumerRecord<byte[], byte[]>> again = new ArrayList<>();
        List<Item> items = new ArrayList<>(records.size());
        String why = "";
        try {
            int unreadable = 0;
            for (ConsumerRecord<byte[], byte[]> record : records) {
                try {
                    items.add(reader.read(record.topic(), record.value()));
                    readable.add(record);
                } catch (WireException e) {
                    deadLetters.add(record, e.getMessage());
                    unreadable++;
                }
            }
            deadLetters.await();
            counters.unreadable.addAndGet(unreadable);
        } catch (RegistryException | IOException e) { // nothing is settled yet but, perhaps, dead letters that come once more
            return new Left(records, e.getMessage());
        }
        if (items.isEmpty()) {
            return new Left(List.of(), "");
        }
        Delivery delivery;
        try {
            delivery = destination.deliver(items);
        } catch (IOException e) {
            return new Left(readable, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
        delivery.again().forEach(i -> again.add(readable.get(i)));
        why = delivery.why();
        counters.delivered.addAndGet(items.size() - delivery.again().size() - delivery.refused().size());
        try {
            for (var refusal : delivery.refused().entrySet()) {
                deadLetters.add(readable.get(refusal.getKey()), destination.name() + ": " + refusal.getValue());
            }
            deadLetters.await();
            counters.refused.addAndGet(delivery.refused().size());
        } catch (IOException e) {
            delivery.refused().keySet().forEach(i -> again.add(readable.get(i)));
            why = e.getMessage();
        }
        return new Left(again, why);
    }
}
