package io.crossgate.detect;

import java.util.List;

/**
 * One handshake as its SYN-ACK's arrivals at the gateways tell of it.
 *
 * @param arrivals at least one, all of the same SYN-ACK
 */
record Handshake(List<Arrival> arrivals) {
    boolean serverFromLow() {
        return arrivals.get(0).serverFromLow;
    }

    int ack() {
        return arrivals.get(0).ack;
    }

    /** The first arrival at any gateway, by the gateways' own clocks. */
    long firstTime() {
        long first = Long.MAX_VALUE;
        for (Arrival arrival : arrivals) {
            first = Math.min(first, arrival.time);
        }
        return first;
    }
}
