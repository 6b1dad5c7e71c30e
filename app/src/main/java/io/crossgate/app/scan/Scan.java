package io.crossgate.app.scan;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.FlowEvents;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.IncidentDetector;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Tally;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.HashMap;
import java.util.Map;

/** Headers straight into both stages of detection: what the Kafka Streams topology does, in one thread. */
public final class Scan implements HeaderSink {
    /** Event time between decisions, nanoseconds: deciding is cheaper in larger steps, and comes to the same. */
    private static final long STEP = 100_000_000;

    private final Findings findings = new Findings();
    private final FlowDetector flows;
    private final IncidentDetector incidents;
    private final Map<Integer, Integer> points = new HashMap<>();
    private final Map<Integer, Long> nextStep = new HashMap<>();

    public Scan(DetectSettings settings) {
        incidents = new IncidentDetector(settings, 1, findings::add);
        flows = new FlowDetector(settings, new FlowEvents() {
            @Override
            public void orphanedSynAck(OrphanedSynAck event) {
                findings.add(event);
            }

            @Override
            public void invalidDrop(InvalidDrop event) {
                findings.add(event);
            }

            @Override
            public void flow(FlowSummary event) {
                findings.add(event);
            }

            @Override
            public void tally(Tally tally) {
                incidents.accept(0, tally);
            }
        });
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        points.put(index, flows.point(new ObservationPoint(gateway, iface, firewallLog)));
        nextStep.put(index, Long.MIN_VALUE);
    }

    @Override
    public void observedFrom(int index, long time) {
        flows.observedFrom(points.get(index), time);
    }

    @Override
    public void header(int index, PacketHeader header) {
        flows.accept(points.get(index), FlowKey.of(header), header);
    }

    @Override
    public void watermark(int index, long time) {
        if (time >= nextStep.get(index)) {
            nextStep.put(index, time + STEP);
            flows.watermark(points.get(index), time);
            advance();
        }
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        flows.lost(points.get(index), from, to);
    }

    @Override
    public void ended(int index, long lastTime) {
        flows.ended(points.get(index), lastTime);
        advance();
    }

    private void advance() {
        flows.advance();
        incidents.watermark(0, flows.decidedUpTo());
        incidents.advance();
    }

    /** What was found; complete once every point has ended. */
    public Findings findings() {
        return findings;
    }

    public DetectCounters counters() {
        return flows.counters();
    }
}
