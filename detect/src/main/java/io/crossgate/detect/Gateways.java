package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The observation points that there are: how far each has come in event time, and when it was watching. A gateway is as far as the slowest of its points; all is
 * as far as the slowest gateway.
 */
final class Gateways {
    private static final int MAX_GAPS = 64;

    /** A span of event time, both ends included, in which a point may have missed packets. */
    private record Gap(long from, long to, BlindReason why) {}

    private static final class Point {
        final ObservationPoint name;
        final int gateway;
        long watermark = Long.MIN_VALUE;
        long observedFrom = Long.MAX_VALUE;
        long endedAt = Long.MAX_VALUE;
        boolean ended;
        boolean silent;
        /** It has begun anew. Not stored: what it repeats comes at once. */
        boolean mayRepeat;
        /** Taken back: it is as if the point were not there. */
        boolean withdrawn;
        final List<Gap> gaps = new ArrayList<>();

        Point(ObservationPoint name, int gateway) {
            this.name = name;
            this.gateway = gateway;
        }

        boolean waitedFor() {
            return !ended && !silent && !withdrawn;
        }

        void gap(long from, long to, BlindReason why) {
            if (gaps.size() == MAX_GAPS) {
                // Two gaps become one that covers both: more is then called blind, never less.
                Gap first = gaps.remove(0);
                Gap second = gaps.remove(0);
                gaps.add(0, new Gap(Math.min(first.from, second.from), Math.max(first.to, second.to), second.why));
            }
            gaps.add(new Gap(from, to, why));
        }
    }

    private final List<Point> points = new ArrayList<>();
    private final Map<ObservationPoint, Integer> indexes = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private boolean changed;
    /** What is asked for with every packet, by gateway; made anew when points come or go. */
    private int[] captures = {};
    private boolean[] logs = {};
    /** Place of each gateway in the order of names, and the gateway at each place. */
    private int[] rank = {};
    private int[] ranked = {};
    private boolean placesChanged;
    /** {@link #watermark}; made anew when a point has moved on. */
    private long lowest = FlowDetector.END;
    private boolean moved;

    /** Index of the point, declared now if it was not. */
    int point(ObservationPoint name) {
        Integer index = indexes.get(name);
        if (index == null) {
            int gateway = names.indexOf(name.gateway());
            if (gateway < 0) {
                gateway = names.size();
                names.add(name.gateway());
            }
            index = points.size();
            points.add(new Point(name, gateway));
            indexes.put(name, index);
            placesChanged();
        }
        return index;
    }

    /** How many points there are. */
    int points() {
        return points.size();
    }

    int count() {
        return names.size();
    }

    String gatewayName(int gateway) {
        return names.get(gateway);
    }

    ObservationPoint pointName(int point) {
        return points.get(point).name;
    }

    int gatewayOf(int point) {
        return points.get(point).gateway;
    }

    void observedFrom(int point, long time) {
        Point p = points.get(point);
        long from = wholeMicros(time);
        if (from < p.observedFrom) {
            p.observedFrom = from;
            changed = true;
        }
    }

    void watermark(int point, long time) {
        Point p = points.get(point);
        if (time > p.watermark) {
            p.watermark = time;
            moved();
        }
    }

    void ended(int point, long lastTime) {
        Point p = points.get(point);
        p.ended = true;
        p.endedAt = -wholeMicros(-lastTime);
        moved();
    }

    boolean mayRepeat(int point) {
        return points.get(point).mayRepeat;
    }

    void resumed(int point) {
        Point p = points.get(point);
        p.mayRepeat = true;
        if (p.ended) {
            p.ended = false;
            p.gap(p.endedAt, p.endedAt, BlindReason.CAPTURE_LOST_PACKETS);
            p.endedAt = Long.MAX_VALUE;
            moved();
        }
    }

    void lost(int point, long from, long to) {
        points.get(point).gap(wholeMicros(from), -wholeMicros(-to), BlindReason.CAPTURE_LOST_PACKETS);
        changed = true;
    }

    /** Rounded down to what records carry of such times, so that both drivers of detection know the same. */
    private static long wholeMicros(long nanos) {
        return nanos == Long.MIN_VALUE ? nanos : Math.floorDiv(nanos, 1000L) * 1000L;
    }

    void silent(int point, boolean silent) {
        Point p = points.get(point);
        if (p.silent == silent) {
            return;
        }
        p.silent = silent;
        if (silent) {
            p.gap(p.watermark, Long.MAX_VALUE, BlindReason.GATEWAY_SILENT);
        } else {
            p.gaps.replaceAll(gap -> gap.why == BlindReason.GATEWAY_SILENT && gap.to == Long.MAX_VALUE ? new Gap(gap.from, p.watermark, gap.why) : gap);
        }
        moved();
    }

    void withdrawn(int point, boolean withdrawn) {
        Point p = points.get(point);
        if (p.withdrawn != withdrawn) {
            p.withdrawn = withdrawn;
            placesChanged();
        }
    }

    /** Up to where everything that a gateway's points saw is known. */
    long watermarkOf(int gateway) {
        long lowest = FlowDetector.END;
        for (Point p : points) {
            if (p.gateway == gateway && p.waitedFor()) {
                lowest = Math.min(lowest, p.watermark);
            }
        }
        return lowest;
    }

    /** Up to where everything that any point saw is known. */
    long watermark() {
        if (moved) {
            moved = false;
            lowest = FlowDetector.END;
            for (Point p : points) {
                if (p.waitedFor()) {
                    lowest = Math.min(lowest, p.watermark);
                }
            }
        }
        return lowest;
    }

    private void moved() {
        changed = true;
        moved = true;
    }

    private void placesChanged() {
        placesChanged = true;
        moved();
    }

