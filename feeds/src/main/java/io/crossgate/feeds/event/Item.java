package io.crossgate.feeds.event;

/**
 * An event on its way to a destination.
 *
 * @param kind {@code orphaned-syn-ack}, {@code invalid-drop}, {@code incident} or {@code flow}
 * @param id deterministic: the same event has the same id in every run
 * @param revision a later one of the same id replaces an earlier one; 0 where there are none
 * @param time when it was seen, nanoseconds since the epoch
 * @param gateway the gateway that it happened at
 * @param severity how much it matters
 * @param text the event in the feed's format: one line, without a line end
 */
public record Item(String kind, String id, int revision, long time, String gateway, Severity severity, String text) {}
