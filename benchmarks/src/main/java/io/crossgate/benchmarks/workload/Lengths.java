package io.crossgate.benchmarks.workload;

/** Packets of a conversation: a bounded Pareto distribution, so that most are short and most packets belong to few. */
final class Lengths {
    private static final int GRID = 1 << 14;

    private final int longest;
    private final double shape;

    private Lengths(int longest, double shape) {
        this.longest = longest;
        this.shape = shape;
    }

    /**
     * The one with a given mean.
     *
     * @throws IllegalArgumentException if no such distribution has it
     */
    static Lengths withMean(double mean, int longest) {
        double low = 0.05;
        double high = 20;
        if (new Lengths(longest, low).mean() < mean || new Lengths(longest, high).mean() > mean) {
            throw new IllegalArgumentException(String.format("%.2f packets of a TCP conversation on average are out of reach: they have %d to %d", mean, TcpTalk.SHORTEST, longest));
        }
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (new Lengths(longest, middle).mean() > mean) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new Lengths(longest, high);
    }

    /** The length at a quantile, 0 to 1 exclusive. */
    int at(double quantile) {
        double least = Math.pow(TcpTalk.SHORTEST, -shape);
        double most = Math.pow(longest + 1.0, -shape);
        return Math.min(longest, (int) Math.pow(least - quantile * (least - most), -1 / shape));
    }

    double shape() {
        return shape;
    }

    private double mean() {
        double sum = 0;
        for (int i = 0; i < GRID; i++) {
            sum += at((i + 0.5) / GRID);
        }
        return sum / GRID;
    }

    /**
     * The mean time between exchanges, nanoseconds, with which {@code atOnce} of {@code flows} conversations that begin evenly over {@code duration} go on at its
     * end; 0 if they are as many without any.
     */
    long think(long flows, long atOnce, long duration) {
        double goal = (double) atOnce / flows * duration;
        double low = 0;
        double high = 2.0 * duration;
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            double sum = 0;
            for (int q = 0; q < GRID; q++) {
                int packets = at((q + 0.5) / GRID);
                sum += Math.min(duration, TcpTalk.busy(packets) + TcpTalk.thinks(packets) * middle);
            }
            if (sum / GRID < goal) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (long) low;
    }
}
