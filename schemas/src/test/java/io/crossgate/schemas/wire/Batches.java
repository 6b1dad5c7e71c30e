package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Batches at random, with everything that a header may carry. */
final class Batches {
    private Batches() {}

    static HeadersBatch random(Random r) {
        HeadersBatch batch = new HeadersBatch();
        batch.gateway = "gw" + r.nextInt(3);
        batch.iface = r.nextBoolean() ? "lan" : "größer";
        batch.firewallLog = r.nextBoolean();
        batch.session = r.nextLong();
        batch.sequence = r.nextInt();
        batch.watermark = time(r);
        batch.observedFrom = time(r);
        batch.endedAt = time(r);
        batch.ended = r.nextBoolean();
        batch.lostPackets = r.nextInt(100);
        batch.lostFrom = time(r);
        batch.lostTo = time(r);
        int headers = r.nextInt(5);
        boolean v6 = r.nextBoolean();
        int kind = r.nextInt(3);
        long[] ends = {v6 ? r.nextLong() : 0, v6 ? r.nextLong() : IpText.mapped(r.nextInt()), v6 ? r.nextLong() : 0, v6 ? r.nextLong() : IpText.mapped(r.nextInt())};
        int[] ports = {r.nextInt(65536), r.nextInt(65536)};
        for (int i = 0; i < headers; i++) {
            PacketHeader h = batch.add();
            h.clear();
            fill(h, r, v6, kind, ends, ports);
            batch.flow = FlowKey.of(h);
        }
        if (batch.flow != null) {
            batch.communityId = batch.flow.communityId().getBytes(StandardCharsets.UTF_8);
        }
        return batch;
    }

    /** Of several flows, some with many headers. */
    static HeadersBatch randomBundle(Random r) {
        HeadersBatch bundle = random(r);
        bundle.clearHeaders();
        bundle.flow = null;
        for (int flows = r.nextInt(4); flows > 0; flows--) {
            HeadersBatch one = random(r);
            int times = r.nextInt(20) == 0 ? 40 : 1;
            for (int i = 0; i < times * one.count(); i++) {
                bundle.add(one.flow).copyFrom(one.header(i % one.count()));
            }
        }
        return bundle;
    }

    /** A whole number of microseconds: what a record carries of its own times. */
    private static long time(Random r) {
        return r.nextInt(4) == 0 ? HeadersBatch.NONE : (r.nextLong() >> 14) * 1000;
    }

    private static void fill(PacketHeader h, Random r, boolean v6, int kind, long[] ends, int[] ports) {
        boolean turned = r.nextBoolean();
        h.time = r.nextLong() >>> 2;
        h.way = (byte) r.nextInt(3);
        h.ipv6 = v6;
        h.protocol = kind == 0 ? PacketHeader.TCP : v6 ? PacketHeader.ICMPV6 : PacketHeader.ICMP;
        h.ttl = r.nextInt(256);
        h.ipId = v6 ? PacketHeader.ABSENT : r.nextInt(65536);
        h.ipLength = r.nextInt(65536);
        h.fragment = r.nextBoolean();
        h.truncated = r.nextBoolean();
        h.checksum = (byte) r.nextInt(3);
        h.payloadLength = r.nextInt(65536);
        if (kind < 2) {
            h.sourceHigh = ends[turned ? 2 : 0];
            h.sourceLow = ends[turned ? 3 : 1];
            h.destinationHigh = ends[turned ? 0 : 2];
            h.destinationLow = ends[turned ? 1 : 3];
        } else {
            h.sourceHigh = v6 ? r.nextLong() : 0;
            h.sourceLow = v6 ? r.nextLong() : IpText.mapped(r.nextInt());
            h.destinationHigh = v6 ? r.nextLong() : 0;
            h.destinationLow = v6 ? r.nextLong() : IpText.mapped(r.nextInt());
        }
        if (kind == 0) {
            fillTcp(h, r, turned, ports);
        } else if (kind == 1) {
            h.icmpType = v6 ? turned ? 129 : 128 : turned ? 0 : 8;
            h.icmpId = r.nextInt(65536);
            h.icmpSequence = r.nextInt(65536);
        } else {
            h.icmpType = v6 ? 1 : 3;
            h.icmpCode = r.nextInt(256);
            h.quotedProtocol = PacketHeader.TCP;
            h.quotedSourceHigh = ends[turned ? 2 : 0];
            h.quotedSourceLow = ends[turned ? 3 : 1];
            h.quotedDestinationHigh = ends[turned ? 0 : 2];
            h.quotedDestinationLow = ends[turned ? 1 : 3];
            h.quotedSourcePort = ports[turned ? 1 : 0];
            h.quotedDestinationPort = ports[turned ? 0 : 1];
            h.quotedSeq = r.nextInt();
        }
        if (r.nextInt(4) == 0) {
            h.tunnel = 1 + r.nextInt(31);
            h.outerSourceLow = IpText.mapped(r.nextInt());
            h.outerDestinationHigh = r.nextLong() | 1;
            h.outerDestinationLow = r.nextLong();
        }
        h.logged = r.nextInt(4) == 0;
        h.logPrefix = h.logged ? "INVALID " + r.nextInt(3) : "";
    }

    private static void fillTcp(PacketHeader h, Random r, boolean turned, int[] ports) {
        h.sourcePort = ports[turned ? 1 : 0];
        h.destinationPort = ports[turned ? 0 : 1];
        h.seq = r.nextInt();
        h.ack = r.nextInt();
        h.flags = r.nextInt(512);
        h.window = r.nextInt(65536);
        h.mss = r.nextInt(65537) - 1;
        h.windowScale = r.nextInt(257) - 1;
        h.sackPermitted = r.nextBoolean();
        h.sackCount = r.nextInt(5);
        for (int i = 0; i < h.sackCount; i++) {
            h.sackLeft[i] = r.nextInt();
            h.sackRight[i] = r.nextInt();
        }
        h.timestamps = r.nextBoolean();
        if (h.timestamps) {
            h.tsVal = r.nextInt();
            h.tsEcr = r.nextInt();
        }
    }
}
