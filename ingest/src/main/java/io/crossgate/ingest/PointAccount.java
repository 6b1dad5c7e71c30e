package io.crossgate.ingest;

import io.crossgate.ingest.decode.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of one observation point's packets: each is counted under one outcome. */
public final class PointAccount {
    private static final Outcome[] OUTCOMES = Outcome.values();

    private final String gateway;
    private final String iface;
    private final boolean firewallLog;
    private final long[] outcomes = new long[OUTCOMES.length];
    private long lost;
    private long outOfOrder;

    public PointAccount(String gateway, String iface, boolean firewallLog) {
        this.gateway = gateway;
        this.iface = iface;
        this.firewallLog = firewallLog;
    }

    public void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    /** Packets that the capture missed. */
    public void countLost(long packets) {
        lost += packets;
    }

    /** A packet that bore an earlier time than its predecessor, and was taken at its predecessor's. */
    public void countOutOfOrder() {
        outOfOrder++;
    }

    public String gateway() {
        return gateway;
    }

    public String iface() {
        return iface;
    }

    public boolean firewallLog() {
        return firewallLog;
    }

    public long packets() {
        long sum = 0;
        for (long n : outcomes) {
            sum += n;
        }
        return sum;
    }

    /** How many packets ended in each outcome, all outcomes in one fixed order. */
    public Map<String, Long> outcomes() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Outcome outcome : OUTCOMES) {
            counts.put(outcome.text(), outcomes[outcome.ordinal()]);
        }
        return counts;
    }

    public long lost() {
        return lost;
    }

    /** What else is to be known of this capture. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (outOfOrder > 0) {
            remarks.add(outOfOrder + " packets bear an earlier time than the one before: taken at that one's");
        }
        return remarks;
    }
}
