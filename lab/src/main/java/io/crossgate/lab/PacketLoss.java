package io.crossgate.lab;

import java.util.List;

/**
 * One in twenty packets is lost at the provider.
 *
 * <pre>
 *   10.20.30.0/24 ── gwa (firewall) lan | wan ── provider (loses 5 %) ── 203.0.113.50:443
 * </pre>
 */
final class PacketLoss extends Scenario {
    private static final int TIMEOUT_MILLIS = 8_000;

    PacketLoss() {
        super("packet-loss", "both ways by gwa; the provider loses one packet in twenty", false, List.of(Gateway.firewall("gwa")));
    }

    @Override
    Expected expected() {
        return Expected.nothing("Nothing: loss is no fault of the firewall's, and retransmissions are valid.");
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.network.providerDrops("numgen random mod 100 < 5");
        stage.transfers("all", Addresses.STAFF, 60, 100_000, TIMEOUT_MILLIS);
    }
}
