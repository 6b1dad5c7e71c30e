package io.crossgate.ingest.capture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One observation point of a run and the files, or parts of files, that it is read from, in time order. */
final class PlannedPoint implements Comparable<PlannedPoint> {
    /**
     * Packets of one file.
     *
     * @param label only those of this interface; null for all
     * @param span the time they cover, null if the file was not scanned
     */
    record Segment(Path file, String label, FileScan.Span span) {}

    final String gateway;
    final String iface;
    final List<Segment> segments = new ArrayList<>();

    PlannedPoint(String gateway, String iface) {
        this.gateway = gateway;
        this.iface = iface;
    }

    @Override
    public int compareTo(PlannedPoint other) {
        int byGateway = gateway.compareTo(other.gateway);
        return byGateway != 0 ? byGateway : iface.compareTo(other.iface);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlannedPoint point && compareTo(point) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * gateway.hashCode() + iface.hashCode();
    }

    @Override
    public String toString() {
        return gateway + "/" + iface;
    }
}
