package io.crossgate.streams;

import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.FlowEvents;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.HeaderBatch;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.StateIo;
import io.crossgate.detect.StateWriter;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import io.crossgate.streams.records.EventRecords;
import io.crossgate.streams.state.KeyPrefix;
import io.crossgate.streams.state.SnapshotStore;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage 1: one partition of headers through a {@link FlowDetector}; events, tallies and the partition's own watermark out.
 *
 * <p>Headers are gathered over many records, as the detector takes many at a time for much less, and decided together: when there are many, when the topic has no
 * more just now, when some time has passed, before anything is told to the detector but headers and watermarks, and before a commit. What is decided is what record by
 * record would be.
 */
final class FlowDetectorProcessor implements Processor<byte[], byte[], byte[], byte[]>, FlowEvents {
    private static final Logger LOG = LoggerFactory.getLogger(FlowDetectorProcessor.class);
    /** Detection's tallies come in buckets of this length: between two of its multiples a watermark says nothing new downstream. Nanoseconds. */
    private static final long WATERMARK_STEP = 100_000_000;
    private static final Duration CLOCK = Duration.ofSeconds(1);
    /** Headers that wait to be decided together, at most, all partitions together: a few seconds of event time of all points at a million a second. */
    private static final int MOST_HEADERS = 1 << 20;
    /** The part of the heap that these may take. */
    private static final int HEAP_SHARE = 10;
    private static final int FEWEST_HEADERS = 1 << 10;
    /** So many are decided as soon as every point has told on: then nothing of them has to wait in the detector. */
    private static final int MANY_HEADERS = 1 << 16;
    /** How long headers wait for more while the topic has more, about. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** Bytes of tallies that are a record: producers and brokers take up to 1 MiB, and a tally has at most some kilobytes. */
    private static final int FULL_RECORD = 64 * 1024;
    /** A task that took no record for this long has nothing left to read: silence is then measured against the wall clock. Milliseconds. */
    private static final long IDLE_MS = 1_000;
    private static final byte STATE_DETECTOR = 'D';
    private static final byte STATE_PROGRESS = 'P';

    private final StreamsSettings settings;
    private final Supplier<Set<ObservationPoint>> registered;
    private final DetectionProgress progress;
    private final HeadersCodec headersCodec;
    private final HeadersCodec bundlesCodec;
    private final RecordCodec<OrphanedSynAckRecord> orphanCodec;
    private final RecordCodec<InvalidDropRecord> dropCodec;
    private final RecordCodec<FlowRecord> flowCodec;
    private final HeadersBatch batch = new HeadersBatch();
    private final FlowTuple key = new FlowTuple();
    /** Headers that the detector has not been handed yet. */
    private final HeaderBatch headers;
    /** True if the detector was told of watermarks that it has not decided by. */
    private boolean undecided;
    /** The lowest watermark when the detector decided last. */
    private long decidedBy;

    private final CommitPace pace = new CommitPace();

    private ProcessorContext<byte[], byte[]> context;
    private FlowDetector detector;
    private RecordCounters counters;
    private Map<ObservationPoint, PointProgress> points;
    /** The point of the last record: records come in runs of one point. */
    private PointProgress last;
    private Set<ObservationPoint> declared;
    private boolean progressChanged;
    private int upstream;
    private long tallySequence;
    /** By partition, what incident detectors have not been told yet; between two decisions there is nothing. */
    private TallyRecord.Writer[] tallies;
    private long toldUpTo;
    private long recordTime;
    private long latestRecord;
    private long lastWork;

