package io.crossgate.feeds.event;

import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;

/** A format: a line of text, without a line end, for each kind of record. The same record always gives the same line. */
public interface Format {
    /** The name by which it is asked for. */
    String name();

    /** True if each line is a JSON object. */
    boolean json();

    String line(OrphanedSynAckRecord event);

    String line(InvalidDropRecord event);

    String line(IncidentRecord incident);

    String line(FlowRecord flow);
}
