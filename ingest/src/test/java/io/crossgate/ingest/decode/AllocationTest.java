package io.crossgate.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int PACKETS = 100_000;

    @Test
    void aHundredThousandPacketsOfAllKindsAllocateNothing() {
        List<Integer> links = new ArrayList<>();
        List<byte[]> samples = new ArrayList<>();
        LinksTest.everyLinkAroundASynAck().forEach(link -> {
            links.add(link.type());
            samples.add(link.frame());
        });
        TunnelsTest.everyTunnelAroundASynAck().forEach(tunnel -> {
            links.add(101);
            samples.add(tunnel.packet());
        });
        links.add(101);
        samples.add(Frames.ipv4(PacketHeader.ICMP, Frames.icmp(3, 4, "0000 05dc", Frames.ipv4(PacketHeader.TCP, Frames.synAck()))));
        byte[] packet = Frames.ipv4(PacketHeader.TCP, Frames.synAck());
        byte[] prefix = "crossgate invalid: ".getBytes(StandardCharsets.US_ASCII);
        links.add(239);
        samples.add(Frames.join(Frames.hex("02000005"), new byte[] {(byte) (prefix.length + 5), 0, 10, 0}, prefix, new byte[] {0},
                new byte[] {(byte) (packet.length + 4), 0, 9, 0}, packet));
        int[] linkTypes = links.stream().mapToInt(Integer::intValue).toArray();
        byte[][] frames = samples.toArray(new byte[0][]);
        PacketDecoder decoder = new PacketDecoder();
        PacketHeader header = new PacketHeader();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();

        run(decoder, linkTypes, frames, header);
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        int decoded = run(decoder, linkTypes, frames, header);
        long allocated = threads.getThreadAllocatedBytes(self) - before;

        assertThat(decoded).isEqualTo(PACKETS);
        assertThat(allocated).as("bytes allocated over %d packets", PACKETS).isZero();
        assertThat(header.logPrefix).isNotNull();
    }

    private static int run(PacketDecoder decoder, int[] links, byte[][] frames, PacketHeader header) {
        int decoded = 0;
        for (int i = 0; i < PACKETS; i++) {
            byte[] frame = frames[i % frames.length];
            decoded += decoder.decode(links[i % frames.length], frame, 0, frame.length, frame.length, header).decoded() ? 1 : 0;
        }
        return decoded;
    }
}
