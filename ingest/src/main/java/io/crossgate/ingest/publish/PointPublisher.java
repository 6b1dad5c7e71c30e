package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.CommunityIds;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.Bundle;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersWriter;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * One observation point's headers on their way into records. Each is written in its final form as it comes, and gathered until the span ends; then they are sent,
 * flow by flow, in an order of the flows that is any: a record for each, or many in a record. Nothing is allocated per header: a record is an array for its value,
 * and one for its key where it has one, which the producer copies.
 */
final class PointPublisher {
    /** Sends one record; {@code key} is null for a heartbeat, and for bundles. */
    interface Sender {
        void send(byte[] key, int partition, byte[] value);
    }

    /** Headers whose places in memory are asked for at once. */
    private static final int AHEAD = 32;
    /** Bytes of flows after which a bundle is sent: some two hundred headers, with which what a record costs does not show, and which whoever reads it has in its cache. */
    private static final int FULL_BUNDLE = 16 * 1024;

    private final Sender sender;
    private final PublishSettings settings;
    private final int partitions;
    private final long[] sequences;
    private final HeadersBatch point = new HeadersBatch();
    private final HeadersWriter writer;
    /** Makes room for what is gathered. */
    private final Runnable full;
    private final SpanHeaders gathered;
    private final FlowTuple flow = new FlowTuple();
    private final CommunityIds communityIds = new CommunityIds();
    /** Those of one record, or of one flow in it. */
    private final long[] places;
    /** By partition, or null where each flow has a record of its own. Empty but while a span is sent. */
    private final Bundle[] bundles;
    /** Of the flow that goes into a bundle. */
    private final byte[] communityId = new byte[CommunityIds.LENGTH];

    private long spanEnd = Long.MIN_VALUE;
    private long spanBegin;
    /** Headers that came since then. */
    private long spanHeaders;

    PointPublisher(Sender sender, PublishSettings settings, int partitions, String gateway, String iface, boolean firewallLog, long session, HeadersWriter writer,
            Blocks blocks, Bundle[] bundles, Runnable full) {
        this.sender = sender;
        this.settings = settings;
        this.partitions = partitions;
        this.sequences = new long[partitions];
        this.writer = writer;
        this.full = full;
        this.gathered = new SpanHeaders(blocks);
        this.places = new long[settings.maxHeaders()];
        this.bundles = bundles;
        point.gateway = gateway;
        point.iface = iface;
        point.firewallLog = firewallLog;
        point.session = session;
        writer.point(point);
        writer.progress(point);
    }

    /** Tells every partition that the point is there: of a point that ended in an earlier session, that it goes on. */
    void begin() {
        heartbeatToAll();
    }

    void observedFrom(long time) {
        point.observedFrom = time;
        writer.progress(point);
    }

    void header(PacketHeader header) {
        int room = HeadersWriter.room(header);
        if (gathered.isFull(room)) {
            full.run();
        }
        flow.set(header);
        int from = gathered.begin(flow, room);
        gathered.end(writer.header(header, flow.fromLow, gathered.array(), from));
        spanHeaders++;
    }

    void watermark(long time) {
        if (time < spanEnd) {
            return;
        }
        flush();
        spanEnd = Math.addExact(time, (wasBusy(time) ? settings.busySpan() : settings.span()).toNanos());
        spanBegin = time;
        spanHeaders = 0;
        point.watermark = time;
        heartbeatToAll();
    }

    private boolean wasBusy(long time) {
        return spanEnd != Long.MIN_VALUE && spanHeaders * 1e9 >= (double) settings.busyRate() * (time - spanBegin);
    }

    void lost(long from, long to, long packets) {
        flush();
        point.lostPackets += packets;
        point.lostFrom = from;
        point.lostTo = to;
        heartbeatToAll();
        point.lostFrom = HeadersBatch.NONE;
        point.lostTo = HeadersBatch.NONE;
        writer.progress(point);
    }

    void ended(long lastTime) {
        flush();
        point.ended = true;
        point.endedAt = lastTime;
        if (lastTime != HeadersBatch.NONE) {
            point.watermark = Math.max(point.watermark, lastTime);
        }
        heartbeatToAll();
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

    /** Sends all that is gathered, since there is no room for more; the span ends with the next watermark. */
    void endEarly() {
        flush();
        spanEnd = Math.min(spanEnd, spanBegin);
    }

    /** Sends all that is gathered, flow by flow. */
    private void flush() {
        gathered.sort();
        int count = gathered.count();
        int touched = 0;
        int from = 0;
        while (from < count) {
            if (from >= touched) {
                touched = Math.min(count, from + AHEAD);
                gathered.touch(from, touched);
            }
            int to = from + 1;
            while (to < count && gathered.isSameHash(from, to)) {
                to++;
            }
            sendFlows(from, to);
            from = to;
        }
        gathered.clear();
        if (bundles != null) {
            for (int partition = 0; partition < partitions; partition++) {
                if (bundles[partition].flows() > 0) {
                    sendBundle(partition);
                }
            }
        }
    }

    /** Sends headers whose flows have one hash, and are therefore nearly always one. */
    private void sendFlows(int from, int end) {
        int to = end;
        while (from < to) {
            long first = gathered.place(from);
            int others = from;
            int count = 0;
            for (int i = from; i < to; i++) {
                long place = gathered.place(i);
                if (!gathered.isSameFlow(place, first)) {
                    gathered.place(others++, place);
                    continue;
                }
                if (count == places.length) {
                    send(count);
                    count = 0;
                }
                places[count++] = place;
            }
            send(count);
            to = others;
        }
    }

    private void send(int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += gathered.length(places[i]);
        }
        gathered.flow(places[0], flow);
        if (bundles != null) {
            bundle(count, length);
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
            at = gathered.copy(places[i], value, at);
        }
        sender.send(key, partition, value);
    }

    private void bundle(int count, int length) {
        communityIds.put(flow, communityId, 0);
        int partition = BuiltInPartitioner.partitionForKey(communityId, partitions);
        Bundle bundle = bundles[partition];
        int at = bundle.flow(communityId, flow.ipv6, flow.protocol, flow.lowHigh, flow.lowLow, flow.highHigh, flow.highLow, flow.lowPort, flow.highPort, count, length);
        for (int i = 0; i < count; i++) {
            at = gathered.copy(places[i], bundle.array(), at);
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
