package io.crossgate.ingest.capture;

import io.crossgate.ingest.decode.Outcome;
import io.crossgate.schemas.flow.PacketHeader;

/** A packet on its way to the sink: decoded, at its observation point. */
final class Observed {
    final PacketHeader header = new PacketHeader();
    Outcome outcome;
    int point;
    long time;
    /** Running number in its stream: equal times keep their order. */
    long number;
    boolean outOfOrder;
}
