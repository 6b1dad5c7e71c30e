package io.crossgate.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Notes every call as a line, and fails where calls break the contract of {@link HeaderSink}. Watermarks are checked, not noted. */
final class RecordingSink implements HeaderSink {
    private static final class Point {
        boolean observed;
        boolean ended;
        long last = Long.MIN_VALUE;
        long watermark = Long.MIN_VALUE;
    }

    private final List<Point> points = new ArrayList<>();
    /** Calls in short, for example {@code header 0 @5 #100}: point, time, sequence number. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    volatile int headers;
    int watermarks;
    long farthestBehind;
    private long now = Long.MIN_VALUE;

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        assertThat(index).isEqualTo(points.size());
        assertThat(headers).isZero();
        points.add(new Point());
        calls.add("point " + index + " " + gateway + "/" + iface + (firewallLog ? " log" : ""));
    }

    @Override
    public void observedFrom(int index, long time) {
        Point point = points.get(index);
        assertThat(point.observed).isFalse();
        point.observed = true;
        calls.add("from " + index + " @" + time);
    }

    @Override
    public void header(int index, PacketHeader header) {
        Point point = points.get(index);
        assertThat(point.observed).isTrue();
        assertThat(point.ended).isFalse();
        assertThat(header.time).isGreaterThanOrEqualTo(point.last).isGreaterThan(point.watermark);
        point.last = header.time;
        if (now != Long.MIN_VALUE) {
            points.stream().filter(p -> !p.ended && p.watermark != Long.MIN_VALUE)
                    .forEach(p -> farthestBehind = Math.max(farthestBehind, header.time - p.watermark));
        }
        now = header.time;
        headers++;
        calls.add("header " + index + " @" + header.time + " #" + header.seq);
    }

    @Override
    public void watermark(int index, long time) {
        Point point = points.get(index);
        assertThat(point.ended).isFalse();
        assertThat(time).isGreaterThan(point.watermark);
        point.watermark = time;
        watermarks++;
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        assertThat(points.get(index).observed).isTrue();
        assertThat(points.get(index).ended).isFalse();
        assertThat(from).isLessThanOrEqualTo(to);
        assertThat(packets).isPositive();
        calls.add("lost " + index + " @" + from + "-" + to + " " + packets);
    }

    @Override
    public void ended(int index, long lastTime) {
        Point point = points.get(index);
        assertThat(point.ended).isFalse();
        assertThat(lastTime).isGreaterThanOrEqualTo(point.last);
        point.ended = true;
        calls.add("ended " + index + (lastTime == Long.MIN_VALUE ? "" : " @" + lastTime));
    }

    boolean allEnded() {
        return points.stream().allMatch(point -> point.ended);
    }
}
