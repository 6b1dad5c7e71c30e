package io.crossgate.lab;

import java.util.List;

/**
 * Connections stay silent for longer than the firewall keeps their entries.
 *
 * <pre>
 *   10.20.30.0/24 ── gwa (firewall) lan | wan ── provider ── 203.0.113.50:443
 * </pre>
 *
 * {@code nf_conntrack_tcp_timeout_established} is 2 s and {@code nf_conntrack_tcp_loose} 0.
 */
final class ExpiredEntry extends Scenario {
    private static final long SILENCE_MILLIS = 3_500;

    ExpiredEntry() {
        super("expired-entry", "connections silent for longer than gwa keeps their entries (2 s)", false, List.of(
                Gateway.firewall("gwa").with("nf_conntrack_tcp_timeout_established", "2").with("nf_conntrack_tcp_loose", "0")));
    }

    @Override
    Expected expected() {
        return new Expected("State lost: connections that were whole are INVALID at gwa after a silence.", 1, "CONNECTION_STATE_LOST", "");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.open("before", Addresses.STAFF, 20);
        Thread.sleep(SILENCE_MILLIS);
        stage.use("after the silence");
        stage.connections("new", Addresses.STAFF, 20);
        stage.release();
        stage.settle();
    }
}
