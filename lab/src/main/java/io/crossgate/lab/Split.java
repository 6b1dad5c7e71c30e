package io.crossgate.lab;

import java.util.List;

/**
 * Routes that stay as they are.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa lan | wan ──┬── provider ── 203.0.113.50:443
 *                  └── gwb lan | wan ──┘
 *
 *                  gwa        gwb        SYN by       SYN-ACK by
 *   symmetric      firewall   router     gwa          gwa
 *   mirror         firewall   router     gwa          gwb
 *   both-stateful  firewall   firewall   gwa or gwb   gwa
 *   log-only       logs only  router     gwa or gwb   gwa
 * </pre>
 */
final class Split extends Scenario {
    private static final int CONNECTIONS = 60;

    private final List<String> out;
    private final String back;
    private final Expected expected;

    private Split(String name, String summary, boolean v6, Gateway a, Gateway b, List<String> out, String back, Expected expected) {
        super(name + (v6 ? "-v6" : ""), summary, v6, List.of(a, b));
        this.out = out;
        this.back = back;
        this.expected = expected;
    }

    static Split symmetric(boolean v6) {
        return new Split("symmetric", "all by gwa, both ways", v6, Gateway.firewall("gwa"), Gateway.router("gwb"), List.of("gwa"), "gwa",
                Expected.nothing("Nothing: every packet of a connection passes the one firewall."));
    }

    static Split mirror(boolean v6) {
        return new Split("mirror", "out by gwa, back by gwb: the clients' ACKs are INVALID at gwa", v6, Gateway.firewall("gwa"), Gateway.router("gwb"), List.of("gwa"),
                "gwb", new Expected("The return route passes gwa by: it never sees the SYN-ACK, and drops what the clients send after their SYN.", 1,
                "RETURN_ROUTE_BYPASSES_FIREWALL", "gwb"));
    }

    static Split bothStateful(boolean v6) {
        return new Split("both-stateful", "equal-cost routes over two firewalls, back by gwa", v6, Gateway.firewall("gwa"), Gateway.firewall("gwb"),
                List.of("gwa", "gwb"), "gwa", new Expected("Equal-cost routes: SYN-ACKs of SYNs that left by gwb are dropped at gwa.", 1, "EQUAL_COST_ROUTES", "gwa"));
    }

    static Split logOnly(boolean v6) {
        return new Split("log-only", "equal-cost routes, back by gwa, which logs INVALID and forwards", v6, Gateway.logOnly("gwa"), Gateway.router("gwb"),
                List.of("gwa", "gwb"), "gwa", new Expected("Orphaned SYN-ACKs at gwa, and no drop: connections are well.", 0, "", "gwa"));
    }

    @Override
    Expected expected() {
        return expected;
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, out.toArray(String[]::new));
        stage.network.back(Addresses.STAFF, back);
        stage.ping(Addresses.STAFF, 1, 200);
        stage.connections("all", Addresses.STAFF, CONNECTIONS);
    }
}
