package io.crossgate.lab;

import java.util.List;

/**
 * A client uses the same port again while the firewall's entry is in TIME_WAIT.
 *
 * <pre>
 *   10.20.30.11:50000 ── gwa (firewall) lan | wan ── provider ── 203.0.113.50:443
 * </pre>
 */
final class PortReuse extends Scenario {
    PortReuse() {
        super("port-reuse", "one client port, connection after connection, in the firewall's TIME_WAIT", false, List.of(Gateway.firewall("gwa")));
    }

    @Override
    Expected expected() {
        return Expected.nothing("Nothing: a SYN opens an entry in TIME_WAIT anew.");
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.reuse("all", 50_000, 20);
    }
}
