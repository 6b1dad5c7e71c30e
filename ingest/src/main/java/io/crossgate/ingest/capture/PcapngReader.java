package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads pcapng files (draft-ietf-opsawg-pcapng): any number of sections, each in its own byte order and with its own interfaces. Blocks that are not about
 * packets, interfaces or losses are passed over.
 *
 * <pre>
 * block     0 type   4 length   8 body   length-4 length again
 * section   8 byte order 0x1a2b3c4d   12 version   16 section length   24 options
 * interface 8 link type   12 snap length   16 options
 * enhanced  8 interface   12 time high   16 time low   20 captured   24 original   28 bytes, options
 * obsolete  8 interface (16 bits)   10 lost before it   12 and on as enhanced
 * simple    8 original   12 bytes
 * statistics 8 interface  12 time   20 options
 * </pre>
 */
final class PcapngReader extends CaptureReader {
    static final int SECTION = 0x0a0d0d0a;

    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int OPTION_IF_NAME = 2;
    private static final int OPTION_IF_RESOLUTION = 9;
    private static final int OPTION_IF_OFFSET = 14;
    private static final int OPTION_PACKET_FLAGS = 2;
    private static final int OPTION_PACKET_DROPS = 4;
    private static final int OPTION_STATISTICS_IF_DROP = 5;
    private static final int OPTION_STATISTICS_OS_DROP = 7;

    private static final int DATA = 28;
    private static final int TRAILER = 4;

    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private final PcapngOptions options;
    /** Number of the current section's first interface. */
    private int sectionStart;
    private long latest;
    private long lossReports;

    PcapngReader(ByteSource source) throws CaptureException {
        super(source);
        options = new PcapngOptions(source);
        source.advance(section());
    }

    @Override
    public boolean next(RawPacket into) throws CaptureException {
        ByteSource source = source();
        while (true) {
            if (!source.has(8)) {
                if (source.available() == 0) {
                    return false;
                }
                throw fault("block header of 8 bytes cut off after " + source.available() + ": the file is truncated");
            }
            int type = source.i32(0);
            switch (type) {
                case SECTION -> source.advance(section());
                case INTERFACE -> source.advance(describeInterface(block("interface description", 20)));
                case STATISTICS -> source.advance(statistics(block("interface statistics", 24)));
                case ENHANCED_PACKET, OBSOLETE_PACKET -> {
                    int length = block("packet", 32);
                    packet(type, length, into);
                    source.advance(length);
                    return true;
                }
                case SIMPLE_PACKET -> {
                    int length = block("simple packet", 16);
                    simplePacket(length, into);
                    source.advance(length);
                    return true;
                }
                default -> passOver();
            }
        }
    }

    /** Makes the block at the current position available, and returns its length with padding. */
    private int block(String what, int least) throws CaptureException {
        ByteSource source = source();
        long stated = source.u32(4);
        if (stated < least) {
            throw fault(what + " block of " + stated + " bytes, where " + least + " are the least there can be: the file is damaged");
        }
        if (stated > ByteSource.LIMIT) {
            throw fault(what + " block of " + stated + " bytes, where " + ByteSource.LIMIT + " are the most there can be: the file is damaged");
        }
        int length = (int) stated + 3 & ~3;
        if (!source.has(length)) {
            throw fault(what + " block of " + stated + " bytes cut off after " + source.available() + ": the file is truncated");
        }
        if (source.u32(length - TRAILER) != stated) {
            throw fault(what + " block begins with length " + stated + " and ends with " + source.u32(length - TRAILER) + ": the file is damaged");
        }
        return length;
    }

    private int section() throws CaptureException {
        ByteSource source = source();
        if (!source.has(12)) {
            throw fault("section header cut off after " + source.available() + " bytes: the file is truncated");
        }
        source.order(ByteOrder.BIG_ENDIAN);
        if (source.i32(8) != BYTE_ORDER) {
            source.order(ByteOrder.LITTLE_ENDIAN);
            if (source.i32(8) != BYTE_ORDER) {
                throw fault("section header without a byte order: the file is damaged");
            }
        }
        int length = block("section header", 28);
        if (source.u16(12) != 1) {
            throw fault("pcapng version " + source.u16(12) + "." + source.u16(14) + " is not known");
        }
        sectionStart = interfaces.size();
        return length;
    }

    private int describeInterface(int length) throws CaptureException {
        ByteSource source = source();
        PcapngInterface described = new PcapngInterface(source.u16(8), source.u32(12));
        options.start(16, length - TRAILER);
        while (options.next()) {
            int value = options.value();
            if (options.code() == OPTION_IF_NAME) {
                described.name = text(value, options.length());
            } else if (options.code() == OPTION_IF_RESOLUTION && options.length() >= 1) {
                if (!described.resolution(source.u8(value))) {
                    throw fault("interface with a clock resolution (if_tsresol) of 0x" + Integer.toHexString(source.u8(value)) + ": the file is damaged");
                }
            } else if (options.code() == OPTION_IF_OFFSET && options.length() >= 8) {
                described.offset(source.i64(value));
            }
        }
        if (options.overrun()) {
            throw fault("interface description whose options are longer than itself: the file is damaged");
        }
        described.label = described.name == null ? "if" + (interfaces.size() - sectionStart) : described.name;
        interfaces.add(described);
        return length;
    }

