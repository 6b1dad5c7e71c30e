package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Frames put together by hand: each method wraps what it is given in one more header, with right lengths and checksums. */
final class Frames {
    static final int SOURCE_PORT = 40000;
    static final int DESTINATION_PORT = 443;
    static final String SOURCE4 = "0a140105";
    static final String DESTINATION4 = "cb007132";
    static final String SOURCE6 = "20010db8000000010000000000000005";
    static final String DESTINATION6 = "20010db8000000020000000000000032";
    /** MSS 1460, SACK permitted, timestamps 1 and 2, no-operation, window scale 7. */
    static final String SYN_OPTIONS = "020405b40402080a000000010000000201030307";

    private Frames() {}

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** {@code headerHex}, then {@code payload}. */
    static byte[] wrap(String headerHex, byte[] payload) {
        return join(hex(headerHex), payload);
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    /** A TCP segment with checksum 0; {@link #ipv4} and {@link #ipv6} fill it in. */
    static byte[] tcp(int flags, String optionsHex, int payloadLength) {
        byte[] options = hex(optionsHex);
        int words = 5 + options.length / 4;
        return join(u16(SOURCE_PORT), u16(DESTINATION_PORT), hex("11223344 f5667788"), u16(words << 12 | flags), u16(64240), hex("0000 0000"), options,
                new byte[payloadLength]);
    }

    static byte[] synAck() {
        return tcp(PacketHeader.SYN | PacketHeader.ACK, SYN_OPTIONS, 0);
    }

    static byte[] icmp(int type, int code, String restHex, byte[] payload) {
        return join(new byte[] {(byte) type, (byte) code, 0, 0}, hex(restHex), payload);
    }

    static byte[] ipv4(int protocol, byte[] payload) {
        return ipv4(protocol, "", 0x4000, payload);
    }

    /** An IPv4 packet with ttl 63 and identification 0x1234; the transport checksum is filled in unless it is a fragment. */
    static byte[] ipv4(int protocol, String optionsHex, int fragment, byte[] payload) {
        byte[] options = hex(optionsHex);
        byte[] addresses = hex(SOURCE4 + DESTINATION4);
        byte[] segment = (fragment & 0x3fff) == 0 ? checksummed(protocol, addresses, payload) : payload;
        return join(new byte[] {(byte) (0x45 + options.length / 4), 0}, u16(20 + options.length + payload.length), hex("1234"), u16(fragment),
                new byte[] {63, (byte) protocol, 0, 0}, addresses, options, segment);
    }

    static byte[] ipv6(int protocol, byte[] payload) {
        return ipv6(protocol, new byte[0], protocol, payload);
    }

    /** An IPv6 packet with hop limit 61, whose first next-header is {@code next} and whose transport protocol is {@code protocol}. */
    static byte[] ipv6(int next, byte[] extensions, int protocol, byte[] payload) {
        byte[] addresses = hex(SOURCE6 + DESTINATION6);
        return join(hex("60000000"), u16(extensions.length + payload.length), new byte[] {(byte) next, 61}, addresses, extensions,
                checksummed(protocol, addresses, payload));
    }

    static byte[] udp(int destinationPort, byte[] payload) {
        return join(u16(50000), u16(destinationPort), u16(8 + payload.length), u16(0), payload);
    }

    static byte[] ethernet(int type, byte[] payload) {
        return join(hex("021100000001 021100000002"), u16(type), payload);
    }

    /** An Ethernet frame with a SYN-ACK over IPv4. */
    static byte[] synAckFrame() {
        return ethernet(0x0800, ipv4(PacketHeader.TCP, synAck()));
    }

    private static byte[] checksummed(int protocol, byte[] addresses, byte[] segment) {
        int at = switch (protocol) {
            case PacketHeader.TCP -> 16;
            case PacketHeader.ICMP, PacketHeader.ICMPV6 -> 2;
            default -> -1;
        };
        if (at < 0 || segment.length < at + 2) {
            return segment;
        }
        byte[] pseudo = protocol == PacketHeader.ICMP ? new byte[0] : join(addresses, u16(protocol), u16(segment.length));
        byte[] filled = segment.clone();
        System.arraycopy(u16(~sum(join(pseudo, segment))), 0, filled, at, 2);
        return filled;
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    /** One decoded frame: what it was and what it held. */
    record Decoded(Outcome outcome, PacketHeader header, int interfaceIndex, long logTime) {}

    static Decoded decode(int linkType, byte[] frame) {
        return decode(linkType, frame, frame.length);
    }

    /** Decodes the whole array as what is left of a frame of {@code originalLength} bytes. */
    static Decoded decode(int linkType, byte[] frame, long originalLength) {
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        Outcome outcome = decoder.decode(linkType, frame, 0, frame.length, originalLength, header);
        return new Decoded(outcome, header, decoder.interfaceIndex(), decoder.logTime());
    }
}
