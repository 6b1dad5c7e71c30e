package io.crossgate.streams.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.Cause;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Evidence;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Pairing;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import io.crossgate.detect.flowrecord.ConnState;
import io.crossgate.detect.flowrecord.EndReason;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.IncidentRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;

class EventRecordsProperties {
    private final RecordCodec<OrphanedSynAckRecord> orphans = new RecordCodec<>(new OrphanedSynAckRecord(), 1, EventRecordsProperties::unknown);
    private final RecordCodec<InvalidDropRecord> drops = new RecordCodec<>(new InvalidDropRecord(), 2, EventRecordsProperties::unknown);
    private final RecordCodec<FlowRecord> flows = new RecordCodec<>(new FlowRecord(), 4, EventRecordsProperties::unknown);
    private final RecordCodec<IncidentRecord> incidents = new RecordCodec<>(new IncidentRecord(), 3, EventRecordsProperties::unknown);

    private static Schema unknown(int id) {
        throw new WireException("schema " + id);
    }

    @Property
    void anOrphanedSynAckComesBackAsItWent(@ForAll long seed) {
        Random r = new Random(seed);
        OrphanedSynAck event = new OrphanedSynAck(text(r), r.nextInt(3), r.nextBoolean(), time(r), text(r), text(r), text(r), endpoint(r), endpoint(r), r.nextInt(),
                r.nextInt(), r.nextInt(512), one(r, Verdict.values()), one(r, BlindReason.values()), text(r), one(r, Pairing.values()),
                IntStream.range(0, r.nextInt(3)).mapToObj(i -> new Sighting(text(r), text(r), time(r))).toList(), r.nextInt(9), r.nextBoolean());
        assertThat(EventRecords.fromRecord(orphans.decode(orphans.encode(EventRecords.toRecord(event))))).isEqualTo(event);
    }

    @Property
    void anInvalidDropComesBackAsItWent(@ForAll long seed) {
        Random r = new Random(seed);
        InvalidDrop event = new InvalidDrop(text(r), time(r), time(r), text(r), text(r), text(r), 6, endpoint(r), endpoint(r), r.nextInt(), r.nextInt(),
                r.nextInt(512), r.nextInt(257) - 1, r.nextInt(257) - 1, text(r), text(r), one(r, Evidence.values()));
        assertThat(EventRecords.fromRecord(drops.decode(drops.encode(EventRecords.toRecord(event))))).isEqualTo(event);
    }

    @Property
    void aFlowComesBackAsItWent(@ForAll long seed) {
        Random r = new Random(seed);
        FlowSummary event = new FlowSummary(text(r), r.nextInt(9), r.nextBoolean(), text(r), text(r), r.nextInt(256), time(r), time(r), one(r, EndReason.values()),
                one(r, ConnState.values()), text(r), way(r), way(r), r.nextBoolean() ? -1 : r.nextLong(1L << 40), r.nextBoolean() ? -1 : r.nextLong(1L << 40), text(r),
                r.nextBoolean() ? Map.of() : Map.of(text(r) + "a", r.nextLong(99), text(r) + "b", r.nextLong(99)));
        assertThat(EventRecords.fromRecord(flows.decode(flows.encode(EventRecords.toRecord(event))))).isEqualTo(event);
    }

    private static FlowSummary.Way way(Random r) {
        return new FlowSummary.Way(endpoint(r), r.nextLong(1L << 40), r.nextLong(1L << 40), r.nextLong(1L << 40), r.nextInt(512), r.nextLong(1L << 40));
    }

    @Property
    void anIncidentComesBackAsItWent(@ForAll long seed) {
        Random r = new Random(seed);
        Incident event = new Incident(text(r), r.nextInt(9), r.nextBoolean(), one(r, Cause.values()), text(r), text(r), text(r), text(r), r.nextInt(99),
                r.nextBoolean(), endpoint(r), r.nextInt(99), r.nextInt(99), r.nextInt(99), r.nextInt(99), time(r), time(r), r.nextInt(99),
                r.nextBoolean() ? null : one(r, Evidence.values()), text(r), text(r), r.nextInt(9), r.nextInt(9),
                IntStream.range(0, r.nextInt(3)).mapToObj(i -> new Incident.Unaffected(text(r), r.nextInt(99))).toList(), List.of(text(r), text(r)));
        assertThat(EventRecords.fromRecord(incidents.decode(incidents.encode(EventRecords.toRecord(event))))).isEqualTo(event);
    }

    @Property(tries = 3000)
    void hostileBytesAreReadOrRefusedAndNothingElse(@ForAll long seed) {
        Random r = new Random(seed);
        byte[] bytes = drops.encode(EventRecords.toRecord(new InvalidDrop(text(r), time(r), time(r), text(r), text(r), text(r), 6, endpoint(r), endpoint(r),
                r.nextInt(), r.nextInt(), r.nextInt(512), -1, -1, text(r), text(r), Evidence.LOGGED)));
        for (int i = r.nextInt(8); i >= 0; i--) {
            bytes[5 + r.nextInt(bytes.length - 5)] = (byte) r.nextInt();
        }
        try {
            EventRecords.fromRecord(drops.decode(bytes));
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static <T> T one(Random r, T[] of) {
        return of[r.nextInt(of.length)];
    }

    private static String text(Random r) {
        return "t" + r.nextInt(100) + (r.nextBoolean() ? "ü" : "");
    }

    /** Within what nanoseconds since the epoch hold for records: 1970 to 2223. */
    private static long time(Random r) {
        return r.nextLong(8_000_000_000_000_000_000L);
    }

    private static Endpoint endpoint(Random r) {
        int port = r.nextInt(65536);
        return r.nextBoolean() ? new Endpoint(0, IpText.mapped(r.nextInt()), port) : new Endpoint(r.nextLong() | 1, r.nextLong(), port);
    }
}
