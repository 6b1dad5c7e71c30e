package io.crossgate.streams;

import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.Incident;
import io.crossgate.detect.IncidentDetector;
import io.crossgate.detect.StateWriter;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.streams.records.EventRecords;
import io.crossgate.streams.state.KeyPrefix;
import io.crossgate.streams.state.SnapshotStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Stage 2: one partition of tallies, from all flow detectors, through an {@link IncidentDetector}; incidents out. */
final class IncidentDetectorProcessor implements Processor<byte[], byte[], byte[], byte[]>, TallyRecord.Taker {
    private static final byte STATE_DETECTOR = 'D';
    private static final byte STATE_SEQUENCES = 'S';

    private final StreamsSettings settings;
    private final DetectionProgress progress;
    private final RecordCodec<IncidentRecord> codec;

    private final CommitPace pace = new CommitPace();

    private ProcessorContext<byte[], byte[]> context;
    private IncidentDetector detector;
    /** Highest sequence taken from each flow detector. */
    private long[] sequences;
    private boolean sequencesChanged;
    private int partition;

    IncidentDetectorProcessor(StreamsSettings settings, Codecs codecs, DetectionProgress progress) {
        this.settings = settings;
        this.progress = progress;
        this.codec = codecs.incidents();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        partition = context.taskId().partition();
        sequences = new long[settings.partitions()];
        detector = new IncidentDetector(settings.detect(), settings.partitions(), this::tell);
        SnapshotStore store = context.getStateStore(CrossgateTopology.INCIDENT_STATE);
        store.attach((key, value) -> {
            if (key[0] == STATE_SEQUENCES) {
                ByteBuffer.wrap(value).asLongBuffer().get(sequences, 0, Math.min(sequences.length, value.length / Long.BYTES));
            } else {
                detector.restore(KeyPrefix.strip(key), value);
            }
        }, this::writeChanges);
        pace.start(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Gathered gathered = Gathered.in(record.headers());
        if (gathered == null) {
            process(record.value());
            return;
        }
        for (ConsumerRecord<byte[], ByteBuffer> each : gathered.records()) {
            process(Utils.toNullableArray(each.value()));
        }
    }

    private void process(byte[] value) {
        TallyRecord.read(value, this);
    }

    @Override
    public void tally(int upstream, long sequence, Tally tally) {
        pace.took(0);
        check(upstream);
        if (sequence > sequences[upstream]) {
            sequences[upstream] = sequence;
            sequencesChanged = true;
            detector.accept(upstream, tally);
        }
    }

    @Override
    public void watermark(int upstream, long decidedUpTo) {
        pace.took(0);
        check(upstream);
        detector.watermark(upstream, decidedUpTo);
        detector.advance();
        progress.decided(partition, detector.decidedUpTo());
    }

    private void check(int upstream) {
        if (upstream >= sequences.length) {
            throw new IllegalStateException("tallies of partition " + upstream + " of headers, but there were " + sequences.length
                    + " at the start: after partitions were added, all instances must be restarted");
        }
    }

    private void tell(Incident incident) {
        context.forward(new Record<>(incident.id().getBytes(StandardCharsets.UTF_8), codec.encode(EventRecords.toRecord(incident)),
                context.currentSystemTimeMs()));
    }

    private void writeChanges(StateWriter out) {
        pace.committed();
        if (settings.once() && detector.decidedUpTo() == FlowDetector.END) {
            return;
        }
        if (sequencesChanged) {
            sequencesChanged = false;
            ByteBuffer bytes = ByteBuffer.allocate(sequences.length * Long.BYTES);
            bytes.asLongBuffer().put(sequences);
            out.put(new byte[] {STATE_SEQUENCES}, bytes.array());
        }
        detector.writeChanges(KeyPrefix.under(STATE_DETECTOR, out));
    }
}
