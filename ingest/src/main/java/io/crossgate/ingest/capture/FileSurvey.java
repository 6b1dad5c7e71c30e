package io.crossgate.ingest.capture;

import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What must be known of a file before its packets are handed on: its interfaces, when it begins and ends, what it missed. Faults are left to the reading. */
final class FileSurvey {
    static final int NFLOG = 239;
    private static final int COOKED_V2 = 276;
    /** Name of the one interface of a file that names none. */
    static final String ANY = "any";

    /** Interfaces that the file names, and whether they are a firewall's log. */
    final Map<String, Boolean> interfaces = new TreeMap<>();
    boolean log;
    boolean mixed;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long dropped;
    private boolean linkKnown;

    private FileSurvey() {}

    /**
     * Surveys a file.
     *
     * @param whole true to read it to its end; false to look at the first packet, where that is enough
     */
    static FileSurvey of(Path file, boolean whole) {
        FileSurvey survey = new FileSurvey();
        RawPacket packet = new RawPacket();
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader scratch = new PacketHeader();
        try (CaptureReader reader = CaptureReader.open(file)) {
            boolean toEnd = whole || reader instanceof PcapngReader;
            while (reader.next(packet)) {
                survey.take(packet, whole ? name(packet, decoder, scratch) : ANY);
                if (!toEnd) {
                    break;
                }
            }
            survey.dropped = reader.dropped();
        } catch (IOException e) {
            return survey; // told when the file is read
        }
        return survey;
    }

    private void take(RawPacket packet, String name) {
        boolean isLog = packet.linkType == NFLOG;
        mixed |= linkKnown && log != isLog;
        log |= isLog;
        linkKnown = true;
        interfaces.merge(name, isLog, Boolean::logicalOr);
        first = Math.min(first, packet.time);
        last = Math.max(last, packet.time);
    }

    /** Name of the interface at which the file says that the packet was seen. */
    static String name(RawPacket packet, PacketDecoder decoder, PacketHeader scratch) {
        if (packet.linkType == COOKED_V2) {
            decoder.decode(packet.linkType, packet.bytes, packet.offset, packet.capturedLength, packet.originalLength, scratch);
            if (decoder.interfaceIndex() > 0) {
                return "if" + decoder.interfaceIndex();
            }
        }
        return packet.iface == null ? ANY : packet.iface;
    }

    boolean empty() {
        return first == Long.MAX_VALUE;
    }
}
