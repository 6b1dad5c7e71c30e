package io.crossgate.app.command;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.HashSet;
import java.util.Set;

/** Passes everything on, as if one gateway's clock were wrong by so much. */
final class WrongClock implements HeaderSink {
    private final String gateway;
    private final long nanos;
    private final HeaderSink next;
    private final Set<Integer> wrong = new HashSet<>();
    private final PacketHeader shifted = new PacketHeader();

    WrongClock(String gateway, long nanos, HeaderSink next) {
        this.gateway = gateway;
        this.nanos = nanos;
        this.next = next;
    }

    private long shift(int index, long time) {
        return wrong.contains(index) && time != Long.MIN_VALUE && time != Long.MAX_VALUE ? time + nanos : time;
    }

    @Override
    public void point(int index, String name, String iface, boolean firewallLog) {
        if (name.equals(gateway)) {
            wrong.add(index);
        }
        next.point(index, name, iface, firewallLog);
    }

    @Override
    public void observedFrom(int index, long time) {
        next.observedFrom(index, shift(index, time));
    }

    @Override
    public void header(int index, PacketHeader header) {
        shifted.copyFrom(header);
        shifted.time = shift(index, header.time);
        next.header(index, shifted);
    }

    @Override
    public void watermark(int index, long time) {
        next.watermark(index, shift(index, time));
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        next.lost(index, shift(index, from), shift(index, to), packets);
    }

    @Override
    public void ended(int index, long lastTime) {
        next.ended(index, shift(index, lastTime));
    }
}
