package io.crossgate.ingest.capture;

/**
 * Turns a capture's running counts of lost packets into spans of event time in which they may have been lost. A count that packets carry names the gap
 * before one packet; interface statistics only say how many were lost since the statistics before.
 */
final class LossBook {
    private long reports;
    private long known;
    private long knownBetween;
    private boolean statisticsTold;
    private boolean started;
    private long previousPacket;
    private long lastPacket;
    private long lastStatistics;

    private long from;
    private long to;
    private long pending;
    private long total;

    /** A new file's counts begin at zero; what its statistics will say is told already if {@code statisticsKnown}. */
    void open(boolean statisticsKnown) {
        statisticsTold = statisticsKnown;
        reports = known = knownBetween = 0;
    }

    /** A packet of the point, at its record's event time. */
    void packet(long time) {
        if (!started) {
            started = true;
            lastStatistics = lastPacket = time;
        }
        previousPacket = lastPacket;
        lastPacket = time;
    }

    boolean isCurrent(CaptureReader reader) {
        return reports == reader.lossReports();
    }

    /** Notes what the reader's counts of the chosen interfaces have grown by. */
    void read(CaptureReader reader, boolean[] interfaces) {
        reports = reader.lossReports();
        long lost = 0;
        long between = 0;
        for (int i = 0; i < interfaces.length; i++) {
            if (interfaces[i]) {
                lost += reader.dropped(i);
                between += reader.droppedBetween(i);
            }
        }
        long more = lost - known;
        long moreBetween = between - knownBetween;
        known = lost;
        knownBetween = between;
        if (statisticsTold) {
            total += Math.max(0, more - moreBetween);
            more = Math.min(more, moreBetween);
        }
        if (more > 0) {
            add(moreBetween >= more ? previousPacket : lastStatistics, lastPacket, more);
        }
        if (moreBetween == 0) {
            lastStatistics = lastPacket;
        }
    }

    private void add(long start, long end, long packets) {
        from = pending == 0 ? Math.min(start, end) : Math.min(from, start);
        to = pending == 0 ? Math.max(start, end) : Math.max(to, end);
        pending += packets;
        total += packets;
    }

    /** Packets lost that were not yet told, 0 for none. */
    long pending() {
        return pending;
    }

    /** Event times between which the pending packets were lost, nanoseconds since the epoch. */
    long from() {
        return from;
    }

    long to() {
        return to;
    }

    void told() {
        pending = 0;
    }

    /** All packets lost so far. */
    long total() {
        return total;
    }
}
