package io.crossgate.app.scan;

import io.crossgate.app.report.Findings;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowEvents;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.IncidentDetector;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Tally;

/** Where all shards' events and tallies meet: findings, and the one detector of incidents. Thread-safe. */
final class SecondStage {
    private final Findings findings;
    private final IncidentDetector incidents;

    SecondStage(DetectSettings settings, int shards, Findings findings) {
        this.findings = findings;
        incidents = new IncidentDetector(settings, shards, findings::add);
    }

    /** What a shard tells. */
    FlowEvents of(int shard) {
        return new FlowEvents() {
            @Override
            public void orphanedSynAck(OrphanedSynAck event) {
                synchronized (SecondStage.this) {
                    findings.add(event);
                }
            }

            @Override
            public void invalidDrop(InvalidDrop event, boolean stray) {
                synchronized (SecondStage.this) {
                    findings.add(event, stray);
                }
            }

            @Override
            public void flow(FlowSummary event) {
                synchronized (SecondStage.this) {
                    findings.add(event);
                }
            }

            @Override
            public void tally(Tally tally) {
                synchronized (SecondStage.this) {
                    incidents.accept(shard, tally);
                }
            }
        };
    }

    /** A shard has decided all up to the given time. */
    synchronized void decided(int shard, long upTo) {
        incidents.watermark(shard, upTo);
        incidents.advance();
    }

    /** Complete once every shard has finished. */
    synchronized Findings findings() {
        return findings;
    }
}
