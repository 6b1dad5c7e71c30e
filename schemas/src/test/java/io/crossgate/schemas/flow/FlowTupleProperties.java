package io.crossgate.schemas.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FlowTupleProperties {
    private static final int[] PROTOCOLS = {PacketHeader.TCP, PacketHeader.ICMP, PacketHeader.ICMPV6, PacketHeader.UDP, 50};

    private final FlowTuple tuple = new FlowTuple();
    private final CommunityIds ids = new CommunityIds();

    @Property
    void aTupleIsTheFlowKeyOfItsHeader(@ForAll long seed) {
        PacketHeader header = header(new Random(seed));
        FlowKey key = FlowKey.of(header);
        tuple.set(header);
        assertThat(tuple.key()).isEqualTo(key);
        assertThat(tuple.is(key)).isTrue();
        assertThat(tuple.hash()).isEqualTo(FlowTuple.hash(key));
        assertThat(tuple.fromLow).isEqualTo(key.isFromLow(header));
    }

    @Property
    void itsCommunityIdIsThatOfTheFlowKey(@ForAll long seed) {
        PacketHeader header = header(new Random(seed));
        byte[] id = new byte[CommunityIds.LENGTH + 3];
        tuple.set(header);
        ids.put(tuple, id, 3);
        assertThat(new String(id, 3, CommunityIds.LENGTH, StandardCharsets.US_ASCII)).isEqualTo(FlowKey.of(header).communityId());
    }

    /** Few addresses and ports, so that equal and neighbouring ones are common. */
    private static PacketHeader header(Random r) {
        PacketHeader h = new PacketHeader();
        h.clear();
        h.ipv6 = r.nextBoolean();
        h.protocol = r.nextBoolean() ? PacketHeader.TCP : h.ipv6 ? PacketHeader.ICMPV6 : PacketHeader.ICMP;
        h.sourceHigh = high(r, h.ipv6);
        h.sourceLow = low(r, h.ipv6);
        h.destinationHigh = high(r, h.ipv6);
        h.destinationLow = low(r, h.ipv6);
        h.sourcePort = r.nextInt(3) + 0xfffd;
        h.destinationPort = r.nextInt(3) + 0xfffd;
        h.icmpType = r.nextInt(256);
        h.icmpCode = r.nextInt(4);
        if (h.protocol != PacketHeader.TCP && r.nextBoolean()) {
            h.quotedProtocol = PROTOCOLS[r.nextInt(PROTOCOLS.length)];
            h.quotedSourceHigh = high(r, h.ipv6);
            h.quotedSourceLow = low(r, h.ipv6);
            h.quotedDestinationHigh = high(r, h.ipv6);
            h.quotedDestinationLow = low(r, h.ipv6);
            h.quotedSourcePort = r.nextInt(20);
            h.quotedDestinationPort = r.nextInt(20);
        }
        return h;
    }

    private static long high(Random r, boolean ipv6) {
        return ipv6 ? r.nextInt(3) - 1L : 0;
    }

    private static long low(Random r, boolean ipv6) {
        return ipv6 ? r.nextInt(3) - 1L : IpText.mapped(r.nextInt(3) - 1);
    }
}
