package io.crossgate.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class UsualFrameProperties {
    private static final String[] OPTIONS = {"", "", "0101080a00000001ffffff02", Frames.SYN_OPTIONS, "0101050a0000000a00000014", "020405b401010402",
        "01010812000000010000000200000000", "0101080a000000010000000201010101", "080a000000010000000200000000"};

    private final PacketDecoder decoder = new PacketDecoder();

    @Property(tries = 3000)
    void whatTheShortWayTakesTheLayersSayAsWell(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] frame = frame(random);
        int original = frame.length;
        boolean cut = random.nextInt(3) == 0;
        frame = cut ? Arrays.copyOf(frame, random.nextInt(frame.length + 1)) : frame;
        boolean damaged = random.nextBoolean();
        for (int i = damaged ? random.nextInt(4) : 0; i > 0 && frame.length > 0; i--) {
            frame[random.nextInt(Math.min(80, frame.length))] = (byte) (random.nextBoolean() ? random.nextInt() : 1 << random.nextInt(8));
        }
        PacketHeader usual = new PacketHeader();
        PacketHeader byLayers = new PacketHeader();
        boolean taken = UsualFrame.decode(frame, 0, frame.length, usual);
        Outcome outcome = decoder.byLayers(Links.ETHERNET, frame, 0, frame.length, original, byLayers);
        if (taken) {
            assertThat(outcome).isEqualTo(Outcome.TCP);
            assertThat(HostileBytesProperties.values(usual)).isEqualTo(HostileBytesProperties.values(byLayers));
        } else {
            assertThat(HostileBytesProperties.values(usual)).isEqualTo(HostileBytesProperties.values(new PacketHeader()));
            assertThat(cut || damaged).as("a usual frame that is whole is taken").isTrue();
        }
    }

    private static byte[] frame(Random random) {
        byte[] options = HexFormat.of().parseHex(OPTIONS[random.nextInt(OPTIONS.length)]);
        options = Arrays.copyOf(options, options.length + 3 & ~3);
        byte[] segment = Frames.tcp(random.nextInt(0x200), HexFormat.of().formatHex(options), random.nextInt(random.nextBoolean() ? 3 : 100));
        boolean v6 = random.nextInt(3) == 0;
        byte[] packet = v6 ? Frames.ipv6(PacketHeader.TCP, segment) : Frames.ipv4(PacketHeader.TCP, segment);
        int type = v6 ? 0x86dd : 0x0800;
        byte[] padded = random.nextBoolean() ? packet : Arrays.copyOf(packet, packet.length + random.nextInt(10));
        return random.nextInt(3) == 0 ? Frames.ethernet(0x8100, Frames.join(Frames.u16(random.nextInt(1 << 16)), Frames.u16(type), padded))
                : Frames.ethernet(type, padded);
    }
}
