package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.CommunityIds;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.Bundle;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.HeadersWriter;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * One observation point's headers on their way into records. Each is written in its final form as it comes, and gathered until the span ends; then they are sent,
 * flow by flow, in an order of the flows that is any: a record for each, or many in a record. Nothing is allocated per header: a record is an array for its value,
 * and one for its key where it has one, which the producer copies.
 *
 * <p>Two threads share the work: who has the headers writes and gathers them; spans that have ended, and what the point tells besides, are sent by another one,
 * in their order. A point that has two spans unsent waits.
 */
final class PointPublisher {
    /** Sends one record; {@code key} is null for a heartbeat, and for bundles. */
    interface Sender {
        void send(byte[] key, int partition, byte[] value);
    }

    /** Headers whose places in memory are asked for at once. */
    private static final int AHEAD = 32;
    /** Bytes of flows after which a bundle is sent: some three hundred headers, with which what a record costs does not show, and which whoever reads it has in its cache. */
    private static final int FULL_BUNDLE = 16 * 1024;

    private final PublishSettings settings;
    private final Executor sending;
    /** Makes room for what is gathered. */
    private final Runnable full;
    private final HeadersWriter headerWriter;
    private final FlowTuple headerFlow = new FlowTuple();
    private SpanHeaders gathered;
    /** The span that is not gathered into, unless it is being sent. */
    private final BlockingQueue<SpanHeaders> spare = new ArrayBlockingQueue<>(1);
    private long spanEnd = Long.MIN_VALUE;
    private long spanBegin;
    /** Headers that came since then. */
    private long spanHeaders;

    // Of the thread that sends.
    private final Sender sender;
    private final int partitions;
    private final long[] sequences;
    private final HeadersBatch point = new HeadersBatch();
    private final HeadersWriter writer;
    private final FlowTuple flow = new FlowTuple();
    private final CommunityIds communityIds = new CommunityIds();
    /** Those of one record, or of one flow in it. */
    private final long[] places;
    /** By partition, or null where each flow has a record of its own. Empty but while a span is sent. */
    private final Bundle[] bundles;
    /** Of the flow that goes into a bundle. */
    private final byte[] communityId = new byte[CommunityIds.LENGTH];

    /**
     * A point that has told nothing yet.
     *
     * @param codec makes writers
     * @param bundles of all points, by partition; null for records of one flow
     * @param sending runs what is to be sent, one after the other
     * @param full called when {@code blocks} has no room: must make some, by {@link #endEarly} and by waiting
     */
    PointPublisher(Sender sender, PublishSettings settings, int partitions, String gateway, String iface, boolean firewallLog, long session, HeadersCodec codec,
            Blocks blocks, Bundle[] bundles, Executor sending, Runnable full) {
        this.sender = sender;
        this.settings = settings;
        this.partitions = partitions;
        this.sequences = new long[partitions];
        this.headerWriter = codec.writer();
        this.writer = codec.writer();
        this.sending = sending;
        this.full = full;
        this.gathered = new SpanHeaders(blocks);
        spare.add(new SpanHeaders(blocks));
        this.places = new long[settings.maxHeaders()];
        this.bundles = bundles;
        point.gateway = gateway;
        point.iface = iface;
        point.firewallLog = firewallLog;
        point.session = session;
        writer.point(point);
        writer.progress(point);
    }

    /** Tells every partition that the point is there: of a point that ended in an earlier session, that it goes on. Nothing may be on its way to be sent. */
    void begin() {
        heartbeatToAll();
    }

    void observedFrom(long time) {
        sending.execute(() -> {
            point.observedFrom = time;
            writer.progress(point);
        });
    }

    void header(PacketHeader header) {
        int room = HeadersWriter.room(header);
        while (gathered.isFull(room)) {
            full.run();
        }
        headerFlow.set(header);
        int from = gathered.begin(headerFlow, room);
        gathered.end(headerWriter.header(header, headerFlow.fromLow, gathered.array(), from));
        spanHeaders++;
    }

    void watermark(long time) {
        if (time < spanEnd) {
            return;
        }
        spanEnd = Math.addExact(time, (wasBusy(time) ? settings.busySpan() : settings.span()).toNanos());
        spanBegin = time;
        spanHeaders = 0;
        sendGathered(() -> {
            point.watermark = time;
            heartbeatToAll();
        });
    }

    private boolean wasBusy(long time) {
        return spanEnd != Long.MIN_VALUE && spanHeaders * 1e9 >= (double) settings.busyRate() * (time - spanBegin);
    }

