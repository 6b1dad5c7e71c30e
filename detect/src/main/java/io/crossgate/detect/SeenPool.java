package io.crossgate.detect;

import java.util.Arrays;

/** Headers and entered packets that are no longer needed, to be used again: of those that come and go with every packet none is left to the garbage collector. */
final class SeenPool {
    /** More than this many are left to the garbage collector: a gateway that ran far ahead of another needed more for a while. */
    private static final int KEPT = 1 << 16;

    private Seen[] seen = new Seen[1 << 10];
    private int seenCount;
    private Entered[] entered = new Entered[1 << 10];
    private int enteredCount;

    Seen seen() {
        return seenCount == 0 ? new Seen() : seen[--seenCount];
    }

    void free(Seen s) {
        if (seenCount == seen.length) {
            if (seenCount == KEPT) {
                return;
            }
            seen = Arrays.copyOf(seen, 2 * seenCount);
        }
        seen[seenCount++] = s;
    }

    Entered entered(Seen packet) {
        return (enteredCount == 0 ? new Entered() : entered[--enteredCount]).set(packet);
    }

    /** Frees an entered packet and its header. */
    void free(Entered e) {
        free(e.packet);
        e.packet = null;
        if (enteredCount == entered.length) {
            if (enteredCount == KEPT) {
                return;
            }
            entered = Arrays.copyOf(entered, 2 * enteredCount);
        }
        entered[enteredCount++] = e;
    }
}
