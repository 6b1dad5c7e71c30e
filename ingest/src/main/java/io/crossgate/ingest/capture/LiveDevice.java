package io.crossgate.ingest.capture;

import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapStat;
import org.slf4j.LoggerFactory;

/**
 * One live interface: a thread of its own takes packets from libpcap by the batch, and the run's thread takes those. Where that one is slow, packets wait in the
 * kernel's buffer, and what finds no room there the kernel counts.
 */
final class LiveDevice {
    /** Enough for both threads to have one in hand and some between them. */
    static final int BATCHES = 8;

    /** A packet is taken to have come out of the kernel this long after its time: what is older than that is complete. */
    private static final long KERNEL_DELAY = Duration.ofMillis(100).toNanos();
    /** The same for a firewall log, whose records the kernel holds back for up to a second (nfnetlink_log's default flush timeout). */
    private static final long LOG_DELAY = Duration.ofMillis(1_200).toNanos();
    private static final long JOIN_MS = 1_000;

    final LiveInput input;
    final int index;
    final int linkType;
    /** No packet gets a time before this: event time of the last one, or past the last watermark, or the opening of the capture. */
    long floor;
    /** The last watermark announced. */
    long watermark = Long.MIN_VALUE;
    long outOfOrder;
    boolean ended;

    private final PcapHandle handle;
    private final ArrayBlockingQueue<LiveBatch> free = new ArrayBlockingQueue<>(BATCHES);
    private final ArrayBlockingQueue<LiveBatch> filled = new ArrayBlockingQueue<>(BATCHES);
    private final long[] outcomes = new long[Outcome.values().length];
    private volatile boolean stopping;
    private Thread thread;
    private long lost;
    private long kernelDrops;

    LiveDevice(LiveInput input, PcapHandle handle, int index) {
        this.input = input;
        this.handle = handle;
        this.linkType = handle.getDlt().value();
        this.index = index;
        for (int i = 0; i < BATCHES; i++) {
            free.add(new LiveBatch(BatchCapture.capacity(input.snapLength())));
        }
    }

    void start() {
        thread = new Thread(this::capture, "capture-" + input.device());
        thread.setDaemon(true);
        thread.start();
    }

    private void capture() {
        try (BatchCapture packets = new BatchCapture(handle, input.snapLength())) {
            while (!stopping) {
                LiveBatch batch = free.take();
                (packets.read(batch) > 0 ? filled : free).put(batch);
            }
        } catch (InterruptedException e) {
            return; // told to stop
        } catch (CaptureException e) {
            LoggerFactory.getLogger(LiveDevice.class).warn("{}: the capture has ended: {}", input.device(), e.getMessage());
        }
    }

    /** The packets that are next to be taken, or null if there are none; the same ones until they are {@link #taken}. */
    LiveBatch batch() {
        return filled.peek();
    }

    /** The first batch has been gone through, and may be filled again. */
    void taken() {
        free.add(filled.remove());
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    boolean isLog() {
        return linkType == Links.NFLOG;
    }

    /** Event time up to which every packet has come out of the kernel, if all that had been filled at {@code now} has been taken. */
    long completeTo(long now) {
        return now - (isLog() ? LOG_DELAY : KERNEL_DELAY);
    }

    void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    /** Packets lost since the last call: for want of room in the kernel's buffer, and at the interface. */
    long newlyLost() {
        try {
            PcapStat statistics = handle.getStats();
            long drops = statistics.getNumPacketsDropped() + statistics.getNumPacketsDroppedByIf();
            long more = Math.max(0, drops - kernelDrops);
            kernelDrops = drops;
            lost += more;
            return more;
        } catch (PcapNativeException | NotOpenException e) {
            return 0; // no statistics for this kind of device, or it is gone
        }
    }

    PointAccount account() {
        return PointAccount.of(input.gateway(), input.iface(), isLog(), outcomes, lost, outOfOrder);
    }

    /** Ends the capturing thread; batches that it has filled stay. */
    void stop() {
        stopping = true;
        if (thread == null) {
            return;
        }
        try {
            handle.breakLoop();
            thread.interrupt(); // it may wait for a batch
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
