package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.schemas.Topics;
import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.ObservationPointRecord;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.RecordCodec;
import io.crossgate.schemas.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class HeaderPublisherTest {
    private static final int PARTITIONS = 4;
    private static final long MS = 1_000_000;
    private static final long T0 = 1_700_000_000_000L * MS;

    private final MockProducer<byte[], byte[]> producer = producer();
    private final HeaderPublisher publisher = publisher(producer, new PublishSettings(Duration.ofMillis(100), 3));

    private static HeaderPublisher publisher(MockProducer<byte[], byte[]> producer, PublishSettings settings) {
        return new HeaderPublisher(producer, PARTITIONS, settings, codec(settings.bundled()), new RecordCodec<>(new ObservationPointRecord(), 2, HeaderPublisherTest::unknown), 77);
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Schema unknown(int id) {
        throw new WireException("schema " + id);
    }

    private static HeadersCodec codec(boolean bundled) {
        return bundled ? HeadersCodec.ofBundles(1, HeaderPublisherTest::unknown) : new HeadersCodec(1, HeaderPublisherTest::unknown);
    }

    private static String topic(boolean bundled) {
        return (bundled ? Topics.HEADER_BUNDLES : Topics.HEADERS).name();
    }

    private static Cluster cluster() {
        List<PartitionInfo> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new PartitionInfo(Topics.HEADERS.name(), i, Node.noNode(), null, null));
            partitions.add(new PartitionInfo(Topics.HEADER_BUNDLES.name(), i, Node.noNode(), null, null));
        }
        partitions.add(new PartitionInfo(Topics.OBSERVATION_POINTS.name(), 0, Node.noNode(), null, null));
        return new Cluster("mock", List.of(), partitions, java.util.Set.of(), java.util.Set.of());
    }

    private static PacketHeader header(long time, int clientPort) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.time = time;
        h.protocol = PacketHeader.TCP;
        h.sourceLow = IpText.mapped(0x0a141e05);
        h.destinationLow = IpText.mapped(0xcb007132);
        h.sourcePort = clientPort;
        h.destinationPort = 443;
        h.flags = PacketHeader.SYN;
        return h;
    }

    private List<HeadersBatch> sent() {
        publisher.flush();
        return producer.history().stream().filter(r -> r.topic().equals(Topics.HEADERS.name())).map(r -> {
            HeadersBatch batch = new HeadersBatch();
            codec(false).decode(r.value(), batch);
            return batch;
        }).toList();
    }

    @Test
    void aPointIsRegisteredBeforeItsFirstHeaders() {
        publisher.point(0, "gwa", "lan", false);
        publisher.header(0, header(T0, 1));
        publisher.ended(0, T0);
        publisher.flush();
        ProducerRecord<byte[], byte[]> first = producer.history().get(0);
        assertThat(first.topic()).isEqualTo(Topics.OBSERVATION_POINTS.name());
        assertThat(new String(first.key())).isEqualTo("gwa/lan");
        ObservationPointRecord point = new RecordCodec<>(new ObservationPointRecord(), 2, HeaderPublisherTest::unknown).decode(first.value());
        assertThat(point.getGateway() + "/" + point.getInterface$() + " " + point.getSession()).isEqualTo("gwa/lan 77");
    }

    @Test
    void headersOfAFlowAndSpanShareARecordUntilItIsFull() {
        publisher.point(0, "gwa", "lan", false);
        publisher.watermark(0, T0 - 1);
        for (int i = 0; i < 4; i++) {
            publisher.header(0, header(T0 + i * MS, 1));
        }
        publisher.header(0, header(T0 + 5 * MS, 2));
        publisher.watermark(0, T0 + 50 * MS);
        assertThat(sent()).noneMatch(b -> b.flow != null);
        publisher.watermark(0, T0 + 100 * MS);
        assertThat(sent().stream().filter(b -> b.flow != null).map(b -> b.header(0).sourcePort + ": " + b.count()))
                .containsExactlyInAnyOrder("1: 3", "1: 1", "2: 1").containsSubsequence("1: 3", "1: 1");
    }

    @Test
    void afterABusySpanTheNextOneIsLonger() {
        HeaderPublisher busy = publisher(producer, new PublishSettings(Duration.ofMillis(100), Duration.ofMillis(300), 50, 64, 1 << 20, false));
        busy.point(0, "gwa", "lan", false);
        busy.watermark(0, T0);
        int[] headersAtMs = {10, 20, 30, 40, 50, 110, 399, 405, 420};
        int next = 0;
        List<Long> told = new ArrayList<>();
        for (int ms = 0; ms <= 600; ms += 5) {
            while (next < headersAtMs.length && headersAtMs[next] <= ms) {
                busy.header(0, header(T0 + headersAtMs[next++] * MS, 1));
            }
            busy.watermark(0, T0 + ms * MS);
        }
        busy.flush();
        sent().stream().map(b -> b.watermark).filter(w -> w != HeadersBatch.NONE).distinct().forEach(w -> told.add((w - T0) / MS));
        assertThat(told).as("five headers in the first 100 ms are 50 a second; two in the next 300 ms are fewer").containsExactly(0L, 100L, 400L, 500L, 600L);
    }

    @Test
    void everyPartitionIsToldOfWatermarksLossesAndTheEnd() {
        publisher.point(0, "gwa", "lan", false);
        publisher.observedFrom(0, T0);
        publisher.watermark(0, T0 + 7 * MS);
        publisher.lost(0, T0 + MS, T0 + 2 * MS, 9);
        publisher.ended(0, T0 + 8 * MS);
        List<HeadersBatch> all = sent();
        assertThat(all).hasSize(4 * PARTITIONS);
        assertThat(all.subList(PARTITIONS, 4 * PARTITIONS)).allMatch(b -> b.observedFrom == T0);
        assertThat(all.subList(0, PARTITIONS)).as("the point is there").allMatch(b -> b.watermark == HeadersBatch.NONE && b.count() == 0);
        assertThat(all.subList(PARTITIONS, 2 * PARTITIONS)).allMatch(b -> b.watermark == T0 + 7 * MS && !b.ended);
        assertThat(all.subList(2 * PARTITIONS, 3 * PARTITIONS)).allMatch(b -> b.lostPackets == 9 && b.lostFrom == T0 + MS && b.lostTo == T0 + 2 * MS);
        assertThat(all.subList(3 * PARTITIONS, 4 * PARTITIONS)).allMatch(b -> b.ended && b.endedAt == T0 + 8 * MS && b.lostFrom == HeadersBatch.NONE);
    }

    @Property(tries = 100)
    void inEveryPartitionSequencesRunWithoutGapAndNoHeaderComesBelowAWatermark(@ForAll long seed, @ForAll boolean bundled) {
        Random random = new Random(seed);
        MockProducer<byte[], byte[]> producer = producer();
        HeaderPublisher publisher = publisher(producer, new PublishSettings(Duration.ofMillis(100), 3).bundled(bundled));
        publisher.point(0, "gwa", "lan", false);
        long time = T0;
        int headers = 300;
        for (int i = 0; i < headers; i++) {
            publisher.watermark(0, time - 1);
            publisher.header(0, header(time, 1000 + random.nextInt(20)));
            time += random.nextInt(20) * MS;
        }
        publisher.ended(0, time);
        publisher.flush();
        long[] sequence = new long[PARTITIONS];
        long[] watermark = new long[PARTITIONS];
        int read = 0;
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            if (!record.topic().equals(topic(bundled))) {
                assertThat(record.topic()).isEqualTo(Topics.OBSERVATION_POINTS.name());
                continue;
            }
            HeadersBatch batch = new HeadersBatch();
            codec(bundled).decode(record.value(), batch);
            int p = record.partition();
            assertThat(batch.sequence).isEqualTo(sequence[p]++);
            for (int i = 0; i < batch.count(); i++) {
                assertThat(batch.header(i).time).isGreaterThan(watermark[p]);
                assertThat(Utils.toPositive(Utils.murmur2(batch.flow(i).recordKey())) % PARTITIONS).isEqualTo(p);
            }
            watermark[p] = Math.max(watermark[p], batch.watermark);
            read += batch.count();
            assertThat(record.key()).isEqualTo(batch.flow == null ? null : batch.flow.recordKey());
        }
        assertThat(read).isEqualTo(headers);
    }

    @Property(tries = 50)
    void headersArriveAsTheyWereInTheOrderOfTheirFlow(@ForAll long seed, @ForAll boolean bundled) {
        Random random = new Random(seed);
        MockProducer<byte[], byte[]> producer = producer();
        HeaderPublisher publisher = publisher(producer, new PublishSettings(Duration.ofMillis(100), 1 + random.nextInt(64)).bundled(bundled));
        publisher.point(0, "gwa", "lan", false);
        publisher.point(1, "gwa", "wan", false);
        Map<String, List<String>> given = new HashMap<>();
        long time = T0;
        for (int i = 0; i < 3000; i++) {
            PacketHeader header = header(time, random.nextInt(random.nextBoolean() ? 10 : 3000));
            header.seq = i;
            header.logged = random.nextInt(10) == 0;
            header.logPrefix = header.logged ? "ü".repeat(random.nextInt(random.nextInt(10) == 0 ? 500 : 40)) : "";
            int point = random.nextInt(2);
            publisher.header(point, header);
            given.computeIfAbsent(point == 0 ? "lan" + FlowKey.of(header) : "wan" + FlowKey.of(header), flow -> new ArrayList<>()).add(text(header));
            if (random.nextInt(500) == 0) {
                publisher.watermark(0, time);
                publisher.watermark(1, time++);
            }
        }
        publisher.ended(0, time);
        publisher.ended(1, time);
        publisher.flush();
        Map<String, List<String>> arrived = new HashMap<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            if (record.topic().equals(topic(bundled))) {
                HeadersBatch batch = new HeadersBatch();
                codec(bundled).decode(record.value(), batch);
                for (int i = 0; i < batch.count(); i++) {
                    arrived.computeIfAbsent(batch.iface + batch.flow(i), flow -> new ArrayList<>()).add(text(batch.header(i)));
                }
            }
        }
        assertThat(arrived).isEqualTo(given);
        if (bundled) {
            assertThat(publisher.records()).as("records of 3000 headers").isLessThan(500);
        }
    }

    private static String text(PacketHeader h) {
        return h.time + " " + h.sourcePort + " " + h.seq + " " + h.logged + " " + h.logPrefix;
    }

    @Test
    void aClusterThatRefusesIsToldWithALaterCall() {
        publisher.point(0, "gwa", "lan", false);
        publisher.watermark(0, T0);
        publisher.flush();
        producer.sendException = new KafkaException("no room");
        publisher.ended(0, T0);
        assertThatThrownBy(publisher::flush).isInstanceOf(PublishException.class).hasMessageContaining("no room");
        assertThatThrownBy(() -> publisher.watermark(0, T0 + 1000 * MS)).isInstanceOf(PublishException.class).hasMessageContaining("no room");
    }

    @Test
    void headersThatFillTheMemoryForThemWaitUntilSomeAreSent() {
        publisher.point(0, "gwa", "lan", false);
        publisher.point(1, "gwa", "wan", false);
        PacketHeader header = header(T0, 1);
        header.logged = true;
        header.logPrefix = "x".repeat(1_000);
        int headers = 100_000; // 100 MB, of which 64 MiB may wait
        for (int i = 0; i < headers; i++) {
            publisher.header(i % 2, header);
        }
        assertThat(producer.history()).as("nothing has told that the span is over").isNotEmpty();
        publisher.ended(0, T0);
        publisher.ended(1, T0);
        assertThat(sent().stream().mapToInt(HeadersBatch::count).sum()).isEqualTo(headers);
    }
}
