package io.crossgate.lab;

import java.util.List;

/**
 * SYNs that carry data, over equal-cost routes: RFC 7413.
 *
 * <pre>
 *   10.20.30.11 ─┬── gwa (firewall) lan | wan ──┬── provider ── 203.0.113.50:443
 *                └── gwb (router)   lan | wan ──┘
 *
 *   SYN with data by gwa or gwb, SYN-ACK by gwa
 * </pre>
 */
final class FastOpen extends Scenario {
    FastOpen() {
        super("fast-open", "SYNs that carry data: first all by gwa, then over equal-cost routes", false, List.of(Gateway.firewall("gwa"), Gateway.router("gwb")));
    }

    @Override
    Expected expected() {
        return new Expected("Equal-cost routes: SYN-ACKs that acknowledge the SYN's data are paired with their SYNs at gwb.", 1, "EQUAL_COST_ROUTES", "gwa");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        // The client sends data with no cookie (0x4); the server takes it so, on every listening socket (0x600).
        stage.set(Network.CLIENTS, "net.ipv4.tcp_fastopen", "5");
        stage.set(Network.SERVER, "net.ipv4.tcp_fastopen", "1538");
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.fastOpen("before", 52_000, 10);
        stage.settle();
        stage.network.out(Addresses.STAFF, "gwa", "gwb");
        stage.fastOpen("during", 53_000, 8);
    }
}