    private void learnPlaces() {
        if (!placesChanged) {
            return;
        }
        placesChanged = false;
        captures = new int[names.size()];
        logs = new boolean[names.size()];
        rank = new int[names.size()];
        ranked = IntStream.range(0, rank.length).boxed().sorted(Comparator.comparing(names::get)).mapToInt(i -> i).toArray();
        for (int i = 0; i < ranked.length; i++) {
            rank[ranked[i]] = i;
        }
        for (Point p : points) {
            if (p.name.firewallLog()) {
                logs[p.gateway] = true;
            } else if (!p.withdrawn) {
                captures[p.gateway]++;
            }
        }
    }

    /** Captures, without logs, of a gateway. */
    int captures(int gateway) {
        learnPlaces();
        return captures[gateway];
    }

    /** A gateway's place in the order of names. */
    int rank(int gateway) {
        learnPlaces();
        return rank[gateway];
    }

    /** The gateway at a place in the order of names. */
    int atRank(int place) {
        learnPlaces();
        return ranked[place];
    }

    /** True if a gateway's own log is, or was, among its points. */
    boolean hasLog(int gateway) {
        learnPlaces();
        return logs[gateway];
    }

    /**
     * True if a packet that entered at {@code entry} and left the gateway between the two times would have been seen: another of its interfaces was being
     * captured, from before, without loss. A gateway's captures are taken to end together: a quiet interface's last packet is not the end of its capture.
     */
    boolean sawLeaving(int entry, long from, long to) {
        int gateway = points.get(entry).gateway;
        long end = lastEnd(gateway);
        for (int i = 0; i < points.size(); i++) {
            Point p = points.get(i);
            if (i != entry && p.gateway == gateway && !p.name.firewallLog() && !p.withdrawn && p.observedFrom <= from && from <= end && gapWithin(p, from, to) == null) {
                return true;
            }
        }
        return false;
    }

    /** How far the farthest of a gateway's points has come: from there on they may go on after they had ended or been silent. */
    long reached(int gateway) {
        long latest = Long.MIN_VALUE;
        for (Point p : points) {
            if (p.gateway == gateway) {
                latest = Math.max(latest, p.ended ? Math.max(p.endedAt, p.watermark) : p.watermark);
            }
        }
        return latest;
    }

    /** When the last of a gateway's captures ended; {@link Long#MAX_VALUE} while one goes on. */
    private long lastEnd(int gateway) {
        long latest = Long.MIN_VALUE;
        for (Point p : points) {
            if (p.gateway == gateway && !p.withdrawn) {
                latest = Math.max(latest, p.endedAt);
            }
        }
        return latest;
    }

    private static BlindReason gapWithin(Point p, long from, long to) {
        for (Gap gap : p.gaps) {
            if (gap.from <= to && gap.to >= from) {
                return gap.why;
            }
        }
        return null;
    }

    /** A gateway that could have carried a SYN unseen, and why. */
    record Blind(BlindReason reason, String gateway) {
        static final Blind NOT = new Blind(BlindReason.NONE, "");
    }

    /** The first gateway by name, if any, that was not watching on all of its captured interfaces from {@code from} to {@code to}. */
    Blind blind(long from, long to) {
        Blind found = Blind.NOT;
        for (Point p : points) {
            if (p.name.firewallLog() || p.withdrawn) {
                continue;
            }
            BlindReason why = blindness(p, from, to);
            if (why != null && (found == Blind.NOT || p.name.gateway().compareTo(found.gateway) < 0)) {
                found = new Blind(why, p.name.gateway());
            }
        }
        return found;
    }

    private BlindReason blindness(Point p, long from, long to) {
        BlindReason gap = gapWithin(p, from, to);
        if (gap != null) {
            return gap;
        }
        if (p.observedFrom > from) {
            return BlindReason.CAPTURE_BEGAN_TOO_LATE;
        }
        return lastEnd(p.gateway) < to ? BlindReason.CAPTURE_ENDED_TOO_EARLY : null;
    }

    /** True if all captures of the gateway cover event time from {@code from} on. */
    boolean watchedFrom(int gateway, long from) {
        for (Point p : points) {
            if (p.gateway == gateway && !p.name.firewallLog() && !p.withdrawn && p.observedFrom > from) {
                return false;
            }
        }
        return true;
    }

    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    void write(DataOutput out) throws IOException {
        StateIo.writeAll(out, points, (p, o) -> {
            o.writeUTF(p.name.gateway());
            o.writeUTF(p.name.iface());
            o.writeBoolean(p.name.firewallLog());
            o.writeLong(p.watermark);
            o.writeLong(p.observedFrom);
            o.writeLong(p.endedAt);
            o.writeBoolean(p.ended);
            o.writeBoolean(p.silent);
            o.writeBoolean(p.withdrawn);
            StateIo.writeAll(o, p.gaps, (gap, g) -> {
                g.writeLong(gap.from);
                g.writeLong(gap.to);
                g.writeByte(gap.why.ordinal());
            });
        });
    }

    void read(DataInput in) throws IOException {
        for (int n = in.readInt(); n > 0; n--) {
            Point p = points.get(point(new ObservationPoint(in.readUTF(), in.readUTF(), in.readBoolean())));
            p.watermark = in.readLong();
            p.observedFrom = in.readLong();
            p.endedAt = in.readLong();
            p.ended = in.readBoolean();
            p.silent = in.readBoolean();
            p.withdrawn = in.readBoolean();
            placesChanged();
            p.gaps.clear();
            p.gaps.addAll(StateIo.readAll(in, g -> new Gap(g.readLong(), g.readLong(), BlindReason.values()[g.readByte()])));
        }
    }
}
