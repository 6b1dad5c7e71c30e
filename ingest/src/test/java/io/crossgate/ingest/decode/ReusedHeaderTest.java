package io.crossgate.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReusedHeaderTest {
    private record Sample(int link, byte[] frame) {}

    @Test
    void nothingOfAPacketShowsInTheNextOne() throws IllegalAccessException {
        List<Sample> samples = samples();
        PacketDecoder decoder = new PacketDecoder();
        for (Sample sample : samples) {
            PacketHeader fresh = new PacketHeader();
            fresh.clear();
            boolean decoded = decode(decoder, sample, fresh).decoded();
            for (Sample before : samples) {
                PacketHeader reused = new PacketHeader();
                reused.clear();
                decode(decoder, before, reused);
                decode(decoder, sample, reused);
                if (decoded) {
                    assertThat(text(reused)).isEqualTo(text(fresh));
                }
            }
        }
    }

    private static Outcome decode(PacketDecoder decoder, Sample sample, PacketHeader into) {
        return decoder.decode(sample.link, sample.frame, 0, sample.frame.length, sample.frame.length, into);
    }

    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        LinksTest.everyLinkAroundASynAck().forEach(link -> samples.add(new Sample(link.type(), link.frame())));
        TunnelsTest.everyTunnelAroundASynAck().forEach(tunnel -> samples.add(new Sample(101, tunnel.packet())));
        byte[] packet = Frames.ipv4(PacketHeader.TCP, Frames.synAck());
        samples.add(new Sample(101, packet));
        samples.add(new Sample(101, Frames.ipv4(PacketHeader.ICMP, Frames.icmp(3, 4, "0000 05dc", packet))));
        samples.add(new Sample(101, Frames.ipv4(PacketHeader.ICMP, Frames.icmp(8, 0, "0007 0009", new byte[20]))));
        samples.add(new Sample(239, Frames.join(Frames.hex("02000005"), new byte[] {7, 0, 10, 0}, new byte[] {'i', 'n', 0, 0},
                new byte[] {(byte) (packet.length + 4), 0, 9, 0}, packet)));
        for (Sample whole : List.copyOf(samples)) { // cut anywhere, in whatever state that leaves the header
            for (int length = 0; length < whole.frame.length; length += 31) {
                samples.add(new Sample(whole.link, Arrays.copyOf(whole.frame, length)));
            }
        }
        return samples;
    }

    /** Every field, but of the SACK blocks only those in use. */
    private static String text(PacketHeader header) throws IllegalAccessException {
        StringBuilder text = new StringBuilder();
        for (Field field : PacketHeader.class.getFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isArray()) {
                text.append(field.getName()).append('=').append(field.get(header)).append('\n');
            }
        }
        return text + Arrays.toString(Arrays.copyOf(header.sackLeft, header.sackCount)) + Arrays.toString(Arrays.copyOf(header.sackRight, header.sackCount));
    }
}