    /** A name as the file has it, up to a zero byte, without control characters; null if nothing is left. */
    private String text(int offset, int length) {
        String text = new String(source().array(), source().index(offset), length, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        String clean = (end < 0 ? text : text.substring(0, end)).replaceAll("\\p{Cntrl}", "").strip();
        return clean.isEmpty() ? null : clean;
    }

    private int statistics(int length) throws CaptureException {
        PcapngInterface described = described(source().u32(8));
        long lost = 0;
        options.start(20, length - TRAILER);
        while (options.next()) {
            boolean loss = options.code() == OPTION_STATISTICS_IF_DROP || options.code() == OPTION_STATISTICS_OS_DROP;
            if (loss && options.length() >= 8) {
                lost += Math.max(0, source().i64(options.value()));
            }
        }
        described.lostSinceStart(lost);
        lossReports++;
        return length;
    }

    private PcapngInterface described(long number) throws CaptureException {
        int known = interfaces.size() - sectionStart;
        if (number >= known) {
            throw fault("block of interface " + number + ", but the section describes " + known + " so far: the file is damaged");
        }
        return interfaces.get(sectionStart + (int) number);
    }

    private void packet(int type, int length, RawPacket into) throws CaptureException {
        ByteSource source = source();
        long number = type == ENHANCED_PACKET ? source.u32(8) : source.u16(8);
        PcapngInterface from = described(number);
        long captured = source.u32(20);
        if (captured > length - DATA - TRAILER) {
            throw fault("packet of " + captured + " bytes in a block of " + length + ": the file is damaged");
        }
        fill(into, from, DATA, (int) captured, source.u32(24));
        into.interfaceNumber = sectionStart + (int) number;
        long time = from.nanos(source.u32(12) << 32 | source.u32(16));
        if (time != PcapngInterface.NO_TIME) {
            into.time = time;
            latest = Math.max(latest, time);
        }
        if (type == OBSOLETE_PACKET && source.u16(10) != 0xffff) { // 0xffff: not known
            from.lostBefore(source.u16(10));
            lossReports++;
        }
        options.start(DATA + ((int) captured + 3 & ~3), length - TRAILER);
        while (options.next()) {
            if (options.code() == OPTION_PACKET_FLAGS && options.length() >= 4) {
                into.way = way(source.i32(options.value()));
            } else if (options.code() == OPTION_PACKET_DROPS && options.length() >= 8 && type == ENHANCED_PACKET) {
                from.lostBefore(source.i64(options.value()));
                lossReports++;
            }
        }
    }

    /** A simple packet has no time of its own: it gets the latest that the file has shown, 0 before any. */
    private void simplePacket(int length, RawPacket into) throws CaptureException {
        PcapngInterface from = described(0);
        long original = source().u32(8);
        long captured = Math.min(original, length - 16);
        if (from.snapLength > 0) {
            captured = Math.min(captured, from.snapLength);
        }
        fill(into, from, 12, (int) captured, original);
        into.interfaceNumber = sectionStart;
    }

    private void fill(RawPacket into, PcapngInterface from, int data, int captured, long original) {
        into.time = latest;
        into.linkType = from.linkType;
        into.bytes = source().array();
        into.offset = source().index(data);
        into.capturedLength = captured;
        into.originalLength = Math.max(original, captured);
        into.iface = from.name;
        into.way = PacketHeader.WAY_UNKNOWN;
    }

    private static byte way(int flags) {
        return switch (flags & 3) {
            case 1 -> PacketHeader.WAY_IN;
            case 2 -> PacketHeader.WAY_OUT;
            default -> PacketHeader.WAY_UNKNOWN;
        };
    }

    private void passOver() throws CaptureException {
        ByteSource source = source();
        long offset = source.offset();
        int type = source.i32(0);
        long stated = source.u32(4);
        if (stated < 12) {
            throw fault("block of " + stated + " bytes, where 12 are the least there can be: the file is damaged");
        }
        long length = stated + 3 & ~3L;
        long there = source.skip(length - TRAILER);
        if (there < length - TRAILER || !source.has(TRAILER)) {
            throw CaptureException.at(name(), offset, "block of type 0x" + Integer.toHexString(type) + " and " + stated + " bytes cut off after "
                    + (there + source.available()) + ": the file is truncated");
        }
        if (source.u32(0) != stated) {
            throw CaptureException.at(name(), offset, "block begins with length " + stated + " and ends with " + source.u32(0) + ": the file is damaged");
        }
        source.advance(TRAILER);
    }

    private CaptureException fault(String fault) {
        return CaptureException.at(name(), source().offset(), fault);
    }

    @Override
    public int interfaces() {
        return interfaces.size();
    }

    @Override
    public String interfaceName(int number) {
        return interfaces.get(number).label;
    }

    @Override
    public int linkType(int number) {
        return interfaces.get(number).linkType;
    }

    @Override
    public long dropped(int number) {
        return interfaces.get(number).lost();
    }

    @Override
    long droppedBetween(int number) {
        return interfaces.get(number).lostBetween();
    }

    @Override
    long lossReports() {
        return lossReports;
    }
}
