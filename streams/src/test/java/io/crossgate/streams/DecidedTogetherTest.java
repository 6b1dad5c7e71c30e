package io.crossgate.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.DetectCounters;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Tally;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.WireException;
import io.crossgate.streams.records.EventRecords;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that are decided together give what they give one record at a time, whatever else comes between them: the driver commits after each record that it is given. */
class DecidedTogetherTest {
    private static final long S = 1_000_000_000L;
    private static final long T0 = 1_700_000_000L * S;
    private static final String[] GATEWAYS = {"gwa", "gwb"};

    private final Codecs codecs = new Codecs(topic -> Topics.all().indexOf(topic) + 1, id -> {
        throw new WireException("schema id " + id + " is not known");
    });

    /** What a point has told so far. */
    private static final class Teller {
        final String gateway;
        long session = 1;
        long sequence;
        long watermark = T0;

        Teller(String gateway) {
            this.gateway = gateway;
        }
    }

    /** Everything that came out, and what became of headers. */
    private record Told(List<String> orphans, List<String> drops, List<String> flows, List<String> tallies, DetectCounters counters) {}

    /** Some seconds of two gateways, with retransmissions, losses, restarts of an ingester, late headers, repeated records, and the captures' ends. */
    private List<ConsumerRecord<byte[], ByteBuffer>> records(Random random) {
        Teller[] tellers = {new Teller(GATEWAYS[0]), new Teller(GATEWAYS[1])};
        List<ConsumerRecord<byte[], ByteBuffer>> records = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Teller teller = tellers[random.nextInt(2)];
            HeadersBatch batch = batch(teller);
            switch (random.nextInt(20)) {
                case 0 -> teller.sequence += 2;
                case 1 -> {
                    batch.lostFrom = teller.watermark;
                    batch.lostTo = teller.watermark + S;
                }
                case 2 -> {
                    teller.session++;
                    teller.sequence = 0;
                    batch = batch(teller);
                }
                case 3 -> headers(batch, random, teller.watermark - 3 * S);
                case 4, 5, 6 -> {
                    teller.watermark += random.nextInt(5) * S / 2;
                    batch.watermark = teller.watermark;
                }
                default -> headers(batch, random, teller.watermark + 1);
            }
            records.add(record(batch, random));
            if (random.nextInt(20) == 0) {
                records.add(records.get(records.size() - 1 - random.nextInt(Math.min(5, records.size()))));
            }
        }
        for (Teller teller : tellers) {
            HeadersBatch batch = batch(teller);
            batch.ended = true;
            batch.endedAt = T0 + 1000 * S;
            records.add(record(batch, random));
        }
        return records;
    }

    /** As the one kind of record or the other. */
    private ConsumerRecord<byte[], ByteBuffer> record(HeadersBatch batch, Random random) {
        boolean bundle = random.nextBoolean();
        return new ConsumerRecord<>((bundle ? Topics.HEADER_BUNDLES : Topics.HEADERS).name(), 0, 0, null,
                ByteBuffer.wrap(codecs.headers(bundle).encode(batch)));
    }

    private static HeadersBatch batch(Teller teller) {
        HeadersBatch batch = new HeadersBatch();
        batch.gateway = teller.gateway;
        batch.iface = "wan";
        batch.session = teller.session;
        batch.sequence = teller.sequence++;
        batch.observedFrom = T0 - 100 * S;
        batch.watermark = teller.watermark;
        return batch;
    }

    private static void headers(HeadersBatch batch, Random random, long from) {
        int client = random.nextInt(20);
        for (int i = random.nextInt(4); i >= 0; i--) {
            PacketHeader h = batch.add();
            h.clear();
            h.time = from + random.nextInt(2_000_000_000);
            h.protocol = PacketHeader.TCP;
            boolean answer = random.nextBoolean();
            h.sourceLow = IpText.mapped(answer ? 0xcb007132 : 0x0a141e05 + client);
            h.destinationLow = IpText.mapped(answer ? 0x0a141e05 + client : 0xcb007132);
            h.sourcePort = answer ? 443 : 40000 + client;
            h.destinationPort = answer ? 40000 + client : 443;
            h.flags = random.nextInt(3) == 0 ? PacketHeader.ACK : answer ? PacketHeader.SYN | PacketHeader.ACK : PacketHeader.SYN;
            h.seq = answer ? 7000 : 1000;
            h.ack = (h.flags & PacketHeader.ACK) == 0 ? 0 : answer ? 1001 : 7001;
            h.ttl = 60;
            batch.flow = FlowKey.of(h);
            batch.communityId = batch.flow.recordKey();
        }
    }

    /** What comes of the records, handed over in pieces of up to {@code most}. */
    private Told told(List<ConsumerRecord<byte[], ByteBuffer>> records, int most, Random random) {
        DetectionProgress progress = new DetectionProgress(1);
        StreamsSettings settings = new StreamsSettings(DetectSettings.defaults().withFirewalls(Set.of("gwa")).withFlowRecords(FlowRecordSettings.OFF.made()),
                Set.of(), Duration.ZERO, 1);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        try (TopologyTestDriver driver = new TopologyTestDriver(CrossgateTopology.of(settings, codecs, progress), config, Instant.now())) {
            TestInputTopic<byte[], byte[]> points = driver.createInputTopic(Topics.OBSERVATION_POINTS.name(), new ByteArraySerializer(), new ByteArraySerializer());
            for (String gateway : GATEWAYS) {
                points.pipeInput((gateway + "/wan").getBytes(), codecs.points().encode(new ObservationPointRecord(gateway, "wan", false, 1L)));
            }
            TestInputTopic<byte[], byte[]> headers = driver.createInputTopic(Topics.HEADERS.name(), new ByteArraySerializer(), new ByteArraySerializer());
            for (int from = 0; from < records.size();) {
                int to = Math.min(records.size(), from + 1 + random.nextInt(most));
                List<ConsumerRecord<byte[], ByteBuffer>> piece = List.copyOf(records.subList(from, to));
                headers.pipeInput(new TestRecord<>(null, new byte[0], new RecordHeaders(new Header[] {new Gathered(piece, random.nextBoolean())})));
                from = to;
            }
            return new Told(orphans(driver),
                    sorted(driver, Topics.INVALID_DROPS, v -> EventRecords.fromRecord(codecs.drops().decode(v)).toString()),
                    sorted(driver, Topics.FLOWS, v -> EventRecords.fromRecord(codecs.flows().decode(v)).toString()),
                    tallies(driver), progress.detection());
        }
    }

    /** The last revision of each: what an earlier one says of a drop depends on which of the two was decided first. */
    private List<String> orphans(TopologyTestDriver driver) {
        Map<String, OrphanedSynAck> last = new HashMap<>();
        driver.createOutputTopic(Topics.ORPHANED_SYN_ACKS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer()).readValuesToList().stream()
                .map(v -> EventRecords.fromRecord(codecs.orphans().decode(v))).forEach(o -> last.merge(o.id(), o, (a, b) -> a.revision() > b.revision() ? a : b));
        return last.values().stream().map(OrphanedSynAck::toString).sorted().toList();
    }

    /** In no order: what is told at one gateway does not wait for another. */
    private static List<String> sorted(TopologyTestDriver driver, Topics.Topic topic, Function<byte[], String> text) {
        return driver.createOutputTopic(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer()).readValuesToList().stream().map(text).sorted().toList();
    }

    private static List<String> tallies(TopologyTestDriver driver) {
        List<String> told = new ArrayList<>();
        driver.createOutputTopic(Topics.TALLIES.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer()).readValuesToList()
                .forEach(v -> TallyRecord.read(v, new TallyRecord.Taker() {
                    @Override
                    public void tally(int upstream, long sequence, Tally tally) {
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        try {
                            tally.write(new DataOutputStream(bytes));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        told.add(sequence + " " + HexFormat.of().formatHex(bytes.toByteArray()));
                    }

                    @Override
                    public void watermark(int upstream, long decidedUpTo) {
                        // how often one is told is nobody's concern
                    }
                }));
        return told;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theSameIsToldWithTheSameNumbersHoweverManyRecordsAreDecidedTogether(long seed) {
        Random random = new Random(seed);
        List<ConsumerRecord<byte[], ByteBuffer>> records = records(random);
        Told oneByOne = told(records, 1, random);
        assertThat(oneByOne.orphans).isNotEmpty();
        assertThat(oneByOne.drops).isNotEmpty();
        assertThat(oneByOne.counters.late).isPositive();
        for (int most : new int[] {20, records.size()}) {
            Told together = told(records, most, random);
            assertThat(together.orphans).isEqualTo(oneByOne.orphans);
            assertThat(together.drops).isEqualTo(oneByOne.drops);
            assertThat(together.flows).isEqualTo(oneByOne.flows);
            assertThat(together.tallies).isEqualTo(oneByOne.tallies);
            assertThat(together.counters.late).isEqualTo(oneByOne.counters.late);
            assertThat(together.counters.repeated).isEqualTo(oneByOne.counters.repeated);
        }
    }
}
