package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The next-generation format (draft-ietf-opsawg-pcapng): blocks, in sections of either byte order, over several interfaces. Blocks of other kinds are passed over.
 *
 * <pre>
 *   block   type:32  length:32  body, padded to 32 bits  length:32
 * </pre>
 */
final class PcapngReader extends CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int OPTION_NAME = 2;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;
    private static final int OPTION_FLAGS = 2;
    private static final int OPTION_INTERFACE_DROPS = 5;
    private static final int OPTION_SYSTEM_DROPS = 7;
    private static final int MAX_INTERFACES = 65_536;
    private static final long MAX_SECONDS = 4_000_000_000L;

    private static final class Interface {
        int linkType;
        long snapLength;
        TimeUnit unit = TimeUnit.DEFAULT;
        long offsetSeconds;
        String name;
        long dropped;
        /** Those that its packets tell of, where no statistics do. */
        long droppedByPackets;
    }

    /** How long a unit of an interface's time stamps is: 10 or 2 to the power of minus {@code exponent}, in seconds. */
    private record TimeUnit(boolean binary, int exponent) {
        static final TimeUnit DEFAULT = new TimeUnit(false, 6);

        long nanos(long units) {
            if (binary) {
                long seconds = exponent > 63 ? 0 : units >>> exponent;
                long fraction = exponent > 63 ? 0 : units & (1L << exponent) - 1;
                long thirtyBits = exponent > 30 ? fraction >>> exponent - 30 : fraction << 30 - exponent;
                return seconds(seconds) + (thirtyBits * 1_000_000_000L >>> 30);
            }
            if (exponent > 9) {
                int more = exponent - 9;
                return more > 18 ? 0 : Math.min(Long.divideUnsigned(units, (long) Math.pow(10, more)), Long.MAX_VALUE >>> 1) & Long.MAX_VALUE;
            }
            long perUnit = (long) Math.pow(10, 9 - exponent);
            return units < 0 || units > (Long.MAX_VALUE >>> 1) / perUnit ? Long.MAX_VALUE >>> 1 : units * perUnit;
        }

        private static long seconds(long seconds) {
            return seconds < 0 || seconds > (Long.MAX_VALUE >>> 1) / 1_000_000_000L ? Long.MAX_VALUE >>> 1 : seconds * 1_000_000_000L;
        }
    }

    private final List<Interface> interfaces = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private long droppedInEarlierSections;
    private long lastTime;

    PcapngReader(ByteSource in) {
        super(in);
    }

    /** Names of the interfaces seen so far, in all sections. */
    List<String> interfaceNames() {
        return names;
    }

    @Override
    public long dropped() {
        long sum = droppedInEarlierSections;
        for (Interface i : interfaces) {
            sum += Math.max(i.dropped, i.droppedByPackets);
        }
        return sum;
    }

    @Override
    public boolean next(RawPacket into) throws IOException {
        while (in.has(12)) {
            if (in.i32(0) == SECTION_HEADER) {
                section();
                continue;
            }
            long length = in.u32(4);
            int type = in.i32(0);
            if (length < 12) {
                throw fault("a block says that it is " + length + " bytes long, less than the 12 that every block has: the file is corrupt");
            }
            long padded = length + 3 & ~3L;
            boolean wanted = type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == OLD_PACKET || type == INTERFACE || type == STATISTICS;
            if (padded > MAX_PACKET && wanted) {
                throw fault("a block says that it is " + length + " bytes long: the file is corrupt");
            }
            if (!wanted) {
                passOver(padded);
                continue;
            }
            if (!in.has((int) padded)) {
                throw fault("block of " + length + " bytes cut off after " + in.left((int) padded) + ": the file is truncated");
            }
            if (in.u32((int) padded - 4) != length) {
                throw fault("a block's two lengths differ (" + length + " and " + in.u32((int) padded - 4) + "): the file is corrupt");
            }
            boolean packet = take(type, (int) padded, into);
            in.skip((int) padded);
            if (packet) {
                return true;
            }
        }
        int left = in.left(12);
        if (left > 0) {
            throw fault("block header of 12 bytes cut off after " + left + ": the file is truncated");
        }
        return false;
    }

    private void passOver(long length) throws IOException {
        long left = length;
        while (left > 0) {
            int step = (int) Math.min(left, 65_536);
            if (!in.has(step)) {
                throw fault("block of " + length + " bytes cut off: the file is truncated");
            }
            in.skip(step);
            left -= step;
        }
    }

    private void section() throws IOException {
        if (!in.has(28)) {
            throw fault("section header cut off after " + in.left(28) + " bytes: the file is truncated");
        }
        in.order(ByteOrder.BIG_ENDIAN);
        if (in.i32(8) != BYTE_ORDER_MAGIC) {
            in.order(ByteOrder.LITTLE_ENDIAN);
            if (in.i32(8) != BYTE_ORDER_MAGIC) {
                throw fault("a section without its byte-order magic: the file is corrupt");
            }
        }
        long length = in.u32(4);
        if (length < 28 || length > MAX_PACKET) {
            throw fault("a section header says that it is " + length + " bytes long: the file is corrupt");
        }
        int major = in.u16(12);
        if (major != 1) {
            throw fault("pcapng version " + major + "." + in.u16(14) + " is not known, only 1.x is");
        }
        droppedInEarlierSections = dropped();
        interfaces.clear();
        passOver(length + 3 & ~3L);
    }

    private boolean take(int type, int length, RawPacket into) throws IOException {
        switch (type) {
            case INTERFACE -> describeInterface(length);
            case STATISTICS -> statistics(length);
            case ENHANCED_PACKET -> {
                need(length >= 32, "an enhanced packet block of " + length + " bytes");
                packet(into, interfaceOf(in.u32(8)), in.u32(20), in.u32(24), 28, length);
                stamp(into, interfaceOf(in.u32(8)), 12);
                int options = 28 + (into.capturedLength + 3 & ~3);
                into.way = way(options, length - 4);
                return true;
            }
            case OLD_PACKET -> {
                need(length >= 32, "a packet block of " + length + " bytes");
                Interface from = interfaceOf(in.u16(8));
                packet(into, from, in.u32(20), in.u32(24), 28, length);
                stamp(into, from, 12);
                int drops = in.u16(10);
                from.droppedByPackets += drops == 0xffff ? 0 : drops;
                return true;
            }
            default -> {
                need(length >= 16, "a simple packet block of " + length + " bytes");
                Interface from = interfaceOf(0);
                long original = in.u32(8);
                long room = length - 16L;
                long captured = Math.min(Math.min(original, room), from.snapLength == 0 ? original : from.snapLength);
                packet(into, from, captured, original, 12, length);
                into.time = lastTime; // the block carries none
                return true;
            }
        }
        return false;
    }

    private void packet(RawPacket into, Interface from, long captured, long original, int data, int length) throws IOException {
        need(captured <= length - 4L - data, "a packet of " + captured + " bytes in a block of " + length);
        into.linkType = from.linkType;
        into.bytes = in.window();
        into.offset = in.position() + data;
        into.capturedLength = (int) captured;
        into.originalLength = Math.max(original, captured);
        into.iface = from.name;
        into.way = PacketHeader.WAY_UNKNOWN;
    }

    private void stamp(RawPacket into, Interface from, int field) {
        long units = in.u32(field) << 32 | in.u32(field + 4);
        into.time = from.unit.nanos(units) + from.offsetSeconds * 1_000_000_000L;
        lastTime = into.time;
    }

    private Interface interfaceOf(long index) throws IOException {
        need(index < interfaces.size(), "a packet of interface " + index + ", of which no description came before");
        return interfaces.get((int) index);
    }

    private void describeInterface(int length) throws IOException {
        need(length >= 20, "an interface description of " + length + " bytes");
        need(interfaces.size() < MAX_INTERFACES, "more than " + MAX_INTERFACES + " interfaces");
        Interface described = new Interface();
        described.linkType = in.u16(8);
        described.snapLength = in.u32(12);
        for (int at = 16; at + 4 <= length - 4;) {
            int code = in.u16(at);
            int size = in.u16(at + 2);
            if (code == 0 || at + 4 + size > length - 4) {
                break;
            }
            if (code == OPTION_NAME) {
                described.name = name(at + 4, size);
            } else if (code == OPTION_RESOLUTION && size == 1) {
                int value = in.u8(at + 4);
                described.unit = new TimeUnit((value & 0x80) != 0, value & 0x7f);
            } else if (code == OPTION_OFFSET && size == 8) {
                described.offsetSeconds = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, in.i64(at + 4)));
            }
            at += 4 + (size + 3 & ~3);
        }
        if (described.name == null || described.name.isEmpty()) {
            described.name = "if" + interfaces.size();
        }
        interfaces.add(described);
        if (!names.contains(described.name)) {
            names.add(described.name);
        }
    }

    private String name(int at, int size) {
        byte[] bytes = Arrays.copyOfRange(in.window(), in.position() + at, in.position() + at + size);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }

    private void statistics(int length) throws IOException {
        need(length >= 24, "interface statistics of " + length + " bytes");
        Interface of = interfaceOf(in.u32(8));
        long drops = 0;
        for (int at = 20; at + 4 <= length - 4;) {
            int code = in.u16(at);
            int size = in.u16(at + 2);
            if (code == 0 || at + 4 + size > length - 4) {
                break;
            }
            if ((code == OPTION_INTERFACE_DROPS || code == OPTION_SYSTEM_DROPS) && size == 8) {
                drops += Math.max(0, in.i64(at + 4));
            }
            at += 4 + (size + 3 & ~3);
        }
        of.dropped = Math.max(of.dropped, drops);
    }

    private byte way(int from, int end) {
        for (int at = from; at + 4 <= end;) {
            int code = in.u16(at);
            int size = in.u16(at + 2);
            if (code == 0 || at + 4 + size > end) {
                break;
            }
            if (code == OPTION_FLAGS && size == 4) {
                int direction = in.i32(at + 4) & 3;
                return direction == 1 ? PacketHeader.WAY_IN : direction == 2 ? PacketHeader.WAY_OUT : PacketHeader.WAY_UNKNOWN;
            }
            at += 4 + (size + 3 & ~3);
        }
        return PacketHeader.WAY_UNKNOWN;
    }

    private void need(boolean good, String what) throws IOException {
        if (!good) {
            throw fault(what + ": the file is corrupt");
        }
    }
}
