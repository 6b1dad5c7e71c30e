package io.crossgate.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.Headers;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The short way takes every usual header, and what it takes, also of hostile bytes, the long way reads as the same: that goes whenever a record ends soon. */
class UsualHeaderProperties {
    private final HeadersWriter writer = new HeadersWriter(1);
    private final HeadersCodec codec = new HeadersCodec(1, id -> Headers.getClassSchema());

    private static PacketHeader usual(Random r) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.time = r.nextInt(8) == 0 ? r.nextInt(1000) : 1_700_000_000_000_000_000L + r.nextInt();
        h.way = (byte) r.nextInt(3);
        h.ipv6 = r.nextInt(4) == 0;
        h.sourceHigh = h.ipv6 ? r.nextLong() : 0;
        h.sourceLow = h.ipv6 ? r.nextLong() : IpText.mapped(r.nextInt());
        h.destinationHigh = h.ipv6 ? r.nextLong() : 0;
        h.destinationLow = h.ipv6 ? r.nextLong() : IpText.mapped(r.nextInt());
        h.protocol = PacketHeader.TCP;
        h.sourcePort = r.nextInt(65536);
        h.destinationPort = r.nextInt(65536);
        h.ttl = r.nextInt(256);
        h.ipId = h.ipv6 ? PacketHeader.ABSENT : number(r, 65535);
        h.ipLength = number(r, 65575);
        h.fragment = r.nextInt(8) == 0;
        h.truncated = r.nextInt(8) == 0;
        h.checksum = (byte) r.nextInt(3);
        h.seq = number(r, Integer.MAX_VALUE) << r.nextInt(2);
        h.ack = r.nextInt();
        h.flags = r.nextInt(512);
        h.window = number(r, 65535);
        h.payloadLength = number(r, 65535);
        h.mss = r.nextInt(4) == 0 ? number(r, 65535) : PacketHeader.ABSENT;
        h.windowScale = r.nextInt(4) == 0 ? r.nextInt(256) : PacketHeader.ABSENT;
        h.sackPermitted = r.nextBoolean();
        h.timestamps = r.nextBoolean();
        h.tsVal = h.timestamps ? r.nextInt() : 0;
        h.tsEcr = h.timestamps ? number(r, Integer.MAX_VALUE) : 0;
        return h;
    }

    /** From 0 to {@code most}, of any length alike. */
    private static int number(Random r, int most) {
        return r.nextInt() >>> 1 + r.nextInt(31) & Integer.highestOneBit(most) - 1 | (r.nextInt(8) == 0 ? most : 0);
    }

    @Property(tries = 20_000)
    void whatIsTakenIsReadAsTheLongWayReadsIt(@ForAll long seed) {
        Random r = new Random(seed);
        PacketHeader h = usual(r);
        FlowKey flow = FlowKey.of(h);
        byte[] bytes = new byte[1024];
        int end = writer.header(h, flow.isFromLow(h), bytes, 0);
        for (int i = end; i < end + UsualHeader.ROOM; i++) {
            bytes[i] = (byte) r.nextInt();
        }
        boolean hostile = r.nextBoolean();
        for (int i = hostile ? r.nextInt(4) : -1; i >= 0; i--) {
            bytes[r.nextInt(end)] = (byte) (r.nextBoolean() ? r.nextInt() : 0x80 >>> r.nextInt(9));
        }
        PacketHeader read = new PacketHeader();
        read.clear();
        int at = UsualHeader.read(bytes, 0, flow, read);
        if (!hostile) {
            assertThat(at).as("every usual header is taken").isEqualTo(end);
        }
        if (at > 0) {
            HeadersBatch longWay = new HeadersBatch();
            codec.decode(record(flow, Arrays.copyOf(bytes, at)), longWay);
            HeadersBatch shortWay = new HeadersBatch();
            shortWay.flow = flow;
            shortWay.add().copyFrom(read);
            assertThat(Contents.of(shortWay).get(1)).isEqualTo(Contents.of(longWay).get(1));
        }
    }

    /** A record that ends with this header. */
    private byte[] record(FlowKey flow, byte[] header) {
        assertThat(header.length + 1).as("too short a rest for the short way").isLessThan(UsualHeader.ROOM);
        HeadersBatch point = new HeadersBatch();
        writer.point(point);
        writer.progress(point);
        writer.begin(0);
        writer.flow(flow.recordKey(), flow.ipv6(), flow.protocol(), flow.lowAddressHigh(), flow.lowAddressLow(), flow.highAddressHigh(), flow.highAddressLow(),
                flow.lowPort(), flow.highPort());
        byte[] record = writer.end(1, header.length);
        System.arraycopy(header, 0, record, record.length - 1 - header.length, header.length);
        return record;
    }
}
