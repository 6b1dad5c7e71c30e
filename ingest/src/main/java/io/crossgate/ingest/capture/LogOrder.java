package io.crossgate.ingest.capture;

import io.crossgate.ingest.decode.Outcome;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayDeque;
import java.util.PriorityQueue;

/**
 * Puts the records of a firewall log into the order of their log times. The kernel hands NFLOG records to the capture in batches, up to about a second
 * after the firewall logged them (nf_log's flush timeout), so records are held until the file is two seconds past them.
 */
final class LogOrder {
    /** How far the file is read ahead, nanoseconds of event time. */
    static final long LOOK_AHEAD = 2_000_000_000L;
    /** How many records are held at most, whatever their times. */
    private static final int MOST = 1 << 18;

    private static final class Held implements Comparable<Held> {
        final PacketHeader header = new PacketHeader();
        Outcome outcome;
        long time;
        long place;

        @Override
        public int compareTo(Held other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(place, other.place);
        }
    }

    private final PointReader reader;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final ArrayDeque<Held> spare = new ArrayDeque<>();
    private Held current;
    private long newest = Long.MIN_VALUE;
    private long places;
    private boolean exhausted;

    /** Takes over a reader that stands on its first packet. */
    LogOrder(PointReader reader) {
        this.reader = reader;
        hold();
    }

    /** Goes to the next record by log time; false if there is none left. */
    boolean next() {
        if (current != null) {
            spare.push(current);
            current = null;
        }
        while (!exhausted && held.size() < MOST && (held.isEmpty() || held.peek().time > newest - LOOK_AHEAD)) {
            if (reader.next()) {
                hold();
            } else {
                exhausted = true;
            }
        }
        current = held.poll();
        return current != null;
    }

    private void hold() {
        Held record = spare.isEmpty() ? new Held() : spare.pop();
        record.outcome = reader.outcome;
        record.time = reader.time;
        record.place = places++;
        if (reader.outcome.decoded()) {
            record.header.copyFrom(reader.header);
        }
        newest = Math.max(newest, reader.recordTime);
        held.add(record);
    }

    PacketHeader header() {
        return current.header;
    }

    Outcome outcome() {
        return current.outcome;
    }

    long time() {
        return current.time;
    }
}
