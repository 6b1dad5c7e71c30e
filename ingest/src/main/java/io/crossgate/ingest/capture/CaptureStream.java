package io.crossgate.ingest.capture;

import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToIntBiFunction;

/**
 * The files of one input, one after the other, as one stream of packets whose times do not fall. Where order is not to be had from the file itself (a firewall's
 * log, whose records tell when their packets came; several interfaces in one file), packets wait up to a stated span for earlier ones.
 */
final class CaptureStream implements AutoCloseable {
    /** Log records are written when a buffer is full or a second has passed: they come out of order by no more. */
    private static final long LOG_DISORDER = Duration.ofSeconds(2).toNanos();
    private static final long INTERFACES_DISORDER = Duration.ofSeconds(1).toNanos();

    private final List<CaptureInput> files;
    private final InputStream standardInput;
    private final ToIntBiFunction<CaptureInput, RawPacket> pointOf;
    private final List<String> faults;
    private final PacketDecoder decoder = new PacketDecoder();
    private final RawPacket packet = new RawPacket();
    private final PriorityQueue<Observed> waiting = new PriorityQueue<>(Comparator.<Observed>comparingLong(o -> o.time).thenComparingLong(o -> o.number));
    private final ArrayDeque<Observed> spare = new ArrayDeque<>();
    private final long disorder;
    private CaptureReader reader;
    private CaptureInput current;
    private int nextFile;
    private long number;
    private long newest = Long.MIN_VALUE;
    private long released = Long.MIN_VALUE;
    private long bytesOfClosed;
    private boolean exhausted;
    private Observed head;

    /**
     * A stream, not yet opened.
     *
     * @param files in the order of their times
     * @param log true for a firewall's log
     * @param pointOf gives the observation point's index of a packet
     * @param faults takes a line for each file that can't be read (further)
     */
    CaptureStream(List<CaptureInput> files, boolean log, InputStream standardInput, ToIntBiFunction<CaptureInput, RawPacket> pointOf, List<String> faults) {
        this.files = files;
        this.standardInput = standardInput;
        this.pointOf = pointOf;
        this.faults = faults;
        this.disorder = log ? LOG_DISORDER : files.get(0).iface() == null ? INTERFACES_DISORDER : 0;
    }

    PacketDecoder decoder() {
        return decoder;
    }

    /** The next packet, valid until {@link #advance}; null at the end. */
    Observed head() {
        return head;
    }

    /** Goes on to the next packet; false at the end. */
    boolean advance() {
        if (head != null) {
            spare.add(head);
            head = null;
        }
        while (!exhausted && (waiting.isEmpty() || waiting.peek().time > newest - disorder)) {
            Observed next = read();
            if (next == null) {
                exhausted = true;
            } else {
                newest = Math.max(newest, next.time);
                waiting.add(next);
                if (disorder == 0) {
                    break;
                }
            }
        }
        head = waiting.poll();
        if (head == null) {
            return false;
        }
        if (head.time < released) {
            head.time = released;
            head.outOfOrder = true;
        }
        released = head.time;
        head.header.time = head.time;
        return true;
    }

    private Observed read() {
        while (true) {
            if (reader == null && !openNext()) {
                return null;
            }
            try {
                if (reader.next(packet)) {
                    return decoded();
                }
            } catch (IOException e) {
                faults.add(e.getMessage());
            }
            closeFile();
        }
    }

    private Observed decoded() {
        Observed next = spare.isEmpty() ? new Observed() : spare.poll();
        PacketHeader header = next.header;
        next.outcome = decoder.decode(packet.linkType, packet.bytes, packet.offset, packet.capturedLength, packet.originalLength, header);
        if (header.way == PacketHeader.WAY_UNKNOWN) {
            header.way = packet.way;
        }
        next.time = packet.time;
        if (packet.linkType == FileSurvey.NFLOG && decoder.logTime() != Long.MIN_VALUE) {
            next.time = decoder.logTime();
        }
        next.point = pointOf.applyAsInt(current, packet);
        next.number = number++;
        next.outOfOrder = false;
        return next;
    }

    private boolean openNext() {
        while (nextFile < files.size()) {
            current = files.get(nextFile++);
            try {
                reader = current.isStandardInput() ? CaptureReader.open(standardInput, "standard input") : CaptureReader.open(Path.of(current.file()));
                return true;
            } catch (IOException e) {
                faults.add(e.getMessage());
            }
        }
        return false;
    }

    private void closeFile() {
        bytesOfClosed += reader.bytesRead();
        try {
            reader.close();
        } catch (IOException e) {
            faults.add(current.file() + ": can't be closed: " + e.getMessage());
        }
        reader = null;
    }

    long bytesRead() {
        return bytesOfClosed + (reader == null ? 0 : reader.bytesRead());
    }

    @Override
    public void close() {
        if (reader != null) {
            closeFile();
        }
    }
}
