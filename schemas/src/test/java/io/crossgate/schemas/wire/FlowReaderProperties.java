package io.crossgate.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.FlowWayRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;

/** The reader by hand reads what Avro's writer wrote, and of anything else says only that it is none. */
class FlowReaderProperties {
    private static final int ID = 7;

    private final FlowReader reader = new FlowReader(FlowReaderProperties::schema);

    private static Schema schema(int id) {
        if (id != ID) {
            throw new WireException("no schema " + id);
        }
        return FlowRecord.getClassSchema();
    }

    private static byte[] encode(FlowRecord record) {
        return new RecordCodec<>(new FlowRecord(), ID, FlowReaderProperties::schema).encode(record);
    }

    private static FlowRecord record(Random random) {
        return new FlowRecord(Long.toHexString(random.nextLong()), random.nextInt(9), random.nextBoolean(), random.nextBoolean() ? "gwa" : "tørget", "1:" + random.nextInt(),
                random.nextInt(256), Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1_000L), random.nextInt(1_000),
                Instant.ofEpochSecond(random.nextInt(), 0), random.nextInt(1_000), "END_OF_FLOW", "SF", "ShAdDa", way(random), way(random),
                random.nextBoolean() ? null : random.nextLong() >>> 1, random.nextBoolean() ? null : 5L, "NONE",
                random.nextBoolean() ? Map.of() : Map.of("A", random.nextLong(), "B", 2L));
    }

    private static FlowWayRecord way(Random random) {
        String ip = random.nextBoolean() ? IpText.address(0, IpText.mapped(random.nextInt())) : IpText.address(random.nextLong(), random.nextInt(3));
        return new FlowWayRecord(ip, random.nextInt(65_536), random.nextLong(), random.nextLong(), random.nextLong(), random.nextInt(512), random.nextLong());
    }

    @Property
    void itReadsWhatAvroWrote(@ForAll long seed) {
        FlowRecord written = record(new Random(seed));
        reader.read(encode(written));
        assertThat(new FlowRecord(text(reader.id), reader.revision, reader.last, reader.gateway, text(reader.communityId), reader.protocol, written.getStart(),
                written.getStartNanos(), written.getEnd(), written.getEndNanos(), reader.endReason, reader.connState, text(reader.history), way(reader.origin),
                way(reader.response), reader.synToSynAck < 0 ? null : reader.synToSynAck, reader.synAckToAck < 0 ? null : reader.synAckToAck, reader.conntrackState,
                reader.invalid)).isEqualTo(written);
        assertThat(Instant.ofEpochSecond(0, reader.start)).isEqualTo(written.getStart().plusNanos(written.getStartNanos()));
        assertThat(Instant.ofEpochSecond(0, reader.end)).isEqualTo(written.getEnd().plusNanos(written.getEndNanos()));
    }

    private static FlowWayRecord way(FlowReader.Way way) {
        return new FlowWayRecord(IpText.address(way.address.high, way.address.low), way.port, way.packets, way.bytes, way.payloadBytes, way.flags, way.retransmissions);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Property(tries = 50)
    void whatIsCutShortIsNone(@ForAll long seed) {
        byte[] whole = encode(record(new Random(seed)));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> reader.read(cut)).isInstanceOf(WireException.class);
        }
    }

    @Property
    void ofChangedBytesItThrowsNothingElse(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = encode(record(random));
        for (int i = 0; i < 4; i++) {
            bytes[Framing.BYTES + random.nextInt(bytes.length - Framing.BYTES)] = (byte) random.nextInt();
        }
        try {
            reader.read(bytes);
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Property
    void anAddressInTextIsItsNumbers(@ForAll long high, @ForAll long low, @ForAll boolean short6) {
        IpNumbers numbers = new IpNumbers();
        long upper = short6 ? high & 0xffff_0000_0000_ffffL : high;
        assertThat(numbers.parse(IpText.address(upper, low))).isTrue();
        assertThat(numbers.high).isEqualTo(upper);
        assertThat(numbers.low).isEqualTo(low);
        for (String none : new String[] {"", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "fe80::1%eth0",
            "::1.2.3", "1:2:3:4:5:6:7::8:9", "1:", "g::"}) {
            assertThat(numbers.parse(none)).as(none).isFalse();
        }
        assertThat(numbers.parse("::ffff:10.1.2.3")).isTrue();
        assertThat(IpText.address(numbers.high, numbers.low)).isEqualTo("10.1.2.3");
    }
}
