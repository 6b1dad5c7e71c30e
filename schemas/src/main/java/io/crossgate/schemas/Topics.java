package io.crossgate.schemas;

import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.HeaderBundle;
import io.crossgate.schemas.record.Headers;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.util.List;
import org.apache.avro.Schema;

/** Every topic, with what its records are. The version in a name rises when its records change in a way that old readers can't follow. */
public final class Topics {
    /** How the records of a topic are spread over its partitions and kept. */
    public enum Kept {
        /** As many partitions as the headers topic; kept until the operator says otherwise. */
        PARTITIONED,
        /** One partition; kept until the operator says otherwise. */
        SINGLE,
        /** One partition; the last record of each key is kept. */
        COMPACTED
    }

    /**
     * A topic.
     *
     * @param name its name, version included
     * @param key what the key holds, in words
     * @param value the Avro schema of the value, or null where the value is no Avro
     * @param kept how it is laid out
     */
    public record Topic(String name, String key, Schema value, Kept kept) {
        /** The subject under which the value's schema is registered (TopicNameStrategy). */
        public String subject() {
            return name + "-value";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What observation points saw: batches of headers, one flow and point each; a null key is a heartbeat. */
    public static final Topic HEADERS = new Topic("crossgate.headers.v1", "Community ID, UTF-8", Headers.getClassSchema(), Kept.PARTITIONED);
    /** The same from ingesters that bundle: many flows in a record, of one point and of one partition by their Community IDs. */
    public static final Topic HEADER_BUNDLES = new Topic("crossgate.header-bundles.v1", "null", HeaderBundle.getClassSchema(), Kept.PARTITIONED);
    public static final Topic ORPHANED_SYN_ACKS = new Topic("crossgate.events.orphaned-syn-ack.v1", "Community ID, UTF-8",
            OrphanedSynAckRecord.getClassSchema(), Kept.PARTITIONED);
    public static final Topic INVALID_DROPS = new Topic("crossgate.events.invalid-drop.v1", "Community ID, UTF-8", InvalidDropRecord.getClassSchema(),
            Kept.PARTITIONED);
    /** Flows as gateways saw them, each revision; only where streams is told to make them. */
    public static final Topic FLOWS = new Topic("crossgate.flows.v1", "Community ID, UTF-8", FlowRecord.getClassSchema(), Kept.PARTITIONED);
    public static final Topic INCIDENTS = new Topic("crossgate.incidents.v1", "incident id, UTF-8", IncidentRecord.getClassSchema(), Kept.PARTITIONED);
    /** Which observation points exist: told by each ingester before its first headers. */
    public static final Topic OBSERVATION_POINTS = new Topic("crossgate.observation-points.v1", "gateway/interface, UTF-8",
            ObservationPointRecord.getClassSchema(), Kept.COMPACTED);
    /** Records that do not decode, or that a feed's destination refused: key and value as they came, the reason in the record header {@code reason}. */
    public static final Topic DEAD_LETTERS = new Topic("crossgate.dead-letters.v1", "as it came", null, Kept.SINGLE);
    /** From detection by flow to detection by server. Internal: its form changes with the version of the program. */
    public static final Topic TALLIES = new Topic("crossgate.internal.tallies.v1", "partition, 4 bytes", null, Kept.PARTITIONED);

    private static final List<Topic> ALL = List.of(HEADERS, HEADER_BUNDLES, ORPHANED_SYN_ACKS, INVALID_DROPS, FLOWS, INCIDENTS, OBSERVATION_POINTS,
            DEAD_LETTERS, TALLIES);

    private Topics() {}

    /** Every topic. */
    public static List<Topic> all() {
        return ALL;
    }
}
