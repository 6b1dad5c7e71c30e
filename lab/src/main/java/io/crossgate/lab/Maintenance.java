package io.crossgate.lab;

import java.util.List;

/**
 * The founding case: a maintenance window adds a second upstream.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa (firewall) lan | wan ──┬── provider ── 203.0.113.50:443
 *   10.20.40.0/24  └── gwb (router)   lan | wan ──┘
 *
 *   before   both networks:  SYN by gwa, SYN-ACK by gwa
 *   during   10.20.30.0/24:  SYN by gwa or gwb (equal cost), SYN-ACK by gwa
 *            10.20.40.0/24:  as before
 * </pre>
 *
 * SYN-ACKs of SYNs that left by gwb are INVALID at gwa. Echo requests keep to gwa: see {@link Network#out}.
 */
final class Maintenance extends Scenario {
    private final boolean flood;

    private Maintenance(String name, String summary, boolean v6, boolean flood) {
        super(name, summary, v6, List.of(Gateway.firewall("gwa"), Gateway.router("gwb")));
        this.flood = flood;
    }

    static Maintenance founding(boolean v6) {
        return new Maintenance("maintenance" + (v6 ? "-v6" : ""), "all by gwa; then equal-cost routes over gwa and gwb for one network, replies still by gwa", v6, false);
    }

    /** The same, while unaffected clients ping as fast as they can. */
    static Maintenance pingFlood() {
        return new Maintenance("ping-flood", "maintenance, with a flood of pings beside it", false, true);
    }

    @Override
    Expected expected() {
        return new Expected("Equal-cost routes: SYNs of " + addresses().network(Addresses.STAFF) + " leave by gwb, their SYN-ACKs return by gwa and are dropped there; "
                + addresses().network(Addresses.GUESTS) + " is well.", 1, "EQUAL_COST_ROUTES", "gwa");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        for (int network : Addresses.NETWORKS) {
            stage.network.out(network, "gwa");
            stage.network.back(network, "gwa");
        }
        if (flood) {
            stage.ping(Addresses.GUESTS, 4, 0);
        }
        stage.ping(flood ? Addresses.GUESTS : Addresses.STAFF, 1, 200);
        stage.connections("before", Addresses.STAFF, 60);
        stage.connections("before, other network", Addresses.GUESTS, 30);
        stage.settle();
        stage.network.out(Addresses.STAFF, "gwa", "gwb");
        stage.connections("during", Addresses.STAFF, 80);
        stage.connections("during, other network", Addresses.GUESTS, 30);
    }
}
