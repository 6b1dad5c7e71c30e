package io.crossgate.lab;

import java.util.List;
import java.util.Random;

/**
 * A blind attacker sends resets with the server's address, and sequence numbers by chance, into open connections.
 *
 * <pre>
 *   10.20.30.0/24 ── gwa (firewall) lan | wan ── provider (attacker) ── 203.0.113.50:443
 * </pre>
 */
final class ResetInjection extends Scenario {
    private static final int RESETS = 5;
    private static final long SEED = 7;

    ResetInjection() {
        super("reset-injection", "forged resets, out of the window, into open connections", false, List.of(Gateway.firewall("gwa")));
    }

    @Override
    Expected expected() {
        return Expected.nothing("Drops at gwa that tell of no lost state and no wrong route: connections are well.");
    }

    @Override
    void play(Stage stage) throws InterruptedException {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwa");
        stage.open("before", Addresses.STAFF, 20);
        stage.forgeResets("before", new Random(SEED).ints(RESETS).boxed().toList());
        stage.settle();
        stage.use("after");
        stage.release();
        stage.settle();
    }
}
