package io.crossgate.ingest.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Just enough of pcap and pcapng to hand a capture's frames to a decoder; stops without complaint where the file no longer makes sense. */
final class TestCaptures {
    interface FrameSink {
        void frame(int linkType, byte[] bytes, int offset, int capturedLength, long originalLength);
    }

    private static final int SECTION = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int PACKET = 6;
    private static final int ORDER = 0x1a2b3c4d;

    private TestCaptures() {}

    /** True if the file is a capture of a kind that this reads. */
    static boolean isReadable(byte[] file) {
        if (file.length < 24) {
            return false;
        }
        int magic = ByteBuffer.wrap(file).getInt();
        return magic == SECTION || pcapOrder(magic) != null;
    }

    static byte[] bytes(Path path) {
        try {
            byte[] raw = Files.readAllBytes(path);
            if (raw.length > 2 && raw[0] == 0x1f && (raw[1] & 0xff) == 0x8b) {
                return new GZIPInputStream(new ByteArrayInputStream(raw)).readAllBytes();
            }
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void read(byte[] file, FrameSink sink) {
        ByteBuffer in = ByteBuffer.wrap(file);
        int magic = in.getInt(0);
        if (magic == SECTION) {
            pcapng(in, sink);
        } else {
            pcap(in.order(pcapOrder(magic)), sink);
        }
    }

    private static ByteOrder pcapOrder(int magic) {
        return switch (magic) {
            case 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34 -> ByteOrder.BIG_ENDIAN;
            case 0xd4c3b2a1, 0x4d3cb2a1, 0x34cdb2a1 -> ByteOrder.LITTLE_ENDIAN;
            default -> null;
        };
    }

    private static void pcap(ByteBuffer in, FrameSink sink) {
        int extra = in.getInt(0) == 0xa1b2cd34 ? 8 : 0; // Kuznetzov's variant notes an interface with every packet
        int linkType = in.getInt(20) & 0xffff;
        int at = 24;
        while (in.limit() - at >= 16 + extra) {
            long captured = in.getInt(at + 8);
            long original = in.getInt(at + 12) & 0xffff_ffffL;
            at += 16 + extra;
            if (captured < 0 || captured > in.limit() - at) {
                return;
            }
            sink.frame(linkType, in.array(), at, (int) captured, original);
            at += (int) captured;
        }
    }

    private static void pcapng(ByteBuffer in, FrameSink sink) {
        List<Integer> links = new ArrayList<>();
        int at = 0;
        while (in.limit() - at >= 12) {
            int type = in.getInt(at);
            if (type == SECTION) {
                in.order(ByteOrder.BIG_ENDIAN);
                in.order(in.getInt(at + 8) == ORDER ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                links.clear();
            }
            int length = in.getInt(at + 4);
            if (length < 12 || length > in.limit() - at) {
                return;
            }
            if (type == INTERFACE) {
                links.add(in.getShort(at + 8) & 0xffff);
            } else if (type == PACKET || type == OLD_PACKET) {
                int number = type == PACKET ? in.getInt(at + 8) : in.getShort(at + 8) & 0xffff;
                int captured = in.getInt(at + 20);
                if (number < 0 || number >= links.size() || captured < 0 || captured > length - 32) {
                    return;
                }
                sink.frame(links.get(number), in.array(), at + 28, captured, in.getInt(at + 24) & 0xffff_ffffL);
            } else if (type == SIMPLE_PACKET && !links.isEmpty()) {
                long original = in.getInt(at + 8) & 0xffff_ffffL;
                sink.frame(links.get(0), in.array(), at + 12, (int) Math.min(original, length - 16), original);
            }
            at += length + 3 & ~3;
        }
    }
}
