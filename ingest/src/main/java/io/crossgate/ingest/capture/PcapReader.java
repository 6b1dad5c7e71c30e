package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;
import java.nio.ByteOrder;

/**
 * Reads pcap files (draft-ietf-opsawg-pcap; libpcap's pcap-savefile(5)), in either byte order, with times in microseconds or nanoseconds.
 *
 * <pre>
 * file header    0 magic        4 version   8 reserved   16 snap length   20 link type (low 16 bits; above: frame check sequence)
 * record header  0 seconds      4 fraction  8 captured   12 original     [16 interface 20 protocol 22 packet type 23 padding]
 * </pre>
 *
 * <p>The bracketed fields are those of Kuznetzov's modified libpcap. Files before version 2.3, and those of DG/UX that call themselves version 543, have
 * the two lengths in the opposite order; of version 2.3 there are both kinds.
 */
final class PcapReader extends CaptureReader {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final int KUZNETZOV = 0xa1b2cd34;

    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int KUZNETZOV_HEADER = 24;
    /** No snap length below this is taken as a bound: writers are known to exceed what they announce. */
    private static final int USUAL_SNAP_LENGTH = 262_144;
    /** Linux packet types: 0 to us, 1 broadcast, 2 multicast, 3 to others, 4 sent by us. */
    private static final int PACKET_TO_OTHERS = 3;
    private static final int PACKET_OUTGOING = 4;

    private enum Lengths { USUAL, SWAPPED, EITHER }

    private final int recordHeader;
    private final int fractionUnit;
    private final int linkType;
    private final long longest;
    private final Lengths lengths;

    PcapReader(ByteSource source) throws CaptureException {
        super(source);
        if (!source.has(FILE_HEADER)) {
            throw fault("file header of " + FILE_HEADER + " bytes cut off after " + source.available() + ": the file is truncated");
        }
        source.order(ByteOrder.BIG_ENDIAN);
        int magic = source.i32(0);
        if (!isUpright(magic)) {
            magic = Integer.reverseBytes(magic);
            source.order(ByteOrder.LITTLE_ENDIAN);
        }
        recordHeader = magic == KUZNETZOV ? KUZNETZOV_HEADER : RECORD_HEADER;
        fractionUnit = magic == NANOSECONDS ? 1 : 1000;
        int major = source.u16(4);
        int minor = source.u16(6);
        if (major != 2 && major != 543) { // 543.0 is what one operating system of old wrote for 2.x
            throw fault("pcap version " + major + "." + minor + " is not known, only 2.x is");
        }
        lengths = major == 543 || minor < 3 ? Lengths.SWAPPED : minor == 3 ? Lengths.EITHER : Lengths.USUAL;
        long snapLength = source.u32(16);
        longest = snapLength == 0 || snapLength > ByteSource.LIMIT ? ByteSource.LIMIT : Math.max(snapLength, USUAL_SNAP_LENGTH);
        linkType = source.i32(20) & 0xffff;
        source.advance(FILE_HEADER);
    }

    /** True for the first four bytes of a pcap file, read as big-endian, whatever its byte order. */
    static boolean isMagic(int magic) {
        return isUpright(magic) || isUpright(Integer.reverseBytes(magic));
    }

    private static boolean isUpright(int magic) {
        return magic == MICROSECONDS || magic == NANOSECONDS || magic == KUZNETZOV;
    }

    @Override
    public boolean next(RawPacket into) throws CaptureException {
        ByteSource source = source();
        if (!source.has(recordHeader)) {
            if (source.available() == 0) {
                return false;
            }
            throw fault("record header of " + recordHeader + " bytes cut off after " + source.available() + ": the file is truncated");
        }
        long captured = source.u32(8);
        long original = source.u32(12);
        if (lengths == Lengths.SWAPPED || lengths == Lengths.EITHER && captured > original) {
            long swap = captured;
            captured = original;
            original = swap;
        }
        if (captured > longest) {
            throw fault("record of " + captured + " bytes, where " + longest + " are the most there can be: the file is damaged");
        }
        int length = (int) captured;
        if (!source.has(recordHeader + length)) {
            throw fault("record of " + length + " bytes cut off after " + (source.available() - recordHeader) + ": the file is truncated");
        }
        into.time = source.u32(0) * 1_000_000_000L + source.u32(4) * fractionUnit;
        into.linkType = linkType;
        into.bytes = source.array();
        into.offset = source.index(recordHeader);
        into.capturedLength = length;
        into.originalLength = Math.max(original, length);
        into.interfaceNumber = 0;
        into.iface = null;
        into.way = recordHeader == KUZNETZOV_HEADER ? way(source.u8(22)) : PacketHeader.WAY_UNKNOWN;
        source.advance(recordHeader + length);
        return true;
    }

    private static byte way(int packetType) {
        if (packetType == PACKET_OUTGOING) {
            return PacketHeader.WAY_OUT;
        }
        return packetType < PACKET_TO_OTHERS ? PacketHeader.WAY_IN : PacketHeader.WAY_UNKNOWN;
    }

    private CaptureException fault(String fault) {
        return CaptureException.at(name(), source().offset(), fault);
    }

    @Override
    public int interfaces() {
        return 1;
    }

    @Override
    public String interfaceName(int number) {
        return "any";
    }

    @Override
    public int linkType(int number) {
        return linkType;
    }

    @Override
    public long dropped(int number) {
        return 0;
    }

    @Override
    long droppedBetween(int number) {
        return 0;
    }

    @Override
    long lossReports() {
        return 0;
    }
}
