package io.crossgate.app.explain;

import io.crossgate.schemas.flow.PacketHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Packets of many small conversations, made one after the other: client 10.x.y.z, another one for each conversation, and server 198.18.0.1:443. */
final class Packets {
    private static final int SERVER = 198 << 24 | 18 << 16 | 1;
    private static final int CLIENT_PORT = 40_000;
    private static final int SERVER_PORT = 443;
    private static final byte[] ETHERNET = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};

    /** TCP options, as bytes; a multiple of four. */
    record Options(byte[] bytes) {
        static final Options NONE = new Options(new byte[0]);

        static Options syn(int scale, boolean sack) {
            ByteBuffer out = ByteBuffer.allocate(12).put((byte) 2).put((byte) 4).putShort((short) 1460);
            if (scale >= 0) {
                out.put((byte) 1).put((byte) 3).put((byte) 3).put((byte) scale);
            }
            if (sack) {
                out.put((byte) 1).put((byte) 1).put((byte) 4).put((byte) 2);
            }
            byte[] bytes = new byte[out.position()];
            out.flip().get(bytes);
            return new Options(bytes);
        }

        static Options sack(int left, int right) {
            return new Options(ByteBuffer.allocate(12).put((byte) 1).put((byte) 1).put((byte) 5).put((byte) 10).putInt(left).putInt(right).array());
        }
    }

    final List<byte[]> frames = new ArrayList<>();
    /** Of every frame, the conversation that it belongs to. */
    final List<Integer> conversations = new ArrayList<>();
    final List<String> words = new ArrayList<>();
    private int conversation = -1;

    /** Begins another conversation. */
    int begin() {
        return ++conversation;
    }

    /** The client's address in a conversation. */
    static String client(int conversation) {
        return "10." + (conversation >> 16) + "." + (conversation >> 8 & 0xff) + "." + (conversation & 0xff);
    }

    void tcp(boolean fromClient, int flags, int seq, int ack, int window, Options options, int payload) {
        int header = 20 + options.bytes.length;
        ByteBuffer segment = ByteBuffer.allocate(header + payload);
        segment.putShort((short) (fromClient ? CLIENT_PORT : SERVER_PORT)).putShort((short) (fromClient ? SERVER_PORT : CLIENT_PORT));
        segment.putInt(seq).putInt(ack).putShort((short) (header / 4 << 12 | flags)).putShort((short) window).putInt(0).put(options.bytes);
        ip(fromClient, PacketHeader.TCP, segment.array(), 16, true);
        words.add((fromClient ? "> " : "< ") + "flags " + Integer.toHexString(flags) + " seq " + Integer.toUnsignedString(seq) + " ack "
                + Integer.toUnsignedString(ack) + " win " + window + " len " + payload + " opt " + options.bytes.length);
    }

    /** An ICMP message; its checksum right or not. */
    void icmp(boolean fromClient, int type, int code, int id, byte[] body, boolean goodChecksum) {
        ByteBuffer message = ByteBuffer.allocate(8 + body.length);
        message.put((byte) type).put((byte) code).putShort((short) 0).putShort((short) id).putShort((short) 1).put(body);
        byte[] bytes = message.array();
        ip(fromClient, PacketHeader.ICMP, bytes, -1, false);
        byte[] frame = frames.get(frames.size() - 1);
        int sum = sum(frame, 34, frame.length, 0) ^ (goodChecksum ? 0 : 0x5555);
        frame[36] = (byte) (sum >>> 8);
        frame[37] = (byte) sum;
        words.add((fromClient ? "> " : "< ") + "icmp " + type + "/" + code + " id " + id + " body " + body.length);
    }

    /** The IP packet of the last frame, cut to {@code length} bytes. */
    byte[] quotation(int length) {
        byte[] frame = frames.get(frames.size() - 1);
        byte[] quoted = new byte[length];
        System.arraycopy(frame, ETHERNET.length, quoted, 0, Math.min(length, frame.length - ETHERNET.length));
        return quoted;
    }

    private void ip(boolean fromClient, int protocol, byte[] content, int checksumAt, boolean pseudoHeader) {
        int client = 10 << 24 | conversation;
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET.length + 20 + content.length);
        frame.put(ETHERNET).putShort((short) 0x4500).putShort((short) (20 + content.length)).putShort((short) (frames.size() + 1)).putShort((short) 0);
        frame.put((byte) 64).put((byte) protocol).putShort((short) 0).putInt(fromClient ? client : SERVER).putInt(fromClient ? SERVER : client).put(content);
        byte[] bytes = frame.array();
        int header = sum(bytes, 14, 34, 0);
        bytes[24] = (byte) (header >>> 8);
        bytes[25] = (byte) header;
        if (pseudoHeader) {
            int sum = sum(bytes, 26, bytes.length, protocol + content.length);
            bytes[34 + checksumAt] = (byte) (sum >>> 8);
            bytes[35 + checksumAt] = (byte) sum;
        }
        frames.add(bytes);
        conversations.add(conversation);
    }

    private static int sum(byte[] bytes, int from, int to, int initial) {
        long sum = initial;
        for (int i = from; i < to; i++) {
            sum += (long) (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
