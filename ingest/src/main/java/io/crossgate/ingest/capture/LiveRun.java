package io.crossgate.ingest.capture;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Captures at live interfaces of one gateway into a sink, until stopped. A thread for each interface takes packets from libpcap; one gives them to the
 * sink.
 */
public final class LiveRun implements AutoCloseable {
    private static final long STATISTICS_EVERY = Duration.ofSeconds(1).toNanos();
    private static final long WATERMARK_EVERY = Duration.ofMillis(20).toNanos();
    private static final long NAP = Duration.ofMillis(2).toNanos();
    private static final long CLOSE_SECONDS = 5;

    private final List<LiveDevice> devices = new ArrayList<>();
    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeader header = new PacketHeader();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean running;
    private volatile boolean stopping;
    private long nextStatistics;
    private long nextWatermark;

    private LiveRun() {}

    /**
     * Opens all interfaces.
     *
     * @throws CaptureException if one can't be captured; the message says what to do
     */
    public static LiveRun open(List<LiveInput> inputs) throws CaptureException {
        LiveRun run = new LiveRun();
        try {
            for (LiveInput input : inputs) {
                run.devices.add(new LiveDevice(input, Libpcap.open(input), run.devices.size()));
            }
        } catch (CaptureException | RuntimeException e) {
            run.close();
            throw e;
        }
        return run;
    }

    /** What became of every packet, by observation point. */
    public List<PointAccount> accounts() {
        return devices.stream().map(LiveDevice::account).toList();
    }

    /** Captures until {@link #stop}, or until {@code count} packets have come, if that is more than 0, or until every interface is gone. */
    public void run(HeaderSink sink, long count) {
        running = true;
        try {
            start(sink);
            long packets = 0;
            while (!stopping && (count <= 0 || packets < count) && devices.stream().anyMatch(device -> !device.ended)) {
                long given = round(sink, count <= 0 ? Long.MAX_VALUE : count - packets);
                packets += given;
                if (given == 0) {
                    LockSupport.parkNanos(NAP);
                }
            }
            finish(sink, count <= 0 ? Long.MAX_VALUE : count - packets);
        } finally {
            finished.countDown();
        }
    }

    private void start(HeaderSink sink) {
        for (LiveDevice device : devices) {
            sink.point(device.index, device.input.gateway(), device.input.iface(), device.isLog());
        }
        for (LiveDevice device : devices) {
            device.floor = now();
            sink.observedFrom(device.index, device.floor);
            device.start();
        }
        nextStatistics = now() + STATISTICS_EVERY;
    }

    /** Takes what has come; the time and the state of the threads are read before, so that they speak of packets that are then taken. */
    private long round(HeaderSink sink, long most) {
        long now = now();
        long given = 0;
        for (LiveDevice device : devices) {
            if (!device.ended) {
                boolean alive = device.isAlive();
                given += drain(device, sink, most - given);
                if (!alive && device.batch() == null) {
                    end(device, sink, device.floor);
                }
            }
        }
        if (now >= nextWatermark && given < most) {
            nextWatermark = now + WATERMARK_EVERY;
            devices.stream().filter(device -> !device.ended).forEach(device -> watermark(device, sink, device.completeTo(now)));
        }
        if (now >= nextStatistics) {
            devices.stream().filter(device -> !device.ended).forEach(device -> tellLosses(device, sink, now));
            nextStatistics = now + STATISTICS_EVERY;
        }
        return given;
    }

    private static void watermark(LiveDevice device, HeaderSink sink, long complete) {
        if (complete > device.watermark) {
            device.watermark = complete;
            device.floor = Math.max(device.floor, complete + 1);
            sink.watermark(device.index, complete);
        }
    }

    private void finish(HeaderSink sink, long most) {
        devices.forEach(LiveDevice::stop);
        long end = now();
        long left = most;
        for (LiveDevice device : devices) {
            if (!device.ended) {
                left -= drain(device, sink, left);
                end(device, sink, left == 0 ? device.floor : Math.max(device.floor, end));
            }
        }
    }

    private static void end(LiveDevice device, HeaderSink sink, long lastTime) {
        tellLosses(device, sink, now());
        device.ended = true;
        sink.ended(device.index, lastTime);
    }

    /** At most as many batches as there are, so that a busy interface leaves time for the others. */
    private long drain(LiveDevice device, HeaderSink sink, long most) {
        long given = 0;
        for (int i = 0; i < LiveDevice.BATCHES && given < most; i++) {
            LiveBatch batch = device.batch();
            if (batch == null) {
                break;
            }
            while (given < most && batch.next()) {
                given++;
                take(device, batch, sink);
            }
            if (given < most) {
                device.taken();
            }
        }
        return given;
    }

    private void take(LiveDevice device, LiveBatch packet, HeaderSink sink) {
        Outcome outcome = decoder.decode(device.linkType, packet.bytes, packet.offset(), packet.capturedLength(), packet.originalLength(), header);
        device.count(outcome);
        long logged = device.isLog() ? decoder.logTime() : Long.MIN_VALUE;
        long time = logged == Long.MIN_VALUE ? packet.time() : logged;
        if (time < device.floor) {
            device.outOfOrder++;
        }
        device.floor = Math.max(device.floor, time);
        if (outcome.decoded()) {
            header.time = device.floor;
            sink.header(device.index, header);
        }
    }

    /** The counts are of the time since they were last asked for; the kernel may hold packets for as long again. */
    private static void tellLosses(LiveDevice device, HeaderSink sink, long now) {
        long lost = device.newlyLost();
        if (lost > 0) {
            sink.lost(device.index, now - 2 * STATISTICS_EVERY, now, lost);
        }
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Makes {@link #run} end; from any thread. */
    public void stop() {
        stopping = true;
    }

    /** Stops, waits for {@link #run} to end, and closes the interfaces. */
    @Override
    public void close() {
        stopping = true;
        if (running) {
            try {
                finished.await(CLOSE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        devices.forEach(LiveDevice::close);
    }
}
