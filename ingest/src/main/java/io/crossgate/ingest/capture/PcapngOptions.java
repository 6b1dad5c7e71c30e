package io.crossgate.ingest.capture;

/** Walks the options at the end of a pcapng block: 16-bit code, 16-bit length, value, padding to 32 bits; the code 0 ends them. */
final class PcapngOptions {
    private final ByteSource source;
    private int next;
    private int limit;
    private int code;
    private int length;
    private int value;
    private boolean overrun;

    PcapngOptions(ByteSource source) {
        this.source = source;
    }

    /** Starts a walk from {@code from} up to {@code limit}, offsets from the source's position. */
    void start(int from, int limit) {
        next = from;
        this.limit = limit;
        overrun = false;
    }

    /** Goes to the next option; false at the end, and at an option that does not fit. */
    boolean next() {
        if (limit - next < 4) {
            return false;
        }
        code = source.u16(next);
        length = source.u16(next + 2);
        value = next + 4;
        if (code == 0) {
            return false;
        }
        if (length > limit - value) {
            overrun = true;
            return false;
        }
        next = value + (length + 3 & ~3);
        return true;
    }

    /** True if the walk ended at an option longer than its block. */
    boolean overrun() {
        return overrun;
    }

    int code() {
        return code;
    }

    /** Bytes of the value. */
    int length() {
        return length;
    }

    /** Offset of the value from the source's position. */
    int value() {
        return value;
    }
}
