package io.crossgate.ingest;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * Takes headers in the order in which they are to be published: per observation point in rising event time. Implemented by the Kafka publisher and by the
 * in-process driver of detection. Calls come from one thread.
 */
public interface HeaderSink {
    /** An observation point is to deliver headers under {@code index}; told before its first header. {@code firewallLog} is true for an NFLOG capture. */
    void point(int index, String gateway, String iface, boolean firewallLog);

    /** The capture at this point covers event time from {@code time} on, nanoseconds since the epoch. */
    void observedFrom(int index, long time);

    /** One decoded header. The struct is reused: copy what is kept. Its time never falls from one header of a point to the next. */
    void header(int index, PacketHeader header);

    /** No header of this point with a time up to and including {@code time} is still to come. Called often; cheap. */
    void watermark(int index, long time);

    /** The capture may have missed {@code packets} packets between the two event times. */
    void lost(int index, long from, long to, long packets);

    /** The point's capture has ended; {@code lastTime} is the event time up to which it was watching. */
    void ended(int index, long lastTime);
}
