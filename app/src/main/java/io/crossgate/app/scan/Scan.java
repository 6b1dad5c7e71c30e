package io.crossgate.app.scan;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
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
    /** Event time between decisions, nanoseconds: deciding is cheaper in larger steps, and comes to the same. */
    private static final long STEP = 200_000_000;
    private static final int MAX_SHARDS = 8;
    private static final long NONE = Long.MIN_VALUE;

    private final SecondStage second;
    private final Shard[] shards;
    private final FlowTuple key = new FlowTuple();
    /** Of each observation point, the time of the next watermark that is worth telling. */
    private long[] nextStep = {};
    /** Of each observation point, the watermark that is told before the next header; {@link #NONE} if none is. */
    private long[] waiting = {};
    private boolean anyWaiting;
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
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(i, settings.withMaxFlows(Math.max(1, settings.maxFlows() / count)), second);
        }
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        if (index >= waiting.length) {
            int old = waiting.length;
            waiting = Arrays.copyOf(waiting, index + 1);
            nextStep = Arrays.copyOf(nextStep, index + 1);
            points = Arrays.copyOf(points, index + 1);
            Arrays.fill(waiting, old, index + 1, NONE);
            Arrays.fill(nextStep, old, index + 1, NONE);
        }
        ObservationPoint point = new ObservationPoint(gateway, iface, firewallLog);
        points[index] = numbers.computeIfAbsent(point, p -> numbers.size());
        for (Shard shard : shards) {
            shard.tell(detector -> detector.point(point));
        }
    }

    @Override
    public void observedFrom(int index, long time) {
        int point = points[index];
        tellAll(detector -> detector.observedFrom(point, time));
    }

    @Override
    public void header(int index, PacketHeader header) {
        if (anyWaiting) {
            tellWatermarks();
        }
        key.set(header);
        int hash = key.hash();
        shards[(int) ((hash & 0xffff_ffffL) * shards.length >>> 32)].header(points[index], key, hash, header);
    }

    @Override
    public void watermark(int index, long time) {
        if (time >= nextStep[index]) {
            nextStep[index] = time + STEP;
            waiting[index] = time;
            anyWaiting = true;
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
        advance();
    }

    private void tellAll(Consumer<FlowDetector> fact) {
        tellWatermarks();
        for (Shard shard : shards) {
            shard.tell(fact);
        }
    }

    /** The points' watermarks mostly come together: told together, they are decided upon once. */
    private void tellWatermarks() {
        if (!anyWaiting) {
            return;
        }
        anyWaiting = false;
        for (int index = 0; index < waiting.length; index++) {
            if (waiting[index] != NONE) {
                long time = waiting[index];
                waiting[index] = NONE;
                int point = points[index];
                for (Shard shard : shards) {
                    shard.tell(detector -> detector.watermark(point, time));
                }
            }
        }
        advance();
    }

    private void advance() {
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
        tellWatermarks();
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
