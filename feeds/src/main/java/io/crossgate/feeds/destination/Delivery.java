package io.crossgate.feeds.destination;

import java.util.List;
import java.util.Map;

/**
 * What became of a batch. What is in neither is taken: it will not be handed over again.
 *
 * @param refused by its place in the batch, what the destination will never take, and what it said
 * @param again places of what is to be tried again
 * @param why what the destination said of these; empty if there are none
 */
public record Delivery(Map<Integer, String> refused, List<Integer> again, String why) {
    /** Everything is taken. */
    public static final Delivery TAKEN = new Delivery(Map.of(), List.of(), "");
}
