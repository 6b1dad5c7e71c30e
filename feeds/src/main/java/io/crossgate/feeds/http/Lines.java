package io.crossgate.feeds.http;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.event.Item;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Any endpoint that takes lines.
 *
 * @param json true if lines are JSON objects
 */
record Lines(boolean json) implements Endpoint {
    @Override
    public String path() {
        return "";
    }

    @Override
    public String contentType() {
        return json ? "application/x-ndjson" : "text/plain; charset=utf-8";
    }

    @Override
    public String scheme() {
        return "Bearer";
    }

    @Override
    public String body(List<Item> items) {
        return items.stream().map(item -> item.text() + "\n").collect(Collectors.joining());
    }

    @Override
    public Delivery answer(List<Item> items, String body) {
        return Delivery.TAKEN;
    }
}