    FlowDetectorProcessor(StreamsSettings settings, Codecs codecs, Supplier<Set<ObservationPoint>> registered, DetectionProgress progress) {
        this.settings = settings;
        this.registered = registered;
        this.progress = progress;
        this.headersCodec = codecs.headers(false);
        this.bundlesCodec = codecs.headers(true);
        this.orphanCodec = codecs.orphans();
        this.dropCodec = codecs.drops();
        this.flowCodec = codecs.flows();
        long room = Math.min(MOST_HEADERS, Runtime.getRuntime().maxMemory() / HEAP_SHARE / HeaderBatch.HEADER_BYTES) / settings.partitions();
        this.headers = new HeaderBatch((int) Math.max(FEWEST_HEADERS, room));
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        upstream = context.taskId().partition();
        detector = new FlowDetector(settings.detect(), this);
        detector.keepChanges();
        headers.clear();
        undecided = false;
        decidedBy = Long.MIN_VALUE;
        counters = progress.counters(upstream, detector.counters());
        points = new HashMap<>();
        last = null;
        declared = Set.of();
        tallySequence = 0;
        tallies = IntStream.range(0, settings.partitions()).mapToObj(partition -> new TallyRecord.Writer(upstream)).toArray(TallyRecord.Writer[]::new);
        toldUpTo = Long.MIN_VALUE;
        latestRecord = Long.MIN_VALUE;
        lastWork = context.currentSystemTimeMs();
        SnapshotStore store = context.getStateStore(CrossgateTopology.FLOW_STATE);
        byte[][] own = new byte[1][];
        store.attach((key, value) -> {
            if (key[0] == STATE_PROGRESS) {
                own[0] = value;
            } else {
                detector.restore(KeyPrefix.strip(key), value);
            }
        }, this::writeChanges);
        if (own[0] != null) {
            StateIo.read(own[0], this::readProgress);
        }
        declareKnown();
        pace.start(context);
        context.schedule(PATIENCE, PunctuationType.WALL_CLOCK_TIME, now -> decide());
        if (!settings.silenceLimit().isZero()) {
            context.schedule(CLOCK, PunctuationType.WALL_CLOCK_TIME, this::findSilent);
        }
    }

    private void declareKnown() {
        Set<ObservationPoint> known = registered.get();
        if (known == declared) {
            return;
        }
        declared = known;
        for (PointProgress point : points.values()) {
            if (point.registered && !known.contains(point.name)) {
                point.registered = false;
                withdraw(point, true);
            }
        }
        List<ObservationPoint> all = new ArrayList<>(known);
        settings.expected().stream().filter(expected -> points.keySet().stream().noneMatch(p -> sameName(p, expected))
                && known.stream().noneMatch(p -> sameName(p, expected))).forEach(all::add);
        all.sort(null);
        for (ObservationPoint name : all) {
            PointProgress point = point(name);
            point.registered |= known.contains(name);
            withdraw(point, false);
        }
    }

    private static boolean sameName(ObservationPoint a, ObservationPoint b) {
        return a.gateway().equals(b.gateway()) && a.iface().equals(b.iface());
    }

    private void withdraw(PointProgress point, boolean withdrawn) {
        if (point.withdrawn != withdrawn) {
            point.withdrawn = withdrawn;
            settled().withdrawn(point.index, withdrawn);
            progressChanged = true;
        }
    }

    private PointProgress point(ObservationPoint name) {
        PointProgress point = points.get(name);
        if (point == null) {
            // Expected as a capture, and now seen to be a firewall's log, or the other way round.
            points.values().stream().filter(other -> sameName(other.name, name)).forEach(other -> withdraw(other, true));
            point = new PointProgress(name, settled().point(name));
            points.put(name, point);
            progressChanged = true;
        }
        return point;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        lastWork = context.currentSystemTimeMs();
        Gathered gathered = Gathered.in(record.headers());
        if (gathered == null) {
            RecordMetadata from = context.recordMetadata().orElseThrow();
            process(new ConsumerRecord<>(from.topic(), from.partition(), from.offset(), record.timestamp(), TimestampType.CREATE_TIME, 0, 0, record.key(),
                    record.value() == null ? null : ByteBuffer.wrap(record.value()), record.headers(), Optional.empty()));
            decide();
            return;
        }
        for (ConsumerRecord<byte[], ByteBuffer> each : gathered.records()) {
            process(each);
        }
        if (gathered.last()) {
            decide();
        }
    }

