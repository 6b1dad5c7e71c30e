package io.crossgate.ingest;

import io.crossgate.ingest.decode.Outcome;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the packets of one observation point.
 *
 * @param gateway the gateway's name
 * @param iface the interface's name
 * @param firewallLog true if the capture is the firewall's own log (NFLOG)
 * @param packets packets read: the sum of all outcomes
 * @param outcomes packets by what the decoder made of them; every outcome has an entry
 * @param lost packets that the capture says it lost, not part of {@code packets}
 * @param outOfOrder packets whose time was before that of their predecessor and was raised to it, part of {@code packets}
 */
public record PointAccount(
        String gateway, String iface, boolean firewallLog, long packets, Map<Outcome, Long> outcomes, long lost, long outOfOrder) {

    public PointAccount {
        EnumMap<Outcome, Long> copy = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            copy.put(outcome, outcomes.getOrDefault(outcome, 0L));
        }
        outcomes = Collections.unmodifiableMap(copy);
    }

    /** The account of packets counted in {@code byOutcome}, by the ordinal of their {@link Outcome}. */
    public static PointAccount of(String gateway, String iface, boolean firewallLog, long[] byOutcome, long lost, long outOfOrder) {
        EnumMap<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        long packets = 0;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, byOutcome[outcome.ordinal()]);
            packets += byOutcome[outcome.ordinal()];
        }
        return new PointAccount(gateway, iface, firewallLog, packets, counts, lost, outOfOrder);
    }

    /** Packets with this outcome. */
    public long count(Outcome outcome) {
        return outcomes.get(outcome);
    }
}
