package io.crossgate.ingest.capture;

import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.Closeable;

/** One observation point in the merge: its packets in order of time that never falls, and the account of what became of them. */
final class PointStream implements Closeable {
    private final PlannedPoint point;
    private final PointReader reader;
    private LogOrder order;
    private boolean present;
    private long time = Long.MIN_VALUE;
    private long lastTaken = Long.MIN_VALUE;
    private final long[] outcomes = new long[Outcome.values().length];
    private long packets;
    private long outOfOrder;

    PointStream(PlannedPoint point, PointReader reader) {
        this.point = point;
        this.reader = reader;
    }

    /** Goes to the first packet. */
    void start() {
        present = reader.next();
        if (present && reader.firewallLog()) {
            order = new LogOrder(reader);
            present = order.next();
        }
        if (present) {
            time = order == null ? reader.time : order.time();
        }
    }

    /** True if the stream stands on a packet. */
    boolean present() {
        return present;
    }

    /** Event time of the packet, nanoseconds since the epoch; never less than that of the one before. */
    long time() {
        return time;
    }

    PacketHeader header() {
        return order == null ? reader.header : order.header();
    }

    Outcome outcome() {
        return order == null ? reader.outcome : order.outcome();
    }

    boolean isFirst() {
        return packets == 0;
    }

    /** Event time of the last packet that was passed, or {@link Long#MIN_VALUE} before any. */
    long lastTaken() {
        return lastTaken;
    }

    /** Counts the packet under its outcome and goes to the next. */
    void pass() {
        packets++;
        lastTaken = time;
        long next;
        if (order == null) {
            outcomes[reader.outcome.ordinal()]++;
            present = reader.next();
            next = reader.time;
        } else {
            outcomes[order.outcome().ordinal()]++;
            present = order.next();
            next = present ? order.time() : 0;
        }
        if (present) {
            if (next < time) {
                outOfOrder++;
            } else {
                time = next;
            }
        }
    }

    PlannedPoint point() {
        return point;
    }

    boolean firewallLog() {
        return reader.firewallLog();
    }

    LossBook losses() {
        return reader.losses();
    }

    long bytesRead() {
        return reader.bytesRead();
    }

    PointAccount account() {
        return PointAccount.of(point.gateway, point.iface, firewallLog(), outcomes, losses().total(), outOfOrder);
    }

    @Override
    public void close() {
        reader.close();
    }
}
