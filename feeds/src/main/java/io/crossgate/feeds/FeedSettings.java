package io.crossgate.feeds;

import io.crossgate.schemas.Topics;
import java.time.Duration;
import java.util.List;

/**
 * How a feed reads and tries.
 *
 * @param group the consumer group: feeds of the same group share the work, and one that starts goes on where the last one was
 * @param topics what to read
 * @param batch most records at once, 1 or more
 * @param longestPause between attempts while the destination is down; the first pause is shorter, and each is twice the one before
 * @param toTheEnd stop where the topics end at the start
 */
public record FeedSettings(String group, List<Topics.Topic> topics, int batch, Duration longestPause, boolean toTheEnd) {}
