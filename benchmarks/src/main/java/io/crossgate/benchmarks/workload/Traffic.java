package io.crossgate.benchmarks.workload;

import java.io.IOException;
import java.util.SplittableRandom;

/** Plays a workload's conversations in order of time. */
final class Traffic {
    /** Asymmetric routing sets in after this share of the duration. */
    private static final double ONSET = 0.25;
    /** From then on this share of the affected clients' conversations with the service fails. */
    private static final double FAILING = 2.0 / 3;
    /** Traffic begins this long after the captures, nanoseconds. */
    private static final long SETTLING = Talk.SECOND / 10;
    /** Every capture ends this long after the last conversation, so that nothing is open at its end. */
    private static final long CLOSING = 6 * Talk.SECOND;
    /** The fraction of the golden ratio: its multiples fill 0 to 1 more evenly than chance does, so that heavy tails are alike for every seed. */
    private static final double GOLDEN = 0.618_033_988_749_894_9;
    private static final int PORTS = 28_000;
    private static final int FIRST_PORT = 32_768;
    private static final int FLOWS_A_CLIENT = 50;
    private static final int HOSTS_OF_24 = 254;
    private static final int[] SERVICES = {443, 443, 443, 443, 443, 443, 80, 80, 22, 993};

    private final Workload workload;
    private final Network network;
    private final SplittableRandom random;
    private final Lengths lengths;
    private final long think;
    private final EventQueue queue = new EventQueue();
    private final long clients;
    private final int servers;
    private final double firstQuantile;
    private final Flood flood;
    private boolean floodPlays;
    private long tcp;
    private long pings;
    private long affected;
    private long unaffected;
    private long failing;

    Traffic(Workload workload, Network network, Lengths lengths, long floodPackets) {
        this.workload = workload;
        this.network = network;
        this.lengths = lengths;
        random = network.random;
        think = lengths.think(workload.flows(), workload.atOnce(), workload.duration());
        network.truth.shape(lengths.shape(), think);
        clients = Math.max(64, Math.min(1 << 20, workload.flows() / FLOWS_A_CLIENT)) | 1;
        servers = (int) Math.max(16, Math.min(40_000, clients / 4));
        firstQuantile = random.nextDouble();
        flood = new Flood(Workload.BEGIN + SETTLING, floodPackets, floodPackets == 0 ? 1 : workload.duration() / floodPackets, workload.ipv6());
    }

    void play() throws IOException {
        watch(Workload.BEGIN);
        long gap = Math.max(1, workload.duration() / workload.flows());
        long next = Workload.BEGIN + SETTLING;
        if (flood.at != Talk.END) {
            queue.add(flood);
            floodPlays = true;
        }
        for (long left = workload.flows(); left > 0 || !queue.isEmpty();) {
            if (left > 0 && next <= queue.nextTime()) {
                begin(next);
                left--;
                next += 1 + random.nextLong(2 * gap);
            } else {
                step();
            }
        }
        watch(network.lastTime() + CLOSING);
    }

    private void step() throws IOException {
        Talk talk = queue.next();
        talk.step(network);
        if (talk.at != Talk.END) {
            queue.moveNext();
            return;
        }
        queue.removeNext();
        floodPlays &= talk != flood;
    }

    private void add(Talk talk) {
        queue.add(talk);
        network.truth.atOnce(queue.size() - (floodPlays ? 1 : 0));
    }

    /** A ping through each gateway, so that all captures begin and end together. */
    private void watch(long time) throws IOException {
        for (int gateway = 0; gateway < Network.GATEWAYS.size(); gateway++) {
            PingTalk ping = new PingTalk(network, 1);
            ping.between(false, 0, Addresses.V4_PINGERS + 1 + gateway, 0, 0, Addresses.V4_SERVERS - 1, 0, 0);
            ping.at = time + gateway;
            ping.gateway = gateway;
            queue.add(ping);
            network.truth.watching();
        }
        while (!queue.isEmpty()) {
            step();
        }
    }

