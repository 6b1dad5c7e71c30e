package io.crossgate.ingest.capture;

/** What a pcapng file says of one interface (Interface Description Block), and how many packets of it were lost so far. */
final class PcapngInterface {
    private static final long NANOS = 1_000_000_000L;
    /** Times from here on do not fit into 64 bits of nanoseconds: 2262-04-11. */
    private static final long LAST_SECOND = Long.MAX_VALUE / NANOS;
    private static final int BINARY = 0x80;
    private static final long[] TENS = new long[20];

    static {
        TENS[0] = 1;
        for (int i = 1; i < TENS.length; i++) {
            TENS[i] = TENS[i - 1] * 10; // 10^19 only fits unsigned
        }
    }

    /** The time of a packet whose stamp lies outside what nanoseconds in 64 bits can express. */
    static final long NO_TIME = Long.MIN_VALUE;

    final int linkType;
    /** Snap length in bytes; 0 for none. */
    final long snapLength;
    /** The name by the file, or null. */
    String name;
    /** The name, or a number where there is none. */
    String label;
    /** Clock resolution as in if_tsresol; microseconds unless stated. */
    private int resolution = 6;
    /** Seconds to add to every time. */
    private long offset;
    /** Losses by the counts in packet blocks, and by interface statistics: two accounts of the same packets. */
    private long lostBetween;
    private long lostByStatistics;

    PcapngInterface(int linkType, long snapLength) {
        this.linkType = linkType;
        this.snapLength = snapLength;
    }

    /** Sets the clock resolution: 10^-n seconds, or with the top bit set 2^-n; false if finer than 64 bits can count. */
    boolean resolution(int value) {
        resolution = value;
        return (value & BINARY) != 0 ? (value & ~BINARY) <= 63 : value <= 19;
    }

    void offset(long seconds) {
        offset = seconds;
    }

    void lostBefore(long packets) {
        if (packets > 0) {
            lostBetween += packets;
        }
    }

    /** Losses since the capture began, by an Interface Statistics Block. */
    void lostSinceStart(long packets) {
        lostByStatistics = Math.max(lostByStatistics, packets);
    }

    long lostBetween() {
        return lostBetween;
    }

    long lost() {
        return Math.max(lostBetween, lostByStatistics);
    }

    /** Nanoseconds since the epoch of a time in ticks of this interface's clock, an unsigned number; {@link #NO_TIME} if out of range. */
    long nanos(long ticks) {
        long seconds;
        long fraction;
        int n = resolution & ~BINARY;
        if ((resolution & BINARY) != 0) {
            seconds = n == 0 ? ticks : ticks >>> n;
            fraction = n == 0 ? 0 : binaryFraction(ticks & (1L << n) - 1, n);
        } else {
            seconds = Long.divideUnsigned(ticks, TENS[n]);
            long rest = Long.remainderUnsigned(ticks, TENS[n]);
            fraction = n <= 9 ? rest * TENS[9 - n] : Long.divideUnsigned(rest, TENS[n - 9]);
        }
        if (seconds < 0 || seconds > LAST_SECOND || offset > LAST_SECOND || offset < -LAST_SECOND) {
            return NO_TIME;
        }
        long sum = seconds + offset;
        return sum < 0 || sum >= LAST_SECOND ? NO_TIME : sum * NANOS + fraction;
    }

    /** Nanoseconds of {@code part / 2^n} seconds, where {@code part} is less than 2^n and n is 1 to 63. */
    private static long binaryFraction(long part, int n) {
        long low = part * NANOS;
        return n <= 33 ? low >>> n : Math.multiplyHigh(part, NANOS) << 64 - n | low >>> n;
    }
}
