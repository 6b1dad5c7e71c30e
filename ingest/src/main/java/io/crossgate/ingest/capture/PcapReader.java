package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The classic format (draft-ietf-opsawg-pcap): a file header, then records.
 *
 * <pre>
 *   file    magic:32  major:16 minor:16  reserved:32 ×2  snapLength:32  linkType:32
 *   record  seconds:32  fraction:32  captured:32  original:32  [index:32 protocol:16 type:8 0:8, where the magic is Linux' modified one]
 * </pre>
 */
final class PcapReader extends CaptureReader {
    private static final int MICROS = 0xa1b2c3d4;
    private static final int NANOS = 0xa1b23c4d;
    /** Written by some Linux systems of old: records carry interface index, protocol and packet type. */
    private static final int MODIFIED = 0xa1b2cd34;

    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int MODIFIED_RECORD_HEADER = 24;
    private static final int USUAL_SNAP_LENGTH = 262_144;
    /** Beside the link type, the field may tell of a frame check sequence. */
    private static final int LINK_TYPE_MASK = 0xffff;

    private final int recordHeader;
    private final int nanosPerFraction;
    private final int linkType;
    private final long snapLength;
    private final int minor;

    PcapReader(ByteSource in) throws IOException {
        super(in);
        if (!in.has(FILE_HEADER)) {
            throw fault("file header of " + FILE_HEADER + " bytes cut off after " + in.left(FILE_HEADER) + ": the file is truncated");
        }
        int magic = in.i32(0);
        if (!isMagicInOrder(magic)) {
            in.order(ByteOrder.LITTLE_ENDIAN);
            magic = in.i32(0);
        }
        int major = in.u16(4);
        minor = in.u16(6);
        if (major != 2) {
            throw fault("pcap version " + major + "." + minor + " is not known, only 2.x is");
        }
        recordHeader = magic == MODIFIED ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
        nanosPerFraction = magic == NANOS ? 1 : 1000;
        snapLength = in.u32(16);
        linkType = in.i32(20) & LINK_TYPE_MASK;
        in.skip(FILE_HEADER);
    }

    /** True if a file that begins with {@code magic}, read as big-endian, is pcap. */
    static boolean isMagic(int magic) {
        return isMagicInOrder(magic) || isMagicInOrder(Integer.reverseBytes(magic));
    }

    private static boolean isMagicInOrder(int magic) {
        return magic == MICROS || magic == NANOS || magic == MODIFIED;
    }

    @Override
    public boolean next(RawPacket into) throws IOException {
        if (!in.has(recordHeader)) {
            int left = in.left(recordHeader);
            if (left == 0) {
                return false;
            }
            throw fault("record header of " + recordHeader + " bytes cut off after " + left + ": the file is truncated");
        }
        long captured = in.u32(8);
        long original = in.u32(12);
        if (minor < 3 || minor == 3 && captured > original) { // the two lengths changed places in 2.3
            long swap = captured;
            captured = original;
            original = swap;
        }
        if (captured > MAX_PACKET || captured > USUAL_SNAP_LENGTH && captured > snapLength) {
            throw fault(String.format(Locale.ROOT, "a record says that it holds %d bytes: the file is corrupt", captured));
        }
        int length = (int) captured;
        if (!in.has(recordHeader + length)) {
            throw fault("record of " + length + " bytes cut off after " + (in.left(recordHeader + length) - recordHeader) + ": the file is truncated");
        }
        into.time = in.u32(0) * 1_000_000_000L + in.u32(4) * nanosPerFraction;
        into.linkType = linkType;
        into.bytes = in.window();
        into.offset = in.position() + recordHeader;
        into.capturedLength = length;
        into.originalLength = Math.max(original, captured);
        into.iface = null;
        into.way = PacketHeader.WAY_UNKNOWN;
        in.skip(recordHeader + length);
        return true;
    }
}
