package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.HeadersBatch;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointPublisherTest {
    private static final long T0 = 1_700_000_000_000_000_000L;
    private static final HeadersCodec CODEC = new HeadersCodec(1, id -> {
        throw new WireException("schema " + id);
    });

    private final List<HeadersBatch> sent = new ArrayList<>();
    private PointPublisher point;

    @Test
    void aSpanThatHasNoRoomForMoreIsSentAndEndsWithTheNextWatermark() {
        point = new PointPublisher(this::take, new PublishSettings(Duration.ofSeconds(5), 64), 1, "gwa", "lan", false, 77, CODEC,
                new Blocks(2 * Blocks.SIZE), null, Runnable::run, () -> point.endEarly());
        point.begin();
        point.watermark(T0);
        sent.clear();
        PacketHeader header = new PacketHeader();
        header.clear();
        header.protocol = PacketHeader.TCP;
        int given = 0;
        while (sent.isEmpty()) {
            header.time = T0 + ++given * 1000L;
            header.sourcePort = given % 100;
            point.header(header);
        }
        assertThat(sent).as("what came before the last header").allMatch(record -> record.watermark == T0);
        assertThat(sent.stream().mapToInt(HeadersBatch::count).sum()).isEqualTo(given - 1).isGreaterThan(2 * Blocks.SIZE / 200);
        sent.clear();
        point.watermark(T0 + given * 1000L);
        assertThat(sent).extracting(HeadersBatch::count).as("the last header, and the heartbeat").containsExactly(1, 0);
        assertThat(sent).extracting(record -> record.watermark).containsExactly(T0, T0 + given * 1000L);
    }

    private void take(byte[] key, int partition, byte[] value) {
        HeadersBatch record = new HeadersBatch();
        CODEC.decode(value, record);
        sent.add(record);
    }
}
