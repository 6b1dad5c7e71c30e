package io.crossgate.feeds.http;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.util.List;

/** How a kind of HTTP endpoint takes a batch: what the request holds, and what its answer means. */
interface Endpoint {
    /** Added to the address that was given. */
    String path();

    String contentType();

    /** The scheme of the {@code Authorization} header, for example {@code Bearer}. */
    String scheme();

    String body(List<Item> items);

    /**
     * What a 2xx answer says of the items.
     *
     * @throws IOException if it says nothing that can be understood: nothing is known to have been taken
     */
    Delivery answer(List<Item> items, String body) throws IOException;
}
