package io.crossgate.app.explain;

import io.crossgate.detect.conntrack.CtVerdict;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.ingest.decode.Reach;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What it all came to: verdicts, reasons, and the flows with the most INVALID packets. Memory is bounded. */
public final class Summary {
    /** Flows whose INVALID packets are counted apart; beyond it they count in total only. */
    private static final int MAX_FLOWS = 10_000;

    /** A flow by its two ends, as its first INVALID packet had them. */
    public record FlowCount(PacketHeader first, long invalid) {}

    private static final class Flow {
        private final PacketHeader first = new PacketHeader();
        private long invalid;
    }

    private final long[] verdicts = new long[CtVerdict.values().length];
    private final long[] reasons = new long[InvalidReason.values().length];
    private final long[] reaches = new long[Reach.values().length];
    private final Map<FlowKey, Flow> flows = new HashMap<>();
    private long packets;
    private long never;
    private boolean flowsLeftOut;

    public void count(Explained e) {
        packets++;
        if (e.verdict == null) {
            never++;
            reaches[e.reach.ordinal()]++;
            return;
        }
        verdicts[e.verdict.ordinal()]++;
        if (!e.invalid()) {
            return;
        }
        reasons[e.reason.ordinal()]++;
        if (!e.reach.tracked()) {
            return;
        }
        FlowKey key = FlowKey.of(e.header);
        Flow flow = flows.get(key);
        if (flow == null) {
            if (flows.size() == MAX_FLOWS) {
                flowsLeftOut = true;
                return;
            }
            flow = new Flow();
            flow.first.copyFrom(e.header);
            flows.put(key, flow);
        }
        flow.invalid++;
    }

    public long packets() {
        return packets;
    }

    public long of(CtVerdict verdict) {
        return verdicts[verdict.ordinal()];
    }

    /** Packets that never reach the tracker. */
    public long never() {
        return never;
    }

    /** Packets that came no further than this. */
    public long of(Reach reach) {
        return reaches[reach.ordinal()];
    }

    public long of(InvalidReason reason) {
        return reasons[reason.ordinal()];
    }

    /** The flows with the most INVALID packets, most first. */
    public List<FlowCount> worst(int count) {
        List<FlowCount> all = new ArrayList<>();
        flows.values().forEach(flow -> all.add(new FlowCount(flow.first, flow.invalid)));
        all.sort(Comparator.comparingLong(FlowCount::invalid).reversed().thenComparingLong(f -> f.first().time));
        return all.subList(0, Math.min(count, all.size()));
    }

    /** True if there were more flows with INVALID packets than are counted apart. */
    public boolean flowsLeftOut() {
        return flowsLeftOut;
    }
}
