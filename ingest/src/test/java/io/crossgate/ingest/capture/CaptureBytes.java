package io.crossgate.ingest.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes pcap and pcapng files byte by byte, as the specifications draw them. */
final class CaptureBytes {
    static final int ETHERNET = 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    CaptureBytes(ByteOrder order) {
        this.order = order;
    }

    static CaptureBytes pcap(ByteOrder order, int magic, int linkType) {
        CaptureBytes file = new CaptureBytes(order);
        return file.put(file.buffer(24).putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65535).putInt(linkType));
    }

    static CaptureBytes pcap(int linkType) {
        return pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b23c4d, linkType);
    }

    static CaptureBytes pcapng(ByteOrder order) {
        return new CaptureBytes(order).section();
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    CaptureBytes put(ByteBuffer bytes) {
        return put(bytes.array());
    }

    CaptureBytes put(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A pcap record; {@code seconds} and {@code fraction} as they are to stand in the file. */
    CaptureBytes record(long seconds, int fraction, byte[] frame) {
        put(buffer(16).putInt((int) seconds).putInt(fraction).putInt(frame.length).putInt(frame.length + 100));
        return put(frame);
    }

    /** A record of a pcap file in nanoseconds. */
    CaptureBytes record(long nanos, byte[] frame) {
        return record(nanos / 1_000_000_000, (int) (nanos % 1_000_000_000), frame);
    }

    CaptureBytes block(int type, byte[] body) {
        int length = 12 + (body.length + 3 & ~3);
        return put(buffer(length).putInt(type).putInt(length).put(body).position(length - 4).putInt(length));
    }

    CaptureBytes section() {
        return block(0x0a0d0d0a, buffer(16).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1).array());
    }

    CaptureBytes describe(int linkType, byte[]... options) {
        return block(1, join(buffer(8).putShort((short) linkType).putShort((short) 0).putInt(0).array(), options));
    }

    CaptureBytes describe(int linkType, String name) {
        return describe(linkType, option(2, name.getBytes(StandardCharsets.UTF_8)), option(9, new byte[] {9}));
    }

    CaptureBytes enhanced(int number, long ticks, byte[] frame, byte[]... options) {
        byte[] head = buffer(20).putInt(number).putInt((int) (ticks >>> 32)).putInt((int) ticks).putInt(frame.length).putInt(frame.length + 100).array();
        return block(6, join(join(head, padded(frame)), options));
    }

    CaptureBytes obsolete(int number, int drops, long ticks, byte[] frame) {
        byte[] head = buffer(20).putShort((short) number).putShort((short) drops).putInt((int) (ticks >>> 32)).putInt((int) ticks)
                .putInt(frame.length).putInt(frame.length).array();
        return block(2, join(head, padded(frame)));
    }

    CaptureBytes simple(int original, byte[] frame) {
        return block(3, join(buffer(4).putInt(original).array(), padded(frame)));
    }

    CaptureBytes statistics(int number, long ifDrop, long osDrop) {
        return block(5, join(buffer(12).putInt(number).putLong(0).array(), option(5, number(ifDrop)), option(7, number(osDrop)), option(0, new byte[0])));
    }

    byte[] number(long value) {
        return buffer(8).putLong(value).array();
    }

    byte[] flags(int value) {
        return option(2, buffer(4).putInt(value).array());
    }

    byte[] option(int code, byte[] value) {
        return join(buffer(4).putShort((short) code).putShort((short) value.length).array(), padded(value));
    }

    private static byte[] padded(byte[] bytes) {
        return java.util.Arrays.copyOf(bytes, bytes.length + 3 & ~3);
    }

    static byte[] join(byte[] first, byte[]... rest) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        for (byte[] bytes : rest) {
            joined.writeBytes(bytes);
        }
        return joined.toByteArray();
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** A frame of that many bytes, each holding the length. */
    static byte[] frame(int length) {
        byte[] frame = new byte[length];
        java.util.Arrays.fill(frame, (byte) length);
        return frame;
    }

    /** An Ethernet frame with an IPv4 TCP SYN whose sequence number is given. */
    static byte[] syn(int seq) {
        return join(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, ipv4Syn(seq));
    }

    static byte[] ipv4Syn(int seq) {
        return ByteBuffer.allocate(40).put((byte) 0x45).put((byte) 0).putShort((short) 40).putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0)
                .putInt(0x0a000001).putInt(0x0a000002).putShort((short) 1000).putShort((short) 80).putInt(seq).putInt(0)
                .putShort((short) 0x5002).putShort((short) 1024).putInt(0).array();
    }

    /** A frame with a Linux cooked header of version 2. */
    static byte[] cooked(int index, int seq) {
        return join(ByteBuffer.allocate(20).putShort((short) 0x0800).putShort((short) 0).putInt(index).putShort((short) 1).array(), ipv4Syn(seq));
    }

    /** An NFLOG record of a TCP SYN, logged at {@code micros} of event time. */
    static byte[] logged(long micros, int seq) {
        byte[] packet = ipv4Syn(seq);
        byte[] stamp = ByteBuffer.allocate(16).putLong(micros / 1_000_000).putLong(micros % 1_000_000).array();
        ByteBuffer head = ByteBuffer.allocate(4 + 20 + 4).order(ByteOrder.BIG_ENDIAN).put((byte) 2).put((byte) 0).putShort((short) 5);
        head.order(ByteOrder.LITTLE_ENDIAN).putShort((short) 20).putShort((short) 3).put(stamp);
        head.putShort((short) (4 + packet.length)).putShort((short) 9);
        return join(head.array(), packet);
    }

    /** What a reader made of a file. */
    record Read(List<Long> times, List<Integer> lengths, CaptureException fault) {}

    static Read read(byte[] file) {
        List<Long> times = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file), "x.pcap")) {
            RawPacket packet = new RawPacket();
            while (reader.next(packet)) {
                times.add(packet.time);
                lengths.add(packet.capturedLength);
                java.util.Objects.checkFromIndexSize(packet.offset, packet.capturedLength, packet.bytes.length);
            }
            return new Read(times, lengths, null);
        } catch (CaptureException e) {
            return new Read(times, lengths, e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
