package io.crossgate.lab;

import java.util.List;
import java.util.Optional;

/** All scenarios. */
final class Scenarios {
    static final List<Scenario> ALL = List.of(
            Maintenance.founding(false), Split.symmetric(false), Split.mirror(false), Split.bothStateful(false), Split.logOnly(false),
            Maintenance.founding(true), Split.symmetric(true), Split.mirror(true), Split.bothStateful(true), Split.logOnly(true),
            new FailOver(false), new FailOver(true), new ExpiredEntry(), new PacketLoss(), new ThreeGateways(), new Hairpin(), new NatPool(), new ResetInjection(),
            new PortReuse(), new SimultaneousOpen(), new FastOpen(), Maintenance.pingFlood());

    private Scenarios() {}

    static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }
}
