package io.crossgate.ingest.capture;

import io.crossgate.ingest.decode.Outcome;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * The packets of one observation point in the order of its files, decoded. A fault is reported and ends the point: what comes after damage has no known
 * place in time.
 */
final class PointReader implements Closeable {
    private final List<PlannedPoint.Segment> segments;
    private final InputStream standardInput;
    private final Consumer<String> faults;
    private final PacketDecoder decoder = new PacketDecoder();
    private final RawPacket packet = new RawPacket();
    private final LossBook losses = new LossBook();

    private int nextSegment;
    private PlannedPoint.Segment segment;
    private CaptureReader reader;
    private long bytesBefore;
    private boolean ended;
    /** Whether the point is a firewall log: not known before the first packet, or the first file without any. */
    private boolean kindKnown;
    private boolean firewallLog;
    /** Which interfaces of the current file belong to the point, by number. */
    private boolean[] mine = {};
    private int cookedIndex;

    /** The last packet's header; holds one only if {@link #outcome} is decoded. */
    final PacketHeader header = new PacketHeader();
    Outcome outcome;
    /** Event time of the last packet by its record, nanoseconds since the epoch. */
    long recordTime;
    /** Event time of the last packet: when the firewall logged it, else as {@link #recordTime}. */
    long time;

    PointReader(List<PlannedPoint.Segment> segments, InputStream standardInput, Consumer<String> faults) {
        this.segments = segments;
        this.standardInput = standardInput;
        this.faults = faults;
    }

    /** Goes to the next packet; false if there is none left. */
    boolean next() {
        while (!ended) {
            try {
                if (reader == null && !openNext()) {
                    ended = true;
                } else if (readMine()) {
                    return true;
                } else {
                    noteKindOfEmpty();
                    closeFile();
                }
            } catch (CaptureException e) {
                faults.accept(e.getMessage());
                ended = true;
                if (reader != null) {
                    noteLosses();
                }
            }
        }
        return false;
    }

    private boolean openNext() throws CaptureException {
        if (nextSegment == segments.size()) {
            return false;
        }
        segment = segments.get(nextSegment++);
        boolean stream = segment.file().equals(CaptureInput.STANDARD_INPUT);
        reader = stream ? CaptureReader.open(standardInput, "standard input") : CaptureReader.open(segment.file());
        mine = new boolean[0];
        cookedIndex = cookedIndex(segment.label());
        losses.open(segment.span() != null);
        return true;
    }

    /** The interface index that a label such as {@code if2} stands for, or -1. */
    private static int cookedIndex(String label) {
        return label != null && label.matches("if-?\\d{1,10}") ? (int) Long.parseLong(label.substring(2)) : -1;
    }

    private boolean readMine() throws CaptureException {
        while (reader.next(packet)) {
            if (isMine()) {
                decode();
                noteLosses();
                return true;
            }
        }
        noteLosses();
        return false;
    }

    private boolean isMine() {
        if (segment.label() == null) {
            return true;
        }
        if (packet.interfaceNumber >= mine.length) {
            learnInterfaces();
        }
        return mine[packet.interfaceNumber] && (packet.linkType != Links.LINUX_COOKED_2 || Links.cookedIndex(packet) == cookedIndex);
    }

    private void learnInterfaces() {
        mine = new boolean[reader.interfaces()];
        for (int i = 0; i < mine.length; i++) {
            boolean cooked = reader.linkType(i) == Links.LINUX_COOKED_2;
            mine[i] = segment.label() == null || (cooked ? cookedIndex >= 0 : reader.interfaceName(i).equals(segment.label()));
        }
    }

    private void decode() throws CaptureException {
        noteKind(packet.linkType);
        if (firewallLog != (packet.linkType == Links.NFLOG)) {
            String mixture = firewallLog ? "packets of link type " + packet.linkType + " after records of a firewall log (NFLOG)"
                    : "records of a firewall log (NFLOG) after captured packets";
            throw new CaptureException(reader.name() + ": " + mixture + ": give the log an interface name of its own");
        }
        outcome = decoder.decode(packet.linkType, packet.bytes, packet.offset, packet.capturedLength, packet.originalLength, header);
        recordTime = packet.time;
        long logged = firewallLog ? decoder.logTime() : Long.MIN_VALUE;
        time = logged == Long.MIN_VALUE ? recordTime : logged;
        if (packet.way != PacketHeader.WAY_UNKNOWN) {
            header.way = packet.way;
        }
        losses.packet(recordTime);
    }

    private void noteKind(int linkType) {
        if (!kindKnown && linkType >= 0) {
            kindKnown = true;
            firewallLog = linkType == Links.NFLOG;
        }
    }

    private void noteKindOfEmpty() {
        if (!kindKnown) {
            learnInterfaces();
            for (int i = 0; i < mine.length; i++) {
                noteKind(mine[i] ? reader.linkType(i) : -1);
            }
        }
    }

    private void noteLosses() {
        if (losses.isCurrent(reader)) {
            return;
        }
        if (mine.length < reader.interfaces()) {
            learnInterfaces();
        }
        losses.read(reader, mine);
    }

    /** True if the point is a firewall's log, as far as its captures were read. */
    boolean firewallLog() {
        return firewallLog;
    }

    LossBook losses() {
        return losses;
    }

    /** Bytes read of the point's files, before decompression. */
    long bytesRead() {
        return bytesBefore + (reader == null ? 0 : reader.bytesRead());
    }

    private void closeFile() throws CaptureException {
        CaptureReader closing = reader;
        bytesBefore += closing.bytesRead();
        reader = null;
        try {
            closing.close();
        } catch (IOException e) {
            throw new CaptureException(closing.name() + ": cannot be closed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        ended = true;
        if (reader != null) {
            try {
                closeFile();
            } catch (CaptureException e) {
                faults.accept(e.getMessage());
            }
        }
    }
}
