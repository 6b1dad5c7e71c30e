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
        fixed(frame.bytes, frame.at, into);
        into.payloadLength = (int) Math.max(0, segment - headerLength);
        into.checksum = Checksum.ofTcp(frame);
        into.truncated = frame.lacks(headerLength);
        options(frame.bytes, frame.at + FIXED, Math.min(frame.at + headerLength, frame.end), into);
        return Outcome.TCP;
    }

    /** Reads what of the fixed header, which is there, needs no look at anything else. */
    static void fixed(byte[] bytes, int at, PacketHeader into) {
        into.sourcePort = Frame.u16(bytes, at);
        into.destinationPort = Frame.u16(bytes, at + 2);
        into.seq = Frame.i32(bytes, at + 4);
        into.ack = Frame.i32(bytes, at + 8);
        into.flags = Frame.u16(bytes, at + 12) & 0x1ff;
        into.window = Frame.u16(bytes, at + 14);
    }

    /** Reads the options up to {@code end}, which lies within the captured bytes; stops where the list is cut or contradicts itself. */
    static void options(byte[] bytes, int from, int end, PacketHeader into) {
        int at = from;
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
            option(bytes, at, length, into);
            at += length;
        }
    }

    /** Reads one option, all of which is there. One whose length is not that of its kind is passed over. */
    private static void option(byte[] bytes, int at, int length, PacketHeader into) {
        switch (bytes[at]) {
            case MSS -> {
                if (length == 4) {
                    into.mss = Frame.u16(bytes, at + 2);
                }
            }
            case WINDOW_SCALE -> {
                if (length == 3) {
                    into.windowScale = bytes[at + 2] & 0xff;
                }
            }
            case SACK_PERMITTED -> into.sackPermitted |= length == 2;
            case SACK -> {
                if (length % 8 == 2 && length > 2 && length <= 34) {
                    into.sackCount = length / 8;
                    for (int i = 0; i < into.sackCount; i++) {
                        into.sackLeft[i] = Frame.i32(bytes, at + 2 + 8 * i);
                        into.sackRight[i] = Frame.i32(bytes, at + 6 + 8 * i);
                    }
                }
            }
            case TIMESTAMPS -> {
                if (length == 10) {
                    into.timestamps = true;
                    into.tsVal = Frame.i32(bytes, at + 2);
                    into.tsEcr = Frame.i32(bytes, at + 6);
                }
            }
            default -> { }
        }
    }
}
