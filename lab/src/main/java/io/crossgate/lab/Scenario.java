package io.crossgate.lab;

import java.util.List;

/** One story that happens on a network of routers and firewalls: its making, and what is right to find in its recording. */
abstract class Scenario {
    private final String name;
    private final String summary;
    private final boolean v6;
    private final List<Gateway> gateways;

    Scenario(String name, String summary, boolean v6, List<Gateway> gateways) {
        this.name = name;
        this.summary = summary;
        this.v6 = v6;
        this.gateways = List.copyOf(gateways);
    }

    final String name() {
        return name;
    }

    final String summary() {
        return summary;
    }

    final List<Gateway> gateways() {
        return gateways;
    }

    final Addresses addresses() {
        return new Addresses(v6);
    }

    abstract Expected expected();

    /** Sets routes and has clients and servers talk; returns when the story is over. */
    abstract void play(Stage stage) throws InterruptedException;
}
