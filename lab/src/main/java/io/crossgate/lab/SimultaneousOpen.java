package io.crossgate.lab;

import java.util.List;

/**
 * Both sides connect to each other at once.
 *
 * <pre>
 *   10.20.30.11:51000 ── gwa (firewall) lan | wan ── provider (loses the client's SYN) ── 203.0.113.50:8443
 *
 *   client    SYN      ──>  gwa  ──>  lost
 *   client         <──  SYN       gwa  <──  server
 *   client    SYN-ACK  ──>  gwa  ──>        server
 *   client         <──  ACK       gwa  <──  server
 * </pre>
 */
final class SimultaneousOpen extends Scenario {
    private static final int TIMES = 5;

    SimultaneousOpen() {
        super("simultaneous-open", "two SYNs cross behind the firewall", false, List.of(Gateway.firewall("gwa")));
    }

    @Override
    Expected expected() {
        return Expected.nothing("Nothing: simultaneous open is legal TCP.");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        for (int i = 0; i < TIMES; i++) {
            stage.cross("all", 51_000 + i, 8443 + i);
        }
    }
}
