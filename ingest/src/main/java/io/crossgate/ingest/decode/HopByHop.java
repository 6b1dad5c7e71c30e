package io.crossgate.ingest.decode;

/** The IPv6 hop-by-hop options, as far as a router must obey them (RFC 8200 section 4.2). */
final class HopByHop {
    private static final int PAD_1 = 0;
    private static final int PAD_N = 1;
    private static final int ROUTER_ALERT = 5;
    private static final int JUMBO = 0xc2;
    /** More padding than it takes to align is taken for a covert channel. */
    private static final int MAX_PADDING = 7;

    private HopByHop() {}

    /** True if a router goes on with a packet whose hop-by-hop header begins at {@code offset}. */
    static boolean isAccepted(Frame frame, int offset) {
        if (frame.lacks(offset + Ip.EXTENSION_FIXED)) {
            return false;
        }
        int end = offset + (frame.u8(offset + 1) + 1) * 8;
        if (frame.lacks(end)) {
            return false;
        }
        int padding = 0;
        int at = offset + 2;
        while (at < end) {
            int type = frame.u8(at);
            if (type == PAD_1) {
                if (++padding > MAX_PADDING) {
                    return false;
                }
                at++;
                continue;
            }
            if (at + 2 > end || at + 2 + frame.u8(at + 1) > end) {
                return false;
            }
            int length = frame.u8(at + 1);
            if (type == PAD_N) {
                padding += 2 + length;
                if (padding > MAX_PADDING || !isZero(frame, at + 2, length)) {
                    return false;
                }
            } else {
                padding = 0;
                boolean unknownMayBeSkipped = type >>> 6 == 0;
                if (type == ROUTER_ALERT && length != 2 || type == JUMBO && length != 4 || type != JUMBO && !unknownMayBeSkipped) {
                    return false;
                }
            }
            at += 2 + length;
        }
        return true;
    }

    private static boolean isZero(Frame frame, int from, int length) {
        for (int i = 0; i < length; i++) {
            if (frame.u8(from + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
