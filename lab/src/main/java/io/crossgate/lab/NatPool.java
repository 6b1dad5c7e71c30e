package io.crossgate.lab;

import java.util.List;

/**
 * Two firewalls translate to the same address; the provider sends it to one of them.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa (firewall, NAT) lan | wan ──┬── provider ── 203.0.113.50:443
 *                  └── gwb (firewall, NAT) lan | wan ──┘
 *
 *   SYN by gwa or gwb, from 192.0.2.10 on the wan; SYN-ACK to 192.0.2.10, by gwa
 * </pre>
 *
 * One client only: two clients' equal ports, translated by both gateways to the same address, would be one flow to the server.
 */
final class NatPool extends Scenario {
    NatPool() {
        super("nat-pool", "equal-cost routes over two firewalls that translate to one address; back by gwa", false,
                List.of(Gateway.firewall("gwa").withPool(), Gateway.firewall("gwb").withPool()));
    }

    @Override
    Expected expected() {
        return new Expected("Equal-cost routes: SYN-ACKs to the pool's address, of SYNs that gwb translated, are dropped at gwa.", 1, "EQUAL_COST_ROUTES", "gwa");
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, "gwa", "gwb");
        stage.network.backToPool("gwa");
        stage.connectionsOfOne("all", Addresses.STAFF, 60);
    }
}
