package io.crossgate.detect;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntUnaryOperator;

/** Bytes that code allocates once the compiler has seen it often. */
public final class Allocated {
    private static final int WARM_UP = 20;

    private Allocated() {}

    /**
     * Bytes that {@code packets} packets cost, after twenty runs of a tenth of them.
     *
     * @param talk takes so many packets, and gives a positive number made of all that came of them
     */
    public static long over(int packets, IntUnaryOperator talk) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (int i = 0; i < WARM_UP; i++) {
            sum += talk.applyAsInt(packets / 10);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += talk.applyAsInt(packets);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (sum <= 0) {
            throw new AssertionError("nothing came of the packets");
        }
        return allocated;
    }
}
