package io.crossgate.lab;

import java.util.List;

/**
 * Routes move from one firewall to the other while connections are open; the two share no state.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa (firewall) lan | wan ──┬── provider ── 203.0.113.50:443
 *                  └── gwb (firewall) lan | wan ──┘
 *
 *   before   both ways by gwa
 *   after    both ways by gwb
 * </pre>
 *
 * With {@code nf_conntrack_tcp_loose} 0 gwb takes up no connection in its middle, and all that were open are dead.
 */
final class FailOver extends Scenario {
    private final boolean loose;

    FailOver(boolean loose) {
        super(loose ? "fail-over-loose" : "fail-over-strict", "both ways move from gwa to gwb in mid-connection; nf_conntrack_tcp_loose is " + (loose ? 1 : 0), false,
                List.of(Gateway.firewall("gwa"), Gateway.firewall("gwb").with("nf_conntrack_tcp_loose", loose ? "1" : "0")));
        this.loose = loose;
    }

    @Override
    Expected expected() {
        return loose ? Expected.nothing("Nothing: gwb picks the connections up in their middle.")
                : new Expected("State lost: connections that were whole are INVALID at gwb, which never saw them begin; new ones are well.", 1, "CONNECTION_STATE_LOST", "");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.open("before", Addresses.STAFF, 30);
        stage.settle();
        stage.network.out(Addresses.STAFF, "gwb");
        stage.network.back(Addresses.STAFF, "gwb");
        stage.use("after");
        stage.connections("after, new", Addresses.STAFF, 20);
        stage.release();
        stage.settle();
    }
}
