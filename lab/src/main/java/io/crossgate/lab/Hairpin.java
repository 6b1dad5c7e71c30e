package io.crossgate.lab;

import java.util.List;

/**
 * The firewall and the router that leads out are on one LAN: what clients send turns round at the firewall, what they get does not pass it.
 *
 * <pre>
 *   10.20.30.0/24 ─┬── gwa (firewall, LAN only)
 *                  └── gwb (router) lan | wan ── provider ── 203.0.113.50:443
 *
 *   out    client, gwa, gwb     (enters and leaves gwa by the same interface)
 *   back   gwb, client
 * </pre>
 */
final class Hairpin extends Scenario {
    Hairpin() {
        super("hairpin", "out by gwa and then gwb on one LAN, back by gwb straight to the client", false,
                List.of(Gateway.firewall("gwa").withoutWan(), Gateway.router("gwb")));
    }

    @Override
    Expected expected() {
        return new Expected("The return route passes gwa by: it never sees the SYN-ACK, and drops what the clients send after their SYN.", 1,
                "RETURN_ROUTE_BYPASSES_FIREWALL", "");
    }

    @Override
    void play(Stage stage) {
        stage.network.out(Addresses.STAFF, "gwa");
        stage.network.back(Addresses.STAFF, "gwb");
        stage.connections("all", Addresses.STAFF, 30);
    }
}
