package io.crossgate.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * What traffic is made.
 *
 * @param packets captured packets in all four files together, about
 * @param flows conversations, floods apart
 * @param atOnce conversations that go on at the same time, at most, about
 * @param duration nanoseconds over which conversations begin; the last ones end later
 * @param longest packets of the longest conversation
 * @param loss share of SYNs, SYN-ACKs and data segments that are lost and sent again, 0 to 0.5
 * @param asymmetric share of conversations whose SYN-ACKs come back by the firewall that never saw the SYN
 * @param ipv6 share of IPv6
 * @param icmp share of conversations that are pings
 * @param flood share of captured packets that are an attack from random addresses
 * @param tunnels share of TCP conversations inside VXLAN or GRE
 * @param snapLength bytes captured of a packet, at most
 * @param seed the same seed makes the same bytes
 */
record Workload(long packets, long flows, long atOnce, long duration, int longest, double loss, double asymmetric, double ipv6, double icmp, double flood, double tunnels,
        int snapLength, long seed) {
    /** When all captures begin, nanoseconds since 1970: 2026-01-01T00:00:00Z. */
    static final long BEGIN = 1_767_225_600L * Talk.SECOND;
    /** Packets that loss adds to a conversation, in units of its length and of the share lost. */
    private static final double LOSS_ADDS = 0.6;

    /**
     * Writes gwa-lan.pcap, gwa-wan.pcap, gwb-lan.pcap, gwb-wan.pcap, truth.json and orphans.ndjson into a folder, which is made if it is not there.
     *
     * @throws IllegalArgumentException if these numbers do not go together
     */
    Truth write(Path folder) throws IOException {
        long floodPackets = Math.round(packets * flood / Flood.CAPTURED_OF_TWO) * 2;
        double ofTcp = packets * (1 - flood) - flows * (asymmetric * AsymmetricTalk.CAPTURED + icmp * PingTalk.CAPTURED_ON_AVERAGE);
        double mean = ofTcp / 2 / (flows * (1 - asymmetric - icmp)) / (1 + loss * LOSS_ADDS);
        Lengths lengths = Lengths.withMean(mean, longest);
        Files.createDirectories(folder);
        try (Truth truth = new Truth(folder)) {
            Network network = new Network(folder, snapLength, new SplittableRandom(seed), truth);
            try (network) {
                new Traffic(this, network, lengths, floodPackets).play();
            }
            truth.write(this, network.files());
            return truth;
        }
    }
}
