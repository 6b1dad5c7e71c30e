package io.crossgate.ingest.decode;

/** IEEE 802.11 data frames with LLC, on their own or behind a radiotap header. */
final class Wireless {
    private static final int RADIOTAP_FIXED = 8;
    private static final int PRESENT_TIME = 1;
    private static final int PRESENT_FLAGS = 2;
    private static final int FLAG_PADDED = 0x20;

    private static final int FIXED = 24;
    private static final int DATA = 2;
    private static final int NO_DATA = 0x40;
    private static final int QUALITY = 0x80;
    private static final int FOUR_ADDRESSES = 3;
    private static final int MORE_FRAGMENTS = 4;
    private static final int PROTECTED = 0x40;
    private static final int ORDER = 0x80;
    private static final int AGGREGATE = 0x80;

    private Wireless() {}

    /** Radiotap: version, padding, length, presence bits (more of them while the top one is set), fields; low bytes first. */
    static Outcome radiotap(Frame frame) {
        if (frame.lacks(RADIOTAP_FIXED)) {
            return frame.shortage(RADIOTAP_FIXED);
        }
        int length = frame.u16le(2);
        if (length < RADIOTAP_FIXED) {
            return Outcome.MALFORMED;
        }
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        boolean padded = isPadded(frame, length);
        frame.at += length;
        return decode(frame, padded);
    }

    /** True if the flags field, the first but for a time of eight bytes, says that the header is padded to a multiple of four bytes. */
    private static boolean isPadded(Frame frame, int length) {
        int present = frame.u8(4);
        int offset = RADIOTAP_FIXED;
        while (offset + 4 <= length && (frame.u8(offset - 1) & 0x80) != 0) {
            offset += 4;
        }
        if ((present & PRESENT_TIME) != 0) {
            offset = (offset + 7 & ~7) + 8;
        }
        return (present & PRESENT_FLAGS) != 0 && offset < length && (frame.u8(offset) & FLAG_PADDED) != 0;
    }

    static Outcome decode(Frame frame) {
        return decode(frame, false);
    }

    /** As {@link #decode}, for access points that swap the first two bytes. */
    static Outcome decodeEitherOrder(Frame frame) {
        if (frame.lacks(2)) {
            return frame.shortage(2);
        }
        boolean swapped = !isData(frame.u8(0)) && isData(frame.u8(1));
        return decode(frame, swapped ? frame.u8(1) : frame.u8(0), swapped ? frame.u8(0) : frame.u8(1), false);
    }

    private static boolean isData(int control) {
        return (control & 0xf) == DATA << 2;
    }

    private static Outcome decode(Frame frame, boolean padded) {
        return frame.lacks(2) ? frame.shortage(2) : decode(frame, frame.u8(0), frame.u8(1), padded);
    }

    private static Outcome decode(Frame frame, int control, int flags, boolean padded) {
        if (!isData(control) || (control & NO_DATA) != 0 || (flags & PROTECTED) != 0) {
            return Outcome.NOT_IP;
        }
        boolean quality = (control & QUALITY) != 0;
        int length = FIXED + ((flags & 3) == FOUR_ADDRESSES ? 6 : 0);
        int qualityAt = length;
        length += quality ? 2 : 0;
        length += quality && (flags & ORDER) != 0 ? 4 : 0;
        length = padded ? length + 3 & ~3 : length;
        if (frame.lacks(length)) {
            return frame.shortage(length);
        }
        if ((frame.u8(22) & 0xf) != 0) {
            return Outcome.FRAGMENT; // a later piece of a frame
        }
        if (quality && (frame.u8(qualityAt) & AGGREGATE) != 0) {
            return Outcome.NOT_IP; // several packets in one frame
        }
        boolean firstPiece = (flags & MORE_FRAGMENTS) != 0;
        frame.at += length;
        if (firstPiece) {
            frame.stated++; // never complete, so that no checksum is verified
        }
        return EtherTypes.logicalLink(frame);
    }
}
