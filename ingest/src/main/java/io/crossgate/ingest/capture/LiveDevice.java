package io.crossgate.ingest.capture;

import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;
import org.slf4j.LoggerFactory;

/** One live interface: a thread of its own takes packets from libpcap into a queue, from which the run's thread takes them. */
final class LiveDevice {
    /** Packets that may wait for the sink; more are counted as lost. */
    static final int QUEUE = 1 << 16;

    /** A packet is taken to have come out of the kernel this long after its time: what is older than that is complete. */
    private static final long KERNEL_DELAY = Duration.ofMillis(100).toNanos();
    /** The same for a firewall log, whose records the kernel holds back for up to a second (nfnetlink_log's default flush timeout). */
    private static final long LOG_DELAY = Duration.ofMillis(1_200).toNanos();
    private static final long JOIN_MS = 1_000;

    /** One captured frame; {@code time} is nanoseconds since the epoch. */
    record Captured(byte[] bytes, long time, int originalLength) {}

    final LiveInput input;
    final int index;
    final int linkType;
    final ArrayBlockingQueue<Captured> queue = new ArrayBlockingQueue<>(QUEUE);
    /** No packet gets a time before this: event time of the last one, or past the last watermark, or the opening of the capture. */
    long floor;
    /** The last watermark announced. */
    long watermark = Long.MIN_VALUE;
    long outOfOrder;
    boolean ended;

    private final PcapHandle handle;
    private final long[] outcomes = new long[Outcome.values().length];
    private final AtomicLong overflow = new AtomicLong();
    private volatile boolean stopping;
    private Thread thread;
    private long lost;
    private long kernelDrops;
    private long countedOverflow;

    LiveDevice(LiveInput input, PcapHandle handle, int index) {
        this.input = input;
        this.handle = handle;
        this.linkType = handle.getDlt().value();
        this.index = index;
    }

    void start() {
        thread = new Thread(this::capture, "capture-" + input.device());
        thread.setDaemon(true);
        thread.start();
    }

    private void capture() {
        RawPacketListener listener = bytes -> {
            Timestamp stamp = handle.getTimestamp();
            long time = Math.floorDiv(stamp.getTime(), 1000L) * 1_000_000_000L + stamp.getNanos();
            if (!queue.offer(new Captured(bytes, time, handle.getOriginalLength()))) {
                overflow.incrementAndGet();
            }
        };
        try {
            while (!stopping) {
                handle.loop(-1, listener);
            }
        } catch (InterruptedException e) {
            return; // told to stop
        } catch (PcapNativeException | NotOpenException e) {
            LoggerFactory.getLogger(LiveDevice.class).warn("{}: the capture has ended: {}", input.device(), e.getMessage());
        }
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    boolean isLog() {
        return linkType == Links.NFLOG;
    }

    /** Event time up to which every packet has come out of the kernel, if all that was queued at {@code now} has been taken. */
    long completeTo(long now) {
        return now - (isLog() ? LOG_DELAY : KERNEL_DELAY);
    }

    void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    /** Packets lost since the last call: in the kernel, at the interface, and for want of room in the queue. */
    long newlyLost() {
        long overflowed = overflow.get();
        long more = overflowed - countedOverflow;
        countedOverflow = overflowed;
        try {
            PcapStat statistics = handle.getStats();
            long drops = statistics.getNumPacketsDropped() + statistics.getNumPacketsDroppedByIf();
            more += Math.max(0, drops - kernelDrops);
            kernelDrops = drops;
        } catch (PcapNativeException | NotOpenException e) {
            kernelDrops = Math.max(0, kernelDrops); // no statistics for this kind of device, or it is gone: the queue's own losses still count
        }
        lost += more;
        return more;
    }

    PointAccount account() {
        return PointAccount.of(input.gateway(), input.iface(), isLog(), outcomes, lost, outOfOrder);
    }

    /** Ends the capturing thread; what is in the queue stays there. */
    void stop() {
        stopping = true;
        if (thread == null) {
            return;
        }
        try {
            handle.breakLoop();
            thread.join(JOIN_MS);
        } catch (NotOpenException e) {
            return; // closed already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops and gives libpcap's memory back, unless libpcap does not return from it: then that is left to the end of the process. */
    void close() {
        stop();
        if (thread == null || !thread.isAlive()) {
            handle.close();
        }
    }
}
