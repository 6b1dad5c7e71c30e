package io.crossgate.app.scan;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.HeaderBatch;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Headers straight into both stages of detection: what the Kafka Streams topology does, without Kafka. Flows are dealt out by their hash to {@link Shard}s, each a
 * thread with a detector of its own, so that reading and detection share the processors; every shard is told of every observation point.
 */
public final class Scan implements HeaderSink, AutoCloseable {
    /** Event time between decisions at most, nanoseconds: deciding is cheaper in larger steps, and comes to the same. */
    private static final long STEP = 5_000_000_000L;
    /** Headers between decisions at most, all shards together: what comes of a flow between two decisions is taken at once. */
    private static final int HEADERS = 1 << 17;
    private static final int FEWEST_HEADERS = 1 << 10;
    /** The part of the heap that headers on their way may take. */
    private static final int HEAP_SHARE = 10;
    private static final int MAX_SHARDS = 8;
    private static final long NONE = Long.MIN_VALUE;

    private final SecondStage second;
    private final Shard[] shards;
    private final FlowTuple key = new FlowTuple();
    /** Of each observation point, the watermark that was not told yet; {@link #NONE} if there is none. */
    private long[] waiting = {};
    /** Event time from which on the next watermark is worth a decision. */
    private long nextStep = NONE;
    /** True if a decision is to be made before the next header: the points' watermarks mostly come together. */
    private boolean due;
    /** The detectors' number of each observation point: they number points in the order in which they are declared. */
    private final Map<ObservationPoint, Integer> numbers = new LinkedHashMap<>();
    private int[] points = {};

    /** A scan that keeps all that it finds. */
    public Scan(DetectSettings settings) {
        this(settings, new Findings());
    }

    /** A scan into {@code findings}, with as many shards as there are processors; {@code --max-flows} are shared out among them. */
    public Scan(DetectSettings settings, Findings findings) {
        this(settings, findings, Math.min(Runtime.getRuntime().availableProcessors(), MAX_SHARDS));
    }

    Scan(DetectSettings settings, Findings findings, int count) {
        second = new SecondStage(settings, count, findings);
        shards = new Shard[count];
        long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE / HeaderBatch.HEADER_BYTES / Shard.WORKS;
        int capacity = Math.max(FEWEST_HEADERS, (int) Math.min(HEADERS, room) / count);
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(i, capacity, settings.withMaxFlows(Math.max(1, settings.maxFlows() / count)), second);
        }
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        if (index >= waiting.length) {
            int old = waiting.length;
            waiting = Arrays.copyOf(waiting, index + 1);
            points = Arrays.copyOf(points, index + 1);
            Arrays.fill(waiting, old, index + 1, NONE);
        }
        ObservationPoint point = new ObservationPoint(gateway, iface, firewallLog);
        points[index] = numbers.computeIfAbsent(point, p -> numbers.size());
        tellAll(detector -> detector.point(point));
    }

    @Override
    public void observedFrom(int index, long time) {
        int point = points[index];
        tellAll(detector -> detector.observedFrom(point, time));
    }

    @Override
    public void header(int index, PacketHeader header) {
        key.set(header);
        int hash = key.hash();
        Shard shard = shards[(int) ((hash & 0xffff_ffffL) * shards.length >>> 32)];
        if (due || shard.isFull()) {
            advance();
        }
        shard.header(points[index], key, hash, header);
    }

    @Override
    public void watermark(int index, long time) {
        waiting[index] = time;
        if (time >= nextStep) {
            nextStep = time + STEP;
            due = true;
        }
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        int point = points[index];
        tellAll(detector -> detector.lost(point, from, to));
    }

    @Override
    public void ended(int index, long lastTime) {
        int point = points[index];
        tellAll(detector -> detector.ended(point, lastTime));
    }

    /** Tells of something once what came before is decided. */
    private void tellAll(Consumer<FlowDetector> fact) {
        for (Shard shard : shards) {
            shard.tell(fact);
        }
        advance();
    }

    /** Hands all so far over to the shards. */
    private void advance() {
        due = false;
        for (int index = 0; index < waiting.length; index++) {
            if (waiting[index] != NONE) {
                long time = waiting[index];
                waiting[index] = NONE;
                int point = points[index];
                nextStep = Math.max(nextStep, time + STEP);
                for (Shard shard : shards) {
                    shard.watermark(detector -> detector.watermark(point, time));
                }
            }
        }
        for (Shard shard : shards) {
            shard.advance();
        }
    }

    /** What was found; complete once every point has ended. Nothing more is taken after this. */
    public Findings findings() {
        finish();
        return second.findings();
    }

    /** What became of headers, of all shards together. Nothing more is taken after this. */
    public DetectCounters counters() {
        finish();
        DetectCounters all = new DetectCounters();
        for (Shard shard : shards) {
            all.add(shard.counters());
        }
        return all;
    }

    private void finish() {
        for (Shard shard : shards) {
            shard.finish();
        }
    }

    /** Ends the shards' threads, whatever they still had to do. */
    @Override
    public void close() {
        for (Shard shard : shards) {
            shard.close();
        }
    }
}
