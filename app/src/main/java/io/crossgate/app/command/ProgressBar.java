package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.ingest.Progress;
import java.util.Locale;

/** A bar on standard error for work that lasts, if that is a terminal. */
final class ProgressBar implements Progress {
    private static final long FIRST_MS = 1_000;
    private static final long EVERY_MS = 200;
    private static final int CELLS = 30;

    private final long start = System.nanoTime();
    private long next = FIRST_MS;
    private boolean shown;

    @Override
    public void at(long bytesRead, long bytesTotal, long packets) {
        long ms = (System.nanoTime() - start) / 1_000_000;
        if (ms < next || !Terminal.errIsTerminal()) {
            return;
        }
        next = ms + EVERY_MS;
        shown = true;
        String rate = String.format(Locale.ROOT, "%.1f M packets, %.2f M/s", packets / 1e6, packets / 1e3 / Math.max(ms, 1));
        if (bytesTotal <= 0) {
            System.err.print("\r" + rate + "  ");
            return;
        }
        double part = Math.min(1, (double) bytesRead / bytesTotal);
        int full = (int) (part * CELLS);
        long left = part > 0 ? (long) (ms / part * (1 - part) / 1000) : 0;
        System.err.print("\r[" + "#".repeat(full) + ".".repeat(CELLS - full) + "] " + (int) (part * 100) + " %  " + rate + ", " + left + " s left   ");
    }

    void clear() {
        if (shown) {
            System.err.print("\r" + " ".repeat(90) + "\r");
        }
    }
}
