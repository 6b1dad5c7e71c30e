package io.crossgate.lab;

import java.util.List;

/**
 * Equal-cost routes over three gateways; replies return by one.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa (firewall) lan | wan ──┬── provider ── 203.0.113.50:443
 *                  ├── gwb (router)   lan | wan ──┤
 *                  └── gwc (firewall) lan | wan ──┘
 *
 *   SYN by gwa, gwb or gwc; SYN-ACK by gwa
 * </pre>
 */
final class ThreeGateways extends Scenario {
    ThreeGateways() {
        super("three-gateways", "equal-cost routes over three gateways, back by gwa", false,
                List.of(Gateway.firewall("gwa"), Gateway.router("gwb"), Gateway.firewall("gwc")));
    }

    @Override
    Expected expected() {
        return new Expected("Equal-cost routes: SYN-ACKs of SYNs that left by gwb or gwc are dropped at gwa.", 2, "EQUAL_COST_ROUTES", "gwa");
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, "gwa", "gwb", "gwc");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.connections("all", Addresses.STAFF, 60);
    }
}
