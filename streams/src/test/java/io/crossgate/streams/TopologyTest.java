package io.crossgate.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.DetectSettings;
import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Verdict;
import io.crossgate.detect.flowrecord.FlowRecordSettings;
import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.WireException;
import io.crossgate.streams.records.EventRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Arrays;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real topology, one record at a time, without a broker. */
class TopologyTest {
    private static final long S = 1_000_000_000L;
    private static final long T0 = 1_700_000_000L * S;

    private final Codecs codecs = new Codecs(topic -> Topics.all().indexOf(topic) + 1, TopologyTest::unknown);
    private final DetectionProgress progress = new DetectionProgress(1);
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> headers;
    private TestInputTopic<byte[], byte[]> points;
    private TestOutputTopic<byte[], byte[]> orphans;
    private TestOutputTopic<byte[], byte[]> flows;
    private TestOutputTopic<byte[], byte[]> deadLetters;
    private long sequence;
    private long session = 1;

    TopologyTest() {
        start(false);
    }

    private void start(boolean once) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        StreamsSettings settings = new StreamsSettings(DetectSettings.defaults().withFirewalls(Set.of("gwa"))
                .withFlowRecords(FlowRecordSettings.OFF.made()), Set.of(), Duration.ofSeconds(30), 1, once);
        driver = new TopologyTestDriver(CrossgateTopology.of(settings, codecs, progress), config, Instant.now());
        headers = driver.createInputTopic(Topics.HEADERS.name(), new ByteArraySerializer(), new ByteArraySerializer());
        points = driver.createInputTopic(Topics.OBSERVATION_POINTS.name(), new ByteArraySerializer(), new ByteArraySerializer());
        orphans = driver.createOutputTopic(Topics.ORPHANED_SYN_ACKS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        flows = driver.createOutputTopic(Topics.FLOWS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deadLetters = driver.createOutputTopic(Topics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Schema unknown(int id) {
        throw new WireException("schema id " + id + " is not known");
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void register(String gateway) {
        points.pipeInput((gateway + "/wan").getBytes(), codecs.points().encode(new ObservationPointRecord(gateway, "wan", false, 1L)));
    }

    private HeadersBatch batch(String gateway, long watermark) {
        HeadersBatch batch = new HeadersBatch();
        batch.gateway = gateway;
        batch.iface = "wan";
        batch.session = session;
        batch.sequence = sequence++;
        batch.observedFrom = T0 - 100 * S;
        batch.watermark = watermark;
        return batch;
    }

    private void pipe(HeadersBatch batch) {
        headers.pipeInput(batch.flow == null ? null : batch.communityId, codecs.headers(false).encode(batch));
    }

    private void synAckAt(String gateway, long time) {
        HeadersBatch batch = batch(gateway, time - 1);
        batch.flow = FlowKey.of(synAck(batch.add(), time, 0));
        batch.communityId = batch.flow.recordKey();
        pipe(batch);
    }

    private static PacketHeader synAck(PacketHeader h, long time, int client) {
        h.clear();
        h.time = time;
        h.protocol = PacketHeader.TCP;
        h.sourceLow = IpText.mapped(0xcb007132);
        h.destinationLow = IpText.mapped(0x0a141e05 + client);
        h.sourcePort = 443;
        h.destinationPort = 40000;
        h.flags = PacketHeader.SYN | PacketHeader.ACK;
        h.seq = 7000;
        h.ack = 1001;
        h.ttl = 60;
        return h;
    }

    private void end(String gateway, long time) {
        HeadersBatch batch = batch(gateway, time);
        batch.ended = true;
        batch.endedAt = time;
        pipe(batch);
    }

    private List<OrphanedSynAck> told() {
        return orphans.readValuesToList().stream().map(v -> EventRecords.fromRecord(codecs.orphans().decode(v))).toList();
    }

    @Test
    void aRecordThatDoesNotDecodeGoesToTheDeadLettersWithItsReason() {
        headers.pipeInput("k".getBytes(), new byte[] {0, 0, 0, 0, 99, 1, 2, 3});
        headers.pipeInput("k".getBytes(), "text".getBytes());
        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).hasSize(2);
        assertThat(new String(letters.get(0).headers().lastHeader("reason").value())).isEqualTo("schema id 99 is not known");
        assertThat(letters.get(1).value()).isEqualTo("text".getBytes());
        assertThat(progress.counters().get(0).deadLetters).isEqualTo(2);
    }

    @Test
    void decisionsWaitForEveryRegisteredPoint() {
        register("gwa");
        register("gwb");
        synAckAt("gwa", T0);
        end("gwa", T0 + 60 * S);
        assertThat(told()).isEmpty();
        sequence = 0;
        end("gwb", T0 + 60 * S);
        assertThat(told()).extracting(OrphanedSynAck::verdict).contains(Verdict.UNSOLICITED).doesNotContain(Verdict.UNDETERMINED);
        assertThat(progress.decidedUpTo()).isEqualTo(FlowDetector.END);
    }

    @Test
    void aPointThatStaysSilentIsNotWaitedForAndItsSilenceIsTheReason() {
        register("gwa");
        register("gwb");
        pipe(batch("gwb", T0 - 50 * S));
        long gwb = sequence;
        sequence = 0;
        synAckAt("gwa", T0);
        pipe(batch("gwa", T0 + 30 * S));
        driver.advanceWallClockTime(Duration.ofSeconds(20));
        assertThat(told()).isEmpty();
        for (int i = 0; i < 30; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            headers.advanceTime(Duration.ofSeconds(2));
            pipe(batch("gwa", T0 + (31 + i) * S));
        }
        OrphanedSynAck first = told().get(0);
        assertThat(first.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(first.blindReason()).isEqualTo(BlindReason.GATEWAY_SILENT);
        assertThat(first.blindAt()).isEqualTo("gwb");
        assertThat(gwb).isEqualTo(1);
        assertThat(progress.counters().get(0).silences).isPositive();
    }

    @Test
    void theFlowOfEachGatewayGoesToTheFlowsTopicUnderItsCommunityId() {
        register("gwa");
        register("gwb");
        synAckAt("gwa", T0);
        synAckAt("gwb", T0 + 1);
        end("gwa", T0 + S);
        end("gwb", T0 + S);
        List<TestRecord<byte[], byte[]>> told = flows.readRecordsToList();
        assertThat(told.stream().map(r -> EventRecords.fromRecord(codecs.flows().decode(r.value()))).map(f -> f.gateway() + " " + f.connState() + " " + f.endReason()))
                .containsExactlyInAnyOrder("gwa OTH END_OF_CAPTURE", "gwb OTH END_OF_CAPTURE");
        assertThat(told).allSatisfy(r -> assertThat(new String(r.key(), StandardCharsets.UTF_8))
                .isEqualTo(EventRecords.fromRecord(codecs.flows().decode(r.value())).communityId()));
    }

    @Test
    void aRecordThatIsDeliveredTwiceIsTakenOnce() {
        register("gwa");
        synAckAt("gwa", T0);
        sequence--;
        synAckAt("gwa", T0);
        end("gwa", T0 + S);
        assertThat(progress.counters().get(0).repeated).isEqualTo(1);
        assertThat(progress.detection().headers).isEqualTo(1);
        assertThat(told()).extracting(OrphanedSynAck::retransmissions).containsOnly(0);
    }

    @Test
    void pointsThatHadAllEndedMayGoOn() {
        register("gwa");
        register("gwb");
        end("gwa", T0 - 60 * S);
        sequence = 0;
        end("gwb", T0 - 60 * S);
        assertThat(progress.decidedUpTo()).isEqualTo(FlowDetector.END);
        session = 2;
        sequence = 0;
        pipe(batch("gwb", T0 - 50 * S));
        long gwb = sequence;
        sequence = 0;
        pipe(batch("gwa", T0 - 50 * S));
        assertThat(progress.decidedUpTo()).isLessThan(T0);
        synAckAt("gwa", T0);
        end("gwa", T0 + 60 * S);
        assertThat(told()).isEmpty();
        sequence = gwb;
        end("gwb", T0 + 60 * S);
        assertThat(told()).isNotEmpty();
        assertThat(progress.detection().late).isZero();
        assertThat(progress.decidedUpTo()).isEqualTo(FlowDetector.END);
    }

    @Test
    void whatARestartedIngesterTellsAgainIsTakenOnce() {
        register("gwa");
        synAckAt("gwa", T0);
        session = 2;
        sequence = 0;
        synAckAt("gwa", T0);
        end("gwa", T0 + 60 * S);
        assertThat(progress.detection().repeated).isEqualTo(1);
        assertThat(told()).isNotEmpty().extracting(OrphanedSynAck::retransmissions).containsOnly(0);
    }

    @Test
    void aGatewayThatComesBackAfterSilenceIsHeardAgain() {
        register("gwa");
        pipe(batch("gwa", T0 - 10 * S));
        driver.advanceWallClockTime(Duration.ofSeconds(40));
        assertThat(progress.counters().get(0).silences).isEqualTo(1);
        synAckAt("gwa", T0);
        pipe(batch("gwa", T0 + 30 * S));
        assertThat(told()).isNotEmpty();
        assertThat(progress.detection().late).isZero();
    }

    @Test
    void aGapInAPointsRecordsMakesItBlindThere() {
        register("gwa");
        register("gwb");
        pipe(batch("gwb", T0 - 50 * S));
        sequence += 3;
        end("gwb", T0 + 60 * S);
        sequence = 0;
        synAckAt("gwa", T0);
        end("gwa", T0 + 60 * S);
        assertThat(told().get(0).blindReason()).isEqualTo(BlindReason.CAPTURE_LOST_PACKETS);
    }

    @Test
    void pointsAreWaitedForAndMissedUntilTheirRegistrationIsTakenBack() {
        register("gwa");
        register("gwb");
        synAckAt("gwa", T0);
        pipe(batch("gwa", T0 + 30 * S));
        assertThat(told()).isEmpty();
        points.pipeInput("gwb/wan".getBytes(), (byte[]) null);
        pipe(batch("gwa", T0 + 31 * S));
        assertThat(told()).extracting(OrphanedSynAck::verdict).containsOnly(Verdict.UNSOLICITED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onceAllHasEndedNoStateIsWrittenWhereNobodyGoesOnFromIt(boolean once) {
        driver.close();
        start(once);
        register("gwa");
        synAckAt("gwa", T0);
        assertThat(stateEntries()).as("entries before the end").isPositive();
        end("gwa", T0 + 60 * S);
        assertThat(stateEntries() == 0).as("none at the end").isEqualTo(once);
        assertThat(told()).extracting(OrphanedSynAck::verdict).containsOnly(Verdict.UNSOLICITED);
    }

    /** Entries that were written since they were last counted. */
    private int stateEntries() {
        int count = 0;
        for (String store : List.of(CrossgateTopology.FLOW_STATE, CrossgateTopology.INCIDENT_STATE)) {
            count += driver.createOutputTopic("test-" + store + "-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer()).readRecordsToList().size();
        }
        return count;
    }

    @Test
    void aBundleIsTakenForAllOfItsFlowsOrIsADeadLetterForAllOfThem() {
        register("gwa");
        TestInputTopic<byte[], byte[]> bundles = driver.createInputTopic(Topics.HEADER_BUNDLES.name(), new ByteArraySerializer(), new ByteArraySerializer());
        HeadersBatch batch = batch("gwa", T0 - 1);
        for (int client = 0; client < 3; client++) {
            FlowKey flow = FlowKey.of(synAck(new PacketHeader(), T0, client));
            synAck(batch.add(flow), T0, client);
        }
        byte[] record = codecs.headers(true).encode(batch);
        bundles.pipeInput(record);
        bundles.pipeInput(Arrays.copyOf(record, record.length - 1));
        end("gwa", T0 + 100 * S);
        assertThat(told().stream().map(OrphanedSynAck::destination).distinct()).hasSize(3);
        assertThat(deadLetters.readKeyValuesToList()).hasSize(1);
        assertThat(progress.counters().get(0).deadLetters).isEqualTo(1);
        assertThat(progress.detection().headers).isEqualTo(3);
    }

    @Test
    void ofRecordsThatAreHandedOverAsOneEachIsTakenAndEachThatDoesNotDecodeIsADeadLetterOfItsOwn() {
        register("gwa");
        byte[] first = codecs.headers(false).encode(batch("gwa", T0));
        byte[] second = codecs.headers(false).encode(batch("gwa", T0 + S));
        List<ConsumerRecord<byte[], ByteBuffer>> three = List.of(new ConsumerRecord<>(Topics.HEADERS.name(), 0, 7, null, ByteBuffer.wrap(first)),
                new ConsumerRecord<>(Topics.HEADERS.name(), 0, 9, "k".getBytes(), ByteBuffer.wrap("text".getBytes())), new ConsumerRecord<>(Topics.HEADERS.name(), 0, 10, null, ByteBuffer.wrap(second)));
        headers.pipeInput(new TestRecord<>(null, new byte[0], new RecordHeaders(new Header[] {new Gathered(three, true)})));
        assertThat(progress.counters().get(0).records).isEqualTo(2);
        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertThat(letter.key()).isEqualTo("k".getBytes());
        assertThat(letter.value()).isEqualTo("text".getBytes());
        assertThat(new String(letter.headers().lastHeader("offset").value())).isEqualTo("9");
    }
}
