package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * TCP header and options (RFC 9293 section 3.1).
 *
 * <pre>
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |          source port          |       destination port        |
 *  4  |                        sequence number                        |
 *  8  |                     acknowledgement number                    |
 * 12  | offset|     |A|C|E|U|A|P|R|S|F|            window             |
 * 16  |           checksum            |        urgent pointer         |
 * 20  |                           options ...
 * </pre>
 */
final class Tcp {
    private static final int FIXED = 20;
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int MSS = 2;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;

    private Tcp() {}

    static Outcome decode(Frame frame) {
        PacketHeader into = frame.into;
        long segment = frame.stated - frame.at;
        if (frame.lacks(FIXED)) {
            return into.fragment && segment < FIXED ? Outcome.FRAGMENT : frame.shortage(FIXED);
        }
        int headerLength = (frame.u8(12) >>> 4) * 4;
        if (headerLength < FIXED || headerLength > segment && !into.fragment) {
            return Outcome.MALFORMED;
        }
        into.protocol = PacketHeader.TCP;
        into.sourcePort = frame.u16(0);
        into.destinationPort = frame.u16(2);
        into.seq = frame.i32(4);
        into.ack = frame.i32(8);
        into.flags = frame.u16(12) & 0x1ff;
        into.window = frame.u16(14);
        into.payloadLength = (int) Math.max(0, segment - headerLength);
        into.checksum = Checksum.ofTcp(frame);
        into.truncated = frame.lacks(headerLength);
        options(frame, Math.min(frame.at + headerLength, frame.end));
        return Outcome.TCP;
    }

    /** Reads the options up to {@code end}, which lies within the captured bytes; stops where the list is cut or contradicts itself. */
    private static void options(Frame frame, int end) {
        byte[] bytes = frame.bytes;
        int at = frame.at + FIXED;
        while (at < end && bytes[at] != END) {
            if (bytes[at] == NO_OPERATION) {
                at++;
                continue;
            }
            if (at + 1 >= end) {
                return;
            }
            int length = bytes[at + 1] & 0xff;
            if (length < 2 || at + length > end) {
                return;
            }
            option(frame, at - frame.at, length);
            at += length;
        }
    }

    /** Reads one option, all of which is there. One whose length is not that of its kind is passed over. */
    private static void option(Frame frame, int offset, int length) {
        PacketHeader into = frame.into;
        switch (frame.u8(offset)) {
            case MSS -> {
                if (length == 4) {
                    into.mss = frame.u16(offset + 2);
                }
            }
            case WINDOW_SCALE -> {
                if (length == 3) {
                    into.windowScale = frame.u8(offset + 2);
                }
            }
            case SACK_PERMITTED -> into.sackPermitted |= length == 2;
            case SACK -> {
                if (length % 8 == 2 && length > 2 && length <= 34) {
                    into.sackCount = length / 8;
                    for (int i = 0; i < into.sackCount; i++) {
                        into.sackLeft[i] = frame.i32(offset + 2 + 8 * i);
                        into.sackRight[i] = frame.i32(offset + 6 + 8 * i);
                    }
                }
            }
            case TIMESTAMPS -> {
                if (length == 10) {
                    into.timestamps = true;
                    into.tsVal = frame.i32(offset + 2);
                    into.tsEcr = frame.i32(offset + 6);
                }
            }
            default -> { }
        }
    }
}
