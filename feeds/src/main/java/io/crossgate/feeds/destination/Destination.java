package io.crossgate.feeds.destination;

import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.util.List;

/** Where events go. Used by one thread; an attempt may be interrupted. */
public interface Destination extends AutoCloseable {
    /** What it is called in messages: its address, without secrets. */
    String name();

    /**
     * Tries once, for a bounded time, to hand over the items, in their order.
     *
     * @return what became of those that were not taken
     * @throws IOException if nothing is known to have been taken: all are to be tried again
     * @throws InterruptedException if the attempt was called off
     */
    Delivery deliver(List<Item> items) throws IOException, InterruptedException;

    @Override
    void close();
}
