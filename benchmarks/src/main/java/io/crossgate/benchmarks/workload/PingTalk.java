package io.crossgate.benchmarks.workload;

import java.io.IOException;

/** Echo requests, one a second, and their replies. */
final class PingTalk extends Talk {
    /** The most requests that a ping sends. */
    static final int MOST = 3;
    /** Packets captured of one, where one to {@link #MOST} requests are equally likely. */
    static final double CAPTURED_ON_AVERAGE = 4 * (1 + MOST) / 2.0;

    private final int requests;
    private final int id;
    private final int trip;
    private int sequence = 1;
    private boolean replies;

    PingTalk(Network network, int requests) {
        this.requests = requests;
        id = network.random.nextInt(1 << 16);
        trip = 4_000_000 + network.random.nextInt(36_000_000);
    }

    @Override
    void step(Network n) throws IOException {
        n.frame.echo(this, !replies, id, sequence);
        n.cross(gateway, !replies, at);
        if (!replies) {
            at += trip;
        } else {
            at = sequence++ == requests ? END : at + SECOND - trip;
        }
        replies = !replies;
    }
}
