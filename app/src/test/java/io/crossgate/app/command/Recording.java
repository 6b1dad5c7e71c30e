package io.crossgate.app.command;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** What a capture run told, kept, to be told again in other orders. */
final class Recording implements HeaderSink {
    /** Calls that one stream makes at most before another may have its turn; short turns are as likely as long ones. */
    private static final double LONGEST_TURN = 3_000;

    private final List<Consumer<HeaderSink>> declarations = new ArrayList<>();
    private final List<String> gateways = new ArrayList<>();
    private final List<Consumer<HeaderSink>> inOrder = new ArrayList<>();
    private final List<Integer> points = new ArrayList<>();

    private void add(int index, Consumer<HeaderSink> call) {
        points.add(index);
        inOrder.add(call);
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        declarations.add(sink -> sink.point(index, gateway, iface, firewallLog));
        gateways.add(gateway);
    }

    @Override
    public void observedFrom(int index, long time) {
        add(index, sink -> sink.observedFrom(index, time));
    }

    @Override
    public void header(int index, PacketHeader header) {
        PacketHeader copy = new PacketHeader();
        copy.copyFrom(header);
        add(index, sink -> sink.header(index, copy));
    }

    @Override
    public void watermark(int index, long time) {
        add(index, sink -> sink.watermark(index, time));
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        add(index, sink -> sink.lost(index, from, to, packets));
    }

    @Override
    public void ended(int index, long lastTime) {
        add(index, sink -> sink.ended(index, lastTime));
    }

    /** One whole gateway after the other. */
    void replay(HeaderSink sink, List<String> order) {
        Map<Object, List<Consumer<HeaderSink>>> streams = streams(true);
        declarations.forEach(call -> call.accept(sink));
        for (String gateway : order) {
            streams.remove(gateway).forEach(call -> call.accept(sink));
        }
        if (!streams.isEmpty()) {
            throw new IllegalArgumentException("not replayed: " + streams.keySet());
        }
    }

    /** All streams, each in its own order, in turns of random length. A stream is a gateway or, finer, one observation point. */
    void replay(HeaderSink sink, boolean byGateway, Random random) {
        List<Iterator<Consumer<HeaderSink>>> left = new ArrayList<>();
        streams(byGateway).values().forEach(calls -> left.add(calls.iterator()));
        declarations.forEach(call -> call.accept(sink));
        while (!left.isEmpty()) {
            Iterator<Consumer<HeaderSink>> stream = left.get(random.nextInt(left.size()));
            for (int turn = (int) Math.pow(LONGEST_TURN, random.nextDouble()); turn > 0 && stream.hasNext(); turn--) {
                stream.next().accept(sink);
            }
            if (!stream.hasNext()) {
                left.remove(stream);
            }
        }
    }

    private Map<Object, List<Consumer<HeaderSink>>> streams(boolean byGateway) {
        Map<Object, List<Consumer<HeaderSink>>> streams = new LinkedHashMap<>();
        for (int i = 0; i < inOrder.size(); i++) {
            int point = points.get(i);
            streams.computeIfAbsent(byGateway ? gateways.get(point) : point, s -> new ArrayList<>()).add(inOrder.get(i));
        }
        return streams;
    }
}