    void lost(long from, long to, long packets) {
        sendGathered(() -> {
            point.lostPackets += packets;
            point.lostFrom = from;
            point.lostTo = to;
            heartbeatToAll();
            point.lostFrom = HeadersBatch.NONE;
            point.lostTo = HeadersBatch.NONE;
            writer.progress(point);
        });
    }

    void ended(long lastTime) {
        sendGathered(() -> {
            point.ended = true;
            point.endedAt = lastTime;
            if (lastTime != HeadersBatch.NONE) {
                point.watermark = Math.max(point.watermark, lastTime);
            }
            heartbeatToAll();
        });
    }

    /** Has all that is gathered sent, since there is no room for more; the span ends with the next watermark. */
    void endEarly() {
        sendGathered(() -> { });
        spanEnd = Math.min(spanEnd, spanBegin);
    }

    /** Has all that is gathered sent, and then something told; gathers on in the other span, once that is sent. */
    private void sendGathered(Runnable then) {
        SpanHeaders span = gathered;
        try {
            gathered = spare.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishException("interrupted while headers wait to be published", e);
        }
        sending.execute(() -> {
            try {
                flush(span);
                then.run();
            } finally {
                span.clear();
                spare.add(span);
            }
        });
    }

    private void heartbeatToAll() {
        writer.progress(point);
        for (int partition = 0; partition < partitions; partition++) {
            if (bundles != null) {
                sendBundle(partition);
                continue;
            }
            writer.begin(sequences[partition]++);
            sender.send(null, partition, writer.endHeartbeat());
        }
    }

    /** Sends a span, flow by flow. */
    private void flush(SpanHeaders span) {
        span.sort();
        int count = span.count();
        int touched = 0;
        int from = 0;
        while (from < count) {
            if (from >= touched) {
                touched = Math.min(count, from + AHEAD);
                span.touch(from, touched);
            }
            int to = from + 1;
            while (to < count && span.isSameHash(from, to)) {
                to++;
            }
            sendFlows(span, from, to);
            from = to;
        }
        if (bundles != null) {
            for (int partition = 0; partition < partitions; partition++) {
                if (bundles[partition].flows() > 0) {
                    sendBundle(partition);
                }
            }
        }
    }

    /** Sends headers whose flows have one hash, and are therefore nearly always one. */
    private void sendFlows(SpanHeaders span, int from, int end) {
        int to = end;
        while (from < to) {
            long first = span.place(from);
            int others = from;
            int count = 0;
            for (int i = from; i < to; i++) {
                long place = span.place(i);
                if (!span.isSameFlow(place, first)) {
                    span.place(others++, place);
                    continue;
                }
                if (count == places.length) {
                    send(span, count);
                    count = 0;
                }
                places[count++] = place;
            }
            send(span, count);
            to = others;
        }
    }

    private void send(SpanHeaders span, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += span.length(places[i]);
        }
        span.flow(places[0], flow);
        if (bundles != null) {
            bundle(span, count, length);
            return;
        }
        byte[] key = new byte[CommunityIds.LENGTH];
        communityIds.put(flow, key, 0);
        int partition = BuiltInPartitioner.partitionForKey(key, partitions);
        writer.begin(sequences[partition]++);
        writer.flow(key, flow.ipv6, flow.protocol, flow.lowHigh, flow.lowLow, flow.highHigh, flow.highLow, flow.lowPort, flow.highPort);
        byte[] value = writer.end(count, length);
        int at = value.length - 1 - length;
        for (int i = 0; i < count; i++) {
            at = span.copy(places[i], value, at);
        }
        sender.send(key, partition, value);
    }

    private void bundle(SpanHeaders span, int count, int length) {
        communityIds.put(flow, communityId, 0);
        int partition = BuiltInPartitioner.partitionForKey(communityId, partitions);
        Bundle bundle = bundles[partition];
        int at = bundle.flow(flow.ipv6, flow.protocol, flow.lowHigh, flow.lowLow, flow.highHigh, flow.highLow, flow.lowPort, flow.highPort, count, length);
        for (int i = 0; i < count; i++) {
            at = span.copy(places[i], bundle.array(), at);
        }
        if (bundle.length() >= FULL_BUNDLE) {
            sendBundle(partition);
        }
    }

    /** Sends what is in a partition's bundle: a heartbeat, if that is nothing. */
    private void sendBundle(int partition) {
        writer.begin(sequences[partition]++);
        sender.send(null, partition, writer.end(bundles[partition]));
        bundles[partition].clear();
    }
}
