package io.crossgate.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HostileBytesProperties {
    private record Sample(int link, byte[] frame) {}

    private static final List<Sample> SAMPLES = Stream.of(
            LinksTest.everyLinkAroundASynAck().map(link -> new Sample(link.type(), link.frame())),
            TunnelsTest.everyTunnelAroundASynAck().map(tunnel -> new Sample(101, tunnel.packet())),
            Stream.of(new Sample(101, Frames.ipv4(PacketHeader.ICMP, Frames.icmp(3, 4, "0000 05dc", Frames.ipv4(PacketHeader.TCP, Frames.synAck())))),
                    new Sample(101, Frames.ipv6(PacketHeader.ICMPV6, Frames.icmp(1, 0, "00000000",
                            Frames.ipv6(0, Frames.hex("2c00 0104 00000000 0600 0001 00000001"), PacketHeader.TCP, Frames.synAck())))),
                    new Sample(101, Frames.ipv6(60, Frames.hex("2b00 0104 00000000 0600 0000 00000000"), PacketHeader.TCP, Frames.synAck())),
                    new Sample(101, Frames.ipv4(PacketHeader.TCP, "01830704c6336401", 0, Frames.synAck())))).flatMap(s -> s).toList();

    private static final List<Field> FIELDS = Arrays.stream(PacketHeader.class.getFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.getType().isArray()).toList();

    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeader header = new PacketHeader();

    /**
     * Decodes once in an array of exactly the captured length, where a read beyond it throws, and once within larger arrays with other bytes around, where
     * such a read would show as a different result.
     */
    private Outcome decode(int link, byte[] bytes, long originalLength) {
        Outcome outcome = decoder.decode(link, bytes, 0, bytes.length, originalLength, header);
        PacketHeader exact = new PacketHeader();
        exact.copyFrom(header);
        for (byte around : new byte[] {0, 0x45, (byte) 0xff}) {
            byte[] larger = new byte[bytes.length + 200];
            Arrays.fill(larger, around);
            System.arraycopy(bytes, 0, larger, 100, bytes.length);
            assertThat(decoder.decode(link, larger, 100, bytes.length, originalLength, header)).isEqualTo(outcome);
            assertThat(values(header)).isEqualTo(values(exact));
        }
        return outcome;
    }

    static List<Object> values(PacketHeader header) {
        List<Object> values = new ArrayList<>();
        for (Field field : FIELDS) {
            try {
                values.add(field.get(header));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        for (int i = 0; i < header.sackCount; i++) {
            values.add(header.sackLeft[i]);
            values.add(header.sackRight[i]);
        }
        return values;
    }

    @Test
    void everyFrameCutAtEveryLengthIsDecodedOrTruncatedButNeverMalformed() {
        for (Sample sample : SAMPLES) {
            byte[] frame = sample.frame;
            for (int length = 0; length < frame.length; length++) {
                Outcome outcome = decode(sample.link, Arrays.copyOf(frame, length), frame.length);
                assertThat(outcome).as("link type %d cut to %d bytes", sample.link, length)
                        .isNotIn(Outcome.MALFORMED, Outcome.TOO_DEEP, Outcome.UNSUPPORTED_LINK, Outcome.FRAGMENT);
                if (outcome == Outcome.TCP) {
                    assertThat(header.checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
                    assertThat(header.truncated).isTrue();
                }
            }
        }
    }

    @Test
    void everyFrameThatEndsAtAnyLengthHasAnOutcome() {
        for (Sample sample : SAMPLES) {
            for (int length = 0; length < sample.frame.length; length++) {
                assertThat(decode(sample.link, Arrays.copyOf(sample.frame, length), length)).isNotNull();
            }
        }
    }

    @Property(tries = 20_000)
    void framesWithAnyBytesChangedHaveAnOutcome(@ForAll @IntRange(max = 1000) int sample, @ForAll @IntRange(min = 1, max = 6) int changes,
            @ForAll long seed, @ForAll @IntRange(max = 300) int cut) {
        Sample chosen = SAMPLES.get(sample % SAMPLES.size());
        byte[] frame = chosen.frame.clone();
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
        }
        byte[] captured = Arrays.copyOf(frame, Math.min(frame.length, cut));
        assertThat(decode(chosen.link, captured, frame.length)).isNotNull();
        assertThat(decode(chosen.link, frame, frame.length)).isNotNull();
    }

    @Property
    void anyBytesOnAnyLinkHaveAnOutcome(@ForAll("links") int link, @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 70_000) int original) {
        assertThat(decode(link, bytes, original)).isNotNull();
    }

    @Property
    void oddArgumentsAreNoReasonToThrow(@ForAll int link, @ForAll int offset, @ForAll int captured, @ForAll long original) {
        assertThat(decoder.decode(link, new byte[64], offset, captured, original, header)).isNotNull();
    }

    @Provide
    Arbitrary<Integer> links() {
        return Arbitraries.of(SAMPLES.stream().map(Sample::link).distinct().toList());
    }
}
