package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.HeadersBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** One observation point's headers on their way into records: gathered by flow until the span ends, then sent in the order of their first headers. */
final class PointPublisher {
    /** A flow's Community ID costs a hash: kept while the flow talks, for at most this many flows. */
    private static final int MAX_KNOWN_FLOWS = 200_000;

    /** Where the records of a flow go, and under what key. */
    private record Route(byte[] key, int partition) {}

    /** Sends one record. */
    interface Sender {
        void send(byte[] key, int partition, HeadersBatch batch);
    }

    private final Sender sender;
    private final PublishSettings settings;
    private final int partitions;
    private final long[] sequences;
    private final HeadersBatch heartbeat = new HeadersBatch();
    private final Map<FlowKey, Route> routes = new HashMap<>();
    private final Map<FlowKey, HeadersBatch> open = new HashMap<>();
    private final List<HeadersBatch> inOrder = new ArrayList<>();
    private final ArrayDeque<HeadersBatch> spare = new ArrayDeque<>();
    private long spanEnd = Long.MIN_VALUE;

    PointPublisher(Sender sender, PublishSettings settings, int partitions, String gateway, String iface, boolean firewallLog, long session) {
        this.sender = sender;
        this.settings = settings;
        this.partitions = partitions;
        this.sequences = new long[partitions];
        heartbeat.gateway = gateway;
        heartbeat.iface = iface;
        heartbeat.firewallLog = firewallLog;
        heartbeat.session = session;
    }

    /** Tells every partition that the point is there: of a point that ended in an earlier session, that it goes on. */
    void begin() {
        heartbeatToAll();
    }

    void observedFrom(long time) {
        heartbeat.observedFrom = time;
    }

    void header(PacketHeader header) {
        FlowKey flow = FlowKey.of(header);
        HeadersBatch batch = open.get(flow);
        if (batch == null) {
            batch = spare.isEmpty() ? new HeadersBatch() : spare.poll();
            batch.clearHeaders();
            batch.flow = flow;
            open.put(flow, batch);
            inOrder.add(batch);
        }
        batch.add().copyFrom(header);
        if (batch.count() >= settings.maxHeaders()) {
            send(batch);
            batch.clearHeaders();
        }
    }

    void watermark(long time) {
        if (time < spanEnd) {
            return;
        }
        flush();
        spanEnd = Math.addExact(time, settings.span().toNanos());
        heartbeat.watermark = time;
        heartbeatToAll();
    }

    void lost(long from, long to, long packets) {
        flush();
        heartbeat.lostPackets += packets;
        heartbeat.lostFrom = from;
        heartbeat.lostTo = to;
        heartbeatToAll();
        heartbeat.lostFrom = HeadersBatch.NONE;
        heartbeat.lostTo = HeadersBatch.NONE;
    }

    void ended(long lastTime) {
        flush();
        heartbeat.ended = true;
        heartbeat.endedAt = lastTime;
        if (lastTime != HeadersBatch.NONE) {
            heartbeat.watermark = Math.max(heartbeat.watermark, lastTime);
        }
        heartbeatToAll();
    }

    private void heartbeatToAll() {
        for (int partition = 0; partition < partitions; partition++) {
            heartbeat.sequence = sequences[partition]++;
            sender.send(null, partition, heartbeat);
        }
    }

    private void flush() {
        for (HeadersBatch batch : inOrder) {
            if (batch.count() > 0) {
                send(batch);
            }
            open.remove(batch.flow);
            spare.add(batch);
        }
        inOrder.clear();
    }

    private void send(HeadersBatch batch) {
        Route route = routes.get(batch.flow);
        if (route == null) {
            if (routes.size() >= MAX_KNOWN_FLOWS) {
                routes.clear();
            }
            byte[] key = batch.flow.recordKey();
            route = new Route(key, BuiltInPartitioner.partitionForKey(key, partitions));
            routes.put(batch.flow, route);
        }
        batch.gateway = heartbeat.gateway;
        batch.iface = heartbeat.iface;
        batch.firewallLog = heartbeat.firewallLog;
        batch.session = heartbeat.session;
        batch.sequence = sequences[route.partition]++;
        batch.watermark = heartbeat.watermark;
        batch.observedFrom = heartbeat.observedFrom;
        batch.lostPackets = heartbeat.lostPackets;
        batch.communityId = route.key;
        sender.send(route.key, route.partition, batch);
    }
}
