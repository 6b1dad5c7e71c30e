package io.crossgate.benchmarks.workload;

import java.io.IOException;

/**
 * A handshake whose SYNs leave by the router and whose SYN-ACKs come back by the firewall, which drops them: both sides repeat theirs, and the client gives up.
 */
final class AsymmetricTalk extends Talk {
    /** Times of the client's SYNs, from the first on; each is answered. */
    private static final long[] SYNS = {0, SECOND, 3 * SECOND};
    /** Times at which the server repeats its SYN-ACK of its own accord. */
    private static final long[] REPEATS = {2 * SECOND, 5 * SECOND};
    static final int SYN_ACKS = SYNS.length + REPEATS.length;
    /** Packets captured of it: SYNs on both sides of the router, SYN-ACKs on one side of the firewall. */
    static final int CAPTURED = 2 * SYNS.length + SYN_ACKS;

    private final long began;
    private final int serverTrip;
    private final int clientSeq;
    private final int serverSeq;
    private int syns;
    private int answers;
    private int repeats;
    private int clientClock;

    AsymmetricTalk(Network network, long at) {
        this.at = at;
        began = at;
        serverTrip = 4_000_000 + network.random.nextInt(36_000_000);
        clientSeq = network.random.nextInt();
        serverSeq = network.random.nextInt();
    }

    @Override
    void step(Network n) throws IOException {
        if (syns < SYNS.length && at == began + SYNS[syns]) {
            clientClock = clock();
            n.frame.tcp(this, true, Frame.SYN, clientSeq, 0, 64_240, 0, clientClock, 0, 0, 0);
            n.cross(Network.ROUTER, true, at);
            syns++;
        } else {
            if (answers < syns) {
                answers++;
            } else {
                repeats++;
            }
            n.frame.tcp(this, false, Frame.SYN | Frame.ACK, serverSeq, clientSeq + 1, 65_160, 0, clock(), clientClock, 0, 0);
            n.enter(Network.FIREWALL, false, at);
        }
        if (answers < syns) {
            at = began + SYNS[answers] + serverTrip;
        } else {
            long syn = syns < SYNS.length ? began + SYNS[syns] : END;
            long repeat = repeats < REPEATS.length ? began + REPEATS[repeats] + serverTrip : END;
            at = Math.min(syn, repeat);
        }
        if (at == END) {
            n.truth.asymmetric(this, SYN_ACKS);
        }
    }
}
