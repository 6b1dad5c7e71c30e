package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.CommunityIds;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersWriter;
import java.util.Arrays;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * One observation point's headers on their way into records. Each is written in its final form as it comes, and gathered with those of its flow until the span
 * ends; then they are sent, flow by flow in the order of their first headers. Nothing is allocated per header: a record is an array for its key and one for its
 * value, both of which the producer copies.
 */
final class PointPublisher {
    /** Sends one record; {@code key} is null for a heartbeat. */
    interface Sender {
        void send(byte[] key, int partition, byte[] value);
    }

    private static final int WAITING = 32;

    private final Sender sender;
    private final PublishSettings settings;
    private final int partitions;
    private final long[] sequences;
    private final HeadersBatch point = new HeadersBatch();
    private final HeadersWriter writer;
    private final Chunks chunks;
    /** Makes room in {@link #chunks}. */
    private final Runnable full;
    private FlowTable flows;
    private final FlowTuple flow = new FlowTuple();
    private final CommunityIds communityIds = new CommunityIds();
    private final byte[] communityId = new byte[CommunityIds.LENGTH];
    /** Slots of flows that have sent or gathered something in this span. */
    private int[] inOrder = new int[1024];
    private int listed;
    /** Headers that are written but not yet gathered, their flows, and where each ends. */
    private byte[] waitingBytes = new byte[WAITING * 128];
    private final long[] waitingKeys = new long[WAITING * FlowTable.KEY];
    private final int[] waitingEnds = new int[WAITING];
    private final int[] waitingSlots = new int[WAITING];
    private int waiting;
    private int waitingEnd;
    /** Of no meaning: what is read ahead must be used, or it would not be read. */
    private long touched;
    private long spanEnd = Long.MIN_VALUE;
    private long spanBegin;
    /** Headers that came since then. */
    private long spanHeaders;

    PointPublisher(Sender sender, PublishSettings settings, int partitions, String gateway, String iface, boolean firewallLog, long session, HeadersWriter writer,
            Chunks chunks, Runnable full) {
        this.sender = sender;
        this.settings = settings;
        this.partitions = partitions;
        this.sequences = new long[partitions];
        this.writer = writer;
        this.chunks = chunks;
        this.full = full;
        point.gateway = gateway;
        point.iface = iface;
        point.firewallLog = firewallLog;
        point.session = session;
        writer.point(point);
        writer.progress(point);
    }

    /**
     * Tells every partition that the point is there: of a point that ended in an earlier session, that it goes on.
     *
     * @param flowSlots places for flows, a power of two
     */
    void begin(int flowSlots) {
        flows = new FlowTable(flowSlots);
        heartbeatToAll();
    }

    void observedFrom(long time) {
        point.observedFrom = time;
        writer.progress(point);
    }

    void header(PacketHeader header) {
        int room = HeadersWriter.room(header);
        if (waiting == WAITING || waitingBytes.length - waitingEnd < room) {
            gather();
            if (waitingBytes.length < room) {
                waitingBytes = new byte[room];
            }
        }
        flow.set(header);
        FlowTable.put(flow, waitingKeys, waiting * FlowTable.KEY);
        waitingEnd = writer.header(header, flow.fromLow, waitingBytes, waitingEnd);
        waitingEnds[waiting++] = waitingEnd;
        spanHeaders++;
    }

    /** Gathers the waiting headers by flow. Their places in memory are all asked for before the first is used: one wait instead of many. */
    private void gather() {
        if (chunks.left() < WAITING + waitingEnd / Chunks.SIZE) {
            full.run();
        }
        while (flows.room() < waiting) {
            if (!flows.grow(inOrder, listed)) {
                flushGathered();
                flows.clear();
            }
        }
        for (int i = 0; i < waiting; i++) {
            waitingSlots[i] = flows.first(waitingKeys, i * FlowTable.KEY);
            touched += flows.touch(waitingSlots[i]);
        }
        int from = 0;
        for (int i = 0; i < waiting; i++) {
            int length = waitingEnds[i] - from;
            gather(flows.slot(waitingKeys, i * FlowTable.KEY, waitingSlots[i]), from, length);
            from += length;
        }
        waiting = 0;
        waitingEnd = 0;
    }

    private void gather(int slot, int from, int length) {
        if (flows.list(slot)) {
            if (listed == inOrder.length) {
                inOrder = Arrays.copyOf(inOrder, listed * 2);
            }
            inOrder[listed++] = slot;
        }
        int tail = chunks.append(flows.tail(slot), flows.bytes(slot), waitingBytes, from, length);
        if (flows.gathered(slot, chunks.first(), tail, length) >= settings.maxHeaders()) {
            send(slot);
        }
    }

    void watermark(long time) {
        gather();
        if (time < spanEnd) {
            return;
        }
        flushGathered();
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
            writer.begin(sequences[partition]++);
            sender.send(null, partition, writer.endHeartbeat());
        }
    }

    /** Sends all that is gathered, before its span ends or as it does. */
    private void flush() {
        gather();
        flushGathered();
    }

    /** Sends all that is gathered; not what waits to be. */
    void flushGathered() {
        for (int i = 0; i < listed; i++) {
            if (i % WAITING == 0) {
                touch(i, Math.min(listed, i + WAITING));
            }
            int slot = inOrder[i];
            flows.unlist(slot);
            if (flows.count(slot) > 0) {
                send(slot);
            }
        }
        listed = 0;
    }

    private void touch(int from, int to) {
        for (int i = from; i < to; i++) {
            touched += flows.touchAll(inOrder[i]);
        }
        for (int i = from; i < to; i++) {
            touched += chunks.touch(flows.head(inOrder[i]));
        }
    }

    private void send(int slot) {
        flows.get(slot, flow);
        if (!flows.isRouted(slot)) {
            communityIds.put(flow, communityId, 0);
            flows.route(slot, communityId, BuiltInPartitioner.partitionForKey(communityId, partitions));
        }
        byte[] key = flows.id(slot);
        int partition = flows.partition(slot);
        int length = flows.bytes(slot);
        writer.begin(sequences[partition]++);
        writer.flow(key, flow.ipv6, flow.protocol, flow.lowHigh, flow.lowLow, flow.highHigh, flow.highLow, flow.lowPort, flow.highPort);
        byte[] value = writer.end(flows.count(slot), length);
        chunks.drain(flows.head(slot), length, value, value.length - 1 - length);
        flows.sent(slot);
        sender.send(key, partition, value);
    }
}