    private void process(ConsumerRecord<byte[], ByteBuffer> record) {
        recordTime = record.timestamp();
        latestRecord = Math.max(latestRecord, recordTime);
        try {
            decode(record.topic().equals(Topics.HEADER_BUNDLES.name()) ? bundlesCodec : headersCodec, record.value());
        } catch (WireException e) {
            counters.deadLetters++;
            context.forward(deadLetter(record, e.getMessage()), CrossgateTopology.DEAD_LETTERS_SINK);
            return;
        }
        declareKnown();
        if (last == null || !last.isOf(batch)) {
            last = point(new ObservationPoint(batch.gateway, batch.iface, batch.firewallLog));
        }
        PointProgress point = last;
        hear(point);
        switch (point.admit(batch, this::settled)) {
            case REPEATED -> counters.repeated++;
            case STALE -> counters.stale++;
            case NEW -> take(point);
        }
    }

    private void decode(HeadersCodec codec, ByteBuffer value) {
        if (value == null) {
            codec.decode(null, batch);
        } else {
            codec.decode(value.array(), value.arrayOffset() + value.position(), value.remaining(), batch);
        }
    }

    private void take(PointProgress point) {
        progressChanged = true;
        counters.records++;
        pace.took(batch.count());
        gather(point);
        boolean lost = batch.lostFrom != HeadersBatch.NONE && batch.lostTo != HeadersBatch.NONE;
        boolean ends = batch.ended && !point.ended;
        if (lost || ends) {
            decide();
        }
        if (lost) {
            detector.lost(point.index, batch.lostFrom, batch.lostTo);
        }
        if (point.advance(batch)) {
            detector.watermark(point.index, batch.watermark);
            undecided = true;
            if (headers.count() >= MANY_HEADERS && lowestWatermark() > decidedBy) {
                decide();
            }
        }
        if (ends) {
            point.ended = true;
            detector.ended(point.index, batch.endedAt);
            undecided = true;
            decide();
        }
    }

    /** What every point that is waited for has told. */
    private long lowestWatermark() {
        long lowest = FlowDetector.END;
        for (PointProgress point : points.values()) {
            lowest = Math.min(lowest, point.waitedForUntil());
        }
        return lowest;
    }

    private void gather(PointProgress point) {
        int count = batch.count();
        if (count == 0) {
            return;
        }
        FlowKey flow = null;
        int hash = 0;
        for (int i = 0; i < count; i++) {
            if (batch.flow(i) != flow) {
                flow = batch.flow(i);
                key.set(flow);
                hash = key.hash();
            }
            PacketHeader header = batch.header(i);
            // One that comes too late is late by what was known when it came.
            if (headers.isFull() || undecided && point.hasPassed(header.time)) {
                decide();
            }
            key.fromLow = flow.isFromLow(header);
            headers.add(point.index, key, hash, header);
        }
    }

    /** The detector, once all so far is decided: for what is to hold only for what comes now. */
    private FlowDetector settled() {
        decide();
        return detector;
    }

    /** Decides on the headers so far all that the watermarks so far allow. */
    private void decide() {
        if (headers.count() == 0 && !undecided) {
            return;
        }
        undecided = false;
        decidedBy = lowestWatermark();
        detector.advance(headers);
        headers.clear();
        long decided = detector.decidedUpTo();
        boolean ends = decided == FlowDetector.END;
        boolean ended = toldUpTo == FlowDetector.END;
        if (ends != ended || !ends && Math.floorDiv(decided, WATERMARK_STEP) > Math.floorDiv(toldUpTo, WATERMARK_STEP)) {
            toldUpTo = decided;
            progressChanged = true;
            for (TallyRecord.Writer each : tallies) {
                each.watermark(decided);
            }
        }
        for (int partition = 0; partition < tallies.length; partition++) {
            forwardTallies(partition);
        }
        if (ends && !ended) {
            pace.ended();
        }
    }

