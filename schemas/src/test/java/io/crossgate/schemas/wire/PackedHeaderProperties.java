package io.crossgate.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PackedHeaderProperties {
    private static final int AT = 3;

    private static PacketHeader usual(Random r) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.time = r.nextLong();
        h.way = (byte) r.nextInt(3);
        h.ipv6 = r.nextInt(4) == 0;
        h.sourceHigh = h.ipv6 ? r.nextLong() : 0;
        h.sourceLow = h.ipv6 ? r.nextLong() : IpText.mapped(r.nextInt());
        h.destinationHigh = h.ipv6 ? r.nextLong() : 0;
        h.destinationLow = h.ipv6 ? r.nextLong() : IpText.mapped(r.nextInt());
        h.protocol = PacketHeader.TCP;
        h.sourcePort = upTo(65535, r);
        h.destinationPort = upTo(65535, r);
        h.ttl = upTo(255, r);
        h.ipId = h.ipv6 ? PacketHeader.ABSENT : upTo(65535, r);
        h.ipLength = upTo(65535, r);
        h.fragment = r.nextBoolean();
        h.truncated = r.nextBoolean();
        h.checksum = (byte) r.nextInt(3);
        h.seq = r.nextInt();
        h.ack = r.nextInt();
        h.flags = upTo(511, r);
        h.window = upTo(65535, r);
        h.payloadLength = upTo(65535, r);
        h.mss = r.nextBoolean() ? upTo(65535, r) : PacketHeader.ABSENT;
        h.windowScale = r.nextBoolean() ? upTo(255, r) : PacketHeader.ABSENT;
        h.sackPermitted = r.nextBoolean();
        h.timestamps = r.nextBoolean();
        h.tsVal = h.timestamps ? r.nextInt() : 0;
        h.tsEcr = h.timestamps ? r.nextInt() : 0;
        return h;
    }

    /** From 0 to {@code most}, both of them often. */
    private static int upTo(int most, Random r) {
        int kind = r.nextInt(8);
        return kind == 0 ? 0 : kind == 1 ? most : r.nextInt(most + 1);
    }

    private static ByteBuffer packed(PacketHeader h) {
        byte[] bytes = new byte[AT + PackedHeader.SIZE];
        PackedHeader.put(h, FlowKey.of(h).isFromLow(h), bytes, AT);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static HeadersBatch batch(PacketHeader h, FlowKey flow) {
        HeadersBatch batch = new HeadersBatch();
        batch.add(flow).copyFrom(h);
        return batch;
    }

    @Property(tries = 5_000)
    void everyUsualHeaderFitsAndIsReadAsItWas(@ForAll long seed) {
        PacketHeader h = usual(new Random(seed));
        assertThat(PackedHeader.fits(h)).isTrue();
        FlowKey flow = FlowKey.of(h);
        PacketHeader read = new PacketHeader();
        read.clear();
        PackedHeader.read(packed(h).array(), AT, flow, read);
        assertThat(Contents.of(batch(read, flow))).isEqualTo(Contents.of(batch(h, flow)));
    }

    @Property(tries = 2_000)
    void eachFieldIsWhereTheSchemaSays(@ForAll long seed) {
        PacketHeader h = usual(new Random(seed));
        ByteBuffer b = packed(h);
        int marks = b.getShort(AT + 38);
        assertThat(b.getLong(AT)).isEqualTo(h.time);
        assertThat(b.getInt(AT + 8)).isEqualTo(h.seq);
        assertThat(b.getInt(AT + 12)).isEqualTo(h.ack);
        assertThat(b.getInt(AT + 16)).isEqualTo(h.tsVal);
        assertThat(b.getInt(AT + 20)).isEqualTo(h.tsEcr);
        assertThat(b.getShort(AT + 24)).isEqualTo((short) h.ipLength);
        assertThat(b.getShort(AT + 26)).isEqualTo((short) h.payloadLength);
        assertThat(b.getShort(AT + 28)).isEqualTo((short) h.window);
        assertThat(b.getShort(AT + 30)).isEqualTo((short) Math.max(h.ipId, 0));
        assertThat(b.getShort(AT + 32)).isEqualTo((short) Math.max(h.mss, 0));
        assertThat(b.getShort(AT + 34)).isEqualTo((short) h.flags);
        assertThat(b.get(AT + 36)).isEqualTo((byte) h.ttl);
        assertThat(b.get(AT + 37)).isEqualTo((byte) Math.max(h.windowScale, 0));
        boolean[] bits = {FlowKey.of(h).isFromLow(h), (h.way & 1) != 0, (h.way & 2) != 0, (h.checksum & 1) != 0, (h.checksum & 2) != 0, h.fragment, h.truncated,
                h.sackPermitted, h.timestamps, h.mss >= 0, h.windowScale >= 0, h.ipId >= 0};
        for (int bit = 0; bit < Short.SIZE; bit++) {
            assertThat((marks >> bit & 1) != 0).as("mark %d", bit).isEqualTo(bit < bits.length && bits[bit]);
        }
    }

    @Property(tries = 5_000)
    void ofAnyBytesAHeaderIsReadThatIsInRangeOrNone(@ForAll long seed) {
        Random r = new Random(seed);
        byte[] bytes = new byte[PackedHeader.SIZE];
        r.nextBytes(bytes);
        bytes[39] &= (byte) (r.nextBoolean() ? 0x0f : 0xff);
        bytes[35] &= (byte) (r.nextBoolean() ? 0x01 : 0xff);
        FlowKey flow = FlowKey.of(usual(r));
        PacketHeader read = new PacketHeader();
        read.clear();
        try {
            PackedHeader.read(bytes, 0, flow, read);
        } catch (WireException e) {
            assertThat(e.getMessage()).contains("no packed header");
            return;
        }
        assertThat(read.way).isBetween((byte) 0, (byte) 2);
        assertThat(read.checksum).isBetween((byte) 0, (byte) 2);
        assertThat(read.flags).isBetween(0, 511);
        byte[] again = new byte[PackedHeader.SIZE];
        PackedHeader.put(read, flow.isFromLow(read), again, 0);
        PacketHeader twice = new PacketHeader();
        twice.clear();
        PackedHeader.read(again, 0, flow, twice);
        assertThat(Contents.of(batch(twice, flow))).isEqualTo(Contents.of(batch(read, flow)));
    }

    @Example
    void whatItHasNoPlaceForDoesNotFit() {
        PacketHeader h = new PacketHeader();
        for (int field = 0; field < 6; field++) {
            h.copyFrom(usual(new Random(1)));
            assertThat(PackedHeader.fits(h)).isTrue();
            switch (field) {
                case 0 -> h.protocol = PacketHeader.ICMP;
                case 1 -> h.logged = true;
                case 2 -> h.tunnel = PacketHeader.TUNNEL_GRE;
                case 3 -> h.sackCount = 1;
                case 4 -> h.ipLength = 65_536; // IPv6 with the largest payload
                default -> h.payloadLength = 65_536;
            }
            assertThat(PackedHeader.fits(h)).as("change %d", field).isFalse();
        }
    }

    @Example
    void inAFlowThatIsNotOfTcpThereIsNone() {
        PacketHeader ping = new PacketHeader();
        ping.clear();
        ping.protocol = PacketHeader.ICMP;
        ping.icmpType = 8;
        assertThatThrownBy(() -> PackedHeader.read(new byte[PackedHeader.SIZE], 0, FlowKey.of(ping), ping)).isInstanceOf(WireException.class)
                .hasMessageContaining("of a flow of protocol 1");
    }
}
