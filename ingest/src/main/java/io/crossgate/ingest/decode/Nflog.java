package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * A record of the Linux firewall's log: a header, then attributes, each padded to four bytes.
 *
 * <pre>
 *  0  | family | version | resource (network order) |
 *  4  | length (host order)  |  type (host order)   |   an attribute; its length counts these four bytes
 *     | value ...                                   |
 * </pre>
 *
 * <p>Host order is that of the machine that wrote the record. Types are small numbers, never 0, so that the first attribute shows which it was.
 */
final class Nflog {
    private static final int HEADER = 4;
    private static final int ATTRIBUTE = 4;
    /** Two bits of an attribute's type say how to read its value. */
    private static final int TYPE = 0x3fff;
    private static final int PACKET_HEADER = 1;
    private static final int TIMESTAMP = 3;
    private static final int PAYLOAD = 9;
    private static final int PREFIX = 10;
    private static final int FAMILY_IPV4 = 2;
    private static final int FAMILY_IPV6 = 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long LATEST_SECOND = Long.MAX_VALUE / NANOS_PER_SECOND - 1;

    private Nflog() {}

    static Outcome decode(Frame frame) {
        PacketHeader into = frame.into;
        into.logged = true;
        if (frame.lacks(HEADER + ATTRIBUTE)) {
            return frame.shortage(HEADER + ATTRIBUTE);
        }
        int family = frame.u8(0);
        frame.at += HEADER;
        boolean lowFirst = (frame.u16le(2) & TYPE) < 0x100;
        int payloadAt = -1;
        int payloadLength = 0;
        int etherType = 0;
        while (!frame.lacks(ATTRIBUTE)) {
            int length = lowFirst ? frame.u16le(0) : frame.u16(0);
            int type = (lowFirst ? frame.u16le(2) : frame.u16(2)) & TYPE;
            if (length < ATTRIBUTE) {
                return Outcome.MALFORMED;
            }
            boolean whole = !frame.lacks(length);
            if (type == PAYLOAD) {
                payloadAt = frame.at + ATTRIBUTE;
                payloadLength = length - ATTRIBUTE;
            } else if (type == PREFIX) {
                into.logPrefix = frame.prefixes.intern(frame.bytes, frame.at + ATTRIBUTE, whole ? frame.at + length : frame.end);
            } else if (type == TIMESTAMP && whole && length >= ATTRIBUTE + 16) {
                frame.logTime = nanos(frame.i64(ATTRIBUTE), frame.i64(ATTRIBUTE + 8));
            } else if (type == PACKET_HEADER && whole && length >= ATTRIBUTE + 2) {
                etherType = frame.u16(ATTRIBUTE);
            }
            if (!whole) {
                break;
            }
            frame.at = Math.min(frame.at + (length + 3 & ~3), frame.end);
        }
        if (payloadAt < 0) {
            return Outcome.TRUNCATED; // nothing of the packet was logged
        }
        frame.at = payloadAt;
        frame.limit(payloadLength);
        return switch (family) {
            case FAMILY_IPV4 -> Ip.v4(frame);
            case FAMILY_IPV6 -> Ip.v6(frame);
            default -> EtherTypes.decode(frame, etherType);
        };
    }

    private static long nanos(long seconds, long micros) {
        boolean sound = seconds >= 0 && seconds <= LATEST_SECOND && micros >= 0 && micros < 1_000_000;
        return sound ? seconds * NANOS_PER_SECOND + micros * 1000 : Long.MIN_VALUE;
    }
}
