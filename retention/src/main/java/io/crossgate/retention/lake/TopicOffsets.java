package io.crossgate.retention.lake;

import java.util.List;

/**
 * How far a topic is in the lake.
 *
 * @param id Kafka's id of the topic: one that was deleted and made anew has another
 * @param next for each partition, the offset of the first record that is not in the lake yet
 */
public record TopicOffsets(String id, List<Long> next) {
    public TopicOffsets {
        next = List.copyOf(next);
    }
}
