package io.crossgate.ingest.capture;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;
import org.slf4j.LoggerFactory;

/** Captures at live interfaces of one gateway into a sink, until stopped. A thread for each interface takes packets from libpcap; one gives them to the sink. */
public final class LiveRun implements AutoCloseable {
    /** Packets that may wait for the sink at each interface; more are counted as lost. */
    private static final int QUEUE = 1 << 16;
    /** A packet is taken to have come out of the kernel this long after its time: what is older than that is complete. */
    private static final long KERNEL_DELAY = Duration.ofMillis(100).toNanos();
    private static final long STATISTICS_EVERY = Duration.ofSeconds(1).toNanos();
    private static final long WATERMARK_EVERY = Duration.ofMillis(20).toNanos();
    private static final long NAP = Duration.ofMillis(2).toNanos();

    private record Captured(byte[] bytes, long time, int originalLength) {}

    private static final class Device {
        final LiveInput input;
        final PcapHandle handle;
        final int linkType;
        final int index;
        final long[] outcomes = new long[Outcome.values().length];
        final ArrayBlockingQueue<Captured> queue = new ArrayBlockingQueue<>(QUEUE);
        final AtomicLong overflow = new AtomicLong();
        Thread thread;
        long lost;
        long outOfOrder;
        long kernelDrops;
        long countedOverflow;
        long last;

        Device(LiveInput input, PcapHandle handle, int index) {
            this.input = input;
            this.handle = handle;
            this.linkType = handle.getDlt().value();
            this.index = index;
        }

        boolean isLog() {
            return linkType == Links.NFLOG;
        }

        PointAccount account() {
            EnumMap<Outcome, Long> counts = new EnumMap<>(Outcome.class);
            long packets = 0;
            for (Outcome outcome : Outcome.values()) {
                counts.put(outcome, outcomes[outcome.ordinal()]);
                packets += outcomes[outcome.ordinal()];
            }
            return new PointAccount(input.gateway(), input.iface(), isLog(), packets, counts, lost, outOfOrder);
        }
    }

    private final List<Device> devices = new ArrayList<>();
    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeader header = new PacketHeader();
    private volatile boolean stopping;

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
                run.devices.add(new Device(input, Libpcap.open(input), run.devices.size()));
            }
        } catch (CaptureException | RuntimeException e) {
            run.close();
            throw e;
        }
        return run;
    }

    /** What became of every packet, by observation point. */
    public List<PointAccount> accounts() {
        return devices.stream().map(Device::account).toList();
    }

    /** Captures until {@link #stop}, or until {@code count} packets have come, if that is more than 0. */
    public void run(HeaderSink sink, long count) {
        for (Device device : devices) {
            sink.point(device.index, device.input.gateway(), device.input.iface(), device.isLog());
        }
        for (Device device : devices) {
            device.last = now();
            sink.observedFrom(device.index, device.last);
            device.thread = new Thread(() -> capture(device), "capture-" + device.input.device());
            device.thread.setDaemon(true);
            device.thread.start();
        }
        long packets = 0;
        long nextStatistics = now() + STATISTICS_EVERY;
        long nextWatermark = 0;
        while (!stopping && (count <= 0 || packets < count) && devices.stream().anyMatch(d -> d.thread.isAlive())) {
            long before = now();
            long given = 0;
            for (Device device : devices) {
                given += drain(device, sink);
            }
            packets += given;
            if (before >= nextWatermark) {
                nextWatermark = before + WATERMARK_EVERY;
                for (Device device : devices) {
                    device.last = Math.max(device.last, before - KERNEL_DELAY);
                    sink.watermark(device.index, device.last);
                }
            }
            if (before >= nextStatistics) {
                devices.forEach(device -> tellLosses(device, sink, before - 2 * STATISTICS_EVERY, before));
                nextStatistics = before + STATISTICS_EVERY;
            }
            if (given == 0) {
                LockSupport.parkNanos(NAP);
            }
        }
        finish(sink);
    }

    private void finish(HeaderSink sink) {
        for (Device device : devices) {
            interrupt(device);
        }
        long end = now();
        for (Device device : devices) {
            drain(device, sink);
            tellLosses(device, sink, end - 2 * STATISTICS_EVERY, end);
            sink.ended(device.index, Math.max(device.last, end));
        }
    }

    private static void interrupt(Device device) {
        try {
            device.handle.breakLoop();
            device.thread.join(1_000);
        } catch (NotOpenException e) {
            return; // closed already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void capture(Device device) {
        RawPacketListener listener = bytes -> {
            Timestamp stamp = device.handle.getTimestamp();
            long time = Math.floorDiv(stamp.getTime(), 1000L) * 1_000_000_000L + stamp.getNanos();
            if (!device.queue.offer(new Captured(bytes, time, device.handle.getOriginalLength()))) {
                device.overflow.incrementAndGet();
            }
        };
        try {
            while (!stopping) {
                device.handle.loop(-1, listener);
            }
        } catch (InterruptedException e) {
            return; // told to stop
        } catch (PcapNativeException | NotOpenException e) {
            LoggerFactory.getLogger(LiveRun.class).warn("{}: the capture has ended: {}", device.input.device(), e.getMessage());
        }
    }

    private int drain(Device device, HeaderSink sink) {
        int given = 0;
        while (given < QUEUE) {
            Captured packet = device.queue.poll();
            if (packet == null) {
                break;
            }
            given++;
            Outcome outcome = decoder.decode(device.linkType, packet.bytes, 0, packet.bytes.length, packet.originalLength, header);
            device.outcomes[outcome.ordinal()]++;
            long time = device.linkType == Links.NFLOG && decoder.logTime() != Long.MIN_VALUE ? decoder.logTime() : packet.time;
            if (time <= device.last) {
                device.outOfOrder++;
                time = device.last + 1;
            }
            device.last = time;
            if (outcome.decoded()) {
                header.time = time;
                sink.header(device.index, header);
            }
        }
        return given;
    }

    private static void tellLosses(Device device, HeaderSink sink, long from, long to) {
        long lost = device.overflow.get() - device.countedOverflow;
        device.countedOverflow += lost;
        try {
            PcapStat statistics = device.handle.getStats();
            long drops = statistics.getNumPacketsDropped() + statistics.getNumPacketsDroppedByIf();
            lost += Math.max(0, drops - device.kernelDrops);
            device.kernelDrops = drops;
        } catch (PcapNativeException | NotOpenException e) {
            return; // no statistics for this kind of device
        }
        if (lost > 0) {
            device.lost += lost;
            sink.lost(device.index, from, to, lost);
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

    @Override
    public void close() {
        stopping = true;
        devices.forEach(device -> device.handle.close());
    }
}