    private void hear(PointProgress point) {
        point.heardAt = Math.max(point.heardAt, recordTime);
        withdraw(point, false);
        if (point.silent) {
            LOG.warn("{} tells again what it sees (partition {})", point.name, upstream);
            point.silent = false;
            settled().silent(point.index, false);
        }
    }

    private void findSilent(long now) {
        declareKnown();
        long reached = now - lastWork > IDLE_MS ? now : latestRecord;
        for (PointProgress point : points.values()) {
            if (point.heardAt == Long.MIN_VALUE) {
                point.heardAt = reached;
            }
            if (!point.ended && !point.silent && !point.withdrawn && reached - point.heardAt > settings.silenceLimit().toMillis()) {
                point.silent = true;
                LOG.warn("{} has told nothing for {} s: decisions go on without it, and where they needed it are UNDETERMINED (partition {})", point.name,
                        settings.silenceLimit().toSeconds(), upstream);
                settled().silent(point.index, true);
                counters.silences++;
                undecided = true;
            }
        }
        decide();
    }

    @Override
    public void orphanedSynAck(OrphanedSynAck event) {
        counters.orphans++;
        forward(utf8(event.communityId()), orphanCodec.encode(EventRecords.toRecord(event)), CrossgateTopology.ORPHANS_SINK);
    }

    @Override
    public void invalidDrop(InvalidDrop event, boolean stray) {
        counters.drops++;
        forward(utf8(event.communityId()), dropCodec.encode(EventRecords.toRecord(event)), CrossgateTopology.DROPS_SINK);
    }

    @Override
    public void flow(FlowSummary event) {
        forward(utf8(event.communityId()), flowCodec.encode(EventRecords.toRecord(event)), CrossgateTopology.FLOWS_SINK);
    }

    @Override
    public void tally(Tally tally) {
        int partition = TallyRecord.partition(tally.server(), tallies.length);
        tallies[partition].tally(++tallySequence, tally);
        if (tallies[partition].size() >= FULL_RECORD) {
            forwardTallies(partition);
        }
        progressChanged = true;
    }

    private void forwardTallies(int partition) {
        if (tallies[partition].size() > 0) {
            forward(TallyRecord.key(partition), tallies[partition].take(), CrossgateTopology.TALLIES_SINK);
        }
    }

    private void forward(byte[] key, byte[] value, String sink) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs()), sink);
    }

    private static Record<byte[], byte[]> deadLetter(ConsumerRecord<byte[], ByteBuffer> record, String reason) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        headers.add("reason", utf8(reason));
        headers.add("topic", utf8(record.topic()));
        headers.add("partition", utf8(String.valueOf(record.partition())));
        headers.add("offset", utf8(String.valueOf(record.offset())));
        return new Record<>(record.key(), Utils.toNullableArray(record.value()), Math.max(0, record.timestamp()), headers); // a client need not have set one
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void writeChanges(StateWriter out) {
        decide();
        pace.committed();
        if (settings.once() && toldUpTo == FlowDetector.END) {
            return;
        }
        if (progressChanged) {
            progressChanged = false;
            out.put(new byte[] {STATE_PROGRESS}, StateIo.bytes(this::writeProgress));
        }
        detector.writeChanges(KeyPrefix.under(STATE_DETECTOR, out));
    }

    private void writeProgress(DataOutput out) throws IOException {
        out.writeLong(tallySequence);
        out.writeLong(toldUpTo);
        out.writeInt(points.size());
        for (PointProgress point : points.values()) {
            point.write(out);
        }
    }

    private Void readProgress(DataInput in) throws IOException {
        tallySequence = in.readLong();
        toldUpTo = in.readLong();
        for (int n = in.readInt(); n > 0; n--) {
            PointProgress point = PointProgress.read(in, detector);
            points.put(point.name, point);
        }
        return null;
    }
}