    private void begin(long at) {
        double kind = random.nextDouble();
        boolean v6 = random.nextDouble() < workload.ipv6();
        double toService = workload.asymmetric() / FAILING / (1 - ONSET);
        if (kind < toService) {
            boolean set = at > Workload.BEGIN + ONSET * workload.duration();
            if (set && random.nextDouble() < FAILING) {
                beginAsymmetric(at, v6);
            } else {
                beginTcp(at, affected(v6, newTcp()), Network.FIREWALL);
            }
            return;
        }
        kind -= toService;
        if (kind < workload.asymmetric() / 2) {
            TcpTalk talk = newTcp();
            service(talk, v6, v6 ? Addresses.V6_UNAFFECTED : Addresses.V4_UNAFFECTED, unaffected++);
            beginTcp(at, talk, Network.FIREWALL);
            return;
        }
        kind -= workload.asymmetric() / 2;
        if (kind < workload.icmp()) {
            beginPing(at, v6);
            return;
        }
        beginTcp(at, general(v6, newTcp()), random.nextInt(2));
    }

    private void beginAsymmetric(long at, boolean v6) {
        AsymmetricTalk talk = new AsymmetricTalk(network, at);
        affected(v6, talk);
        add(talk);
        if (failing++ < 10) {
            PingTalk ping = new PingTalk(network, 1);
            ping.between(v6, talk.clientHigh, talk.clientLow, 0, talk.serverHigh, talk.serverLow, 0, random.nextInt());
            ping.at = at + Talk.SECOND / 2;
            network.truth.ping();
            add(ping);
        }
    }

    private void beginTcp(long at, Talk talk, int gateway) {
        talk.at = at;
        talk.gateway = gateway;
        talk.serverTtl = 44 + random.nextInt(16);
        network.truth.tcp();
        add(talk);
    }

    private void beginPing(long at, boolean v6) {
        PingTalk ping = new PingTalk(network, 1 + random.nextInt(PingTalk.MOST));
        long client = 16 + pings++;
        ping.between(v6, v6 ? Addresses.V6_PINGERS : 0, v6 ? client : Addresses.V4_PINGERS + client, 0, v6 ? Addresses.V6_SERVERS : 0,
                v6 ? client % servers : Addresses.V4_SERVERS + client % servers, 0, random.nextInt());
        ping.at = at;
        ping.gateway = random.nextInt(2);
        network.truth.ping();
        add(ping);
    }

    private TcpTalk newTcp() {
        double quantile = firstQuantile + GOLDEN * tcp;
        TcpTalk talk = new TcpTalk(network, lengths.at(quantile - Math.floor(quantile)), think, workload.loss());
        if (random.nextDouble() < workload.tunnels()) {
            talk.tunnel = random.nextBoolean() ? Talk.GRE : Talk.VXLAN;
        }
        tcp++;
        return talk;
    }

    /** A client and port that no other conversation has, and one of the servers, some of which are more popular. */
    private Talk general(boolean v6, Talk talk) {
        long client = tcp * 7919 % clients;
        int port = FIRST_PORT + (int) (tcp / clients % PORTS);
        double popularity = random.nextDouble();
        long server = (long) (servers * popularity * popularity * popularity);
        talk.between(v6, v6 ? Addresses.V6_CLIENTS : 0, v6 ? client : Addresses.V4_CLIENTS + client, port, v6 ? Addresses.V6_SERVERS : 0,
                v6 ? server : Addresses.V4_SERVERS + server, SERVICES[random.nextInt(SERVICES.length)], random.nextInt());
        return talk;
    }

    private Talk affected(boolean v6, Talk talk) {
        service(talk, v6, v6 ? Addresses.V6_AFFECTED : Addresses.V4_AFFECTED, affected++);
        return talk;
    }

    private void service(Talk talk, boolean v6, long clientNetwork, long number) {
        long host = 1 + number % HOSTS_OF_24;
        int port = FIRST_PORT + (int) (number / HOSTS_OF_24 % PORTS);
        talk.between(v6, v6 ? clientNetwork : 0, v6 ? host : clientNetwork + host, port, v6 ? Addresses.V6_SERVICE : 0, v6 ? 0x50 : Addresses.V4_SERVICE, 443, random.nextInt());
    }
}
