package io.crossgate.lab;

import java.util.ArrayList;
import java.util.List;

/** What a scenario plays with: the network, the clients, the server, and the notes of what the clients experience. */
final class Stage {
    static final int PORT = 443;
    /** A SYN, and its first retransmission after 1 s. */
    static final int TIMEOUT_MILLIS = 1_500;
    private static final int SPACING_MILLIS = 8;
    private static final int BYTES = 5_000;
    private static final long SETTLE_MILLIS = 100;

    final Network network;
    final Addresses addresses;
    private final Peer clients;
    private final Peer server;
    private final Peer provider;
    private final List<Experience> experiences = new ArrayList<>();
    private long pingsSent;
    private long pingsAnswered;

    Stage(Network network) {
        this.network = network;
        addresses = network.addresses;
        clients = new Peer(network.namespaces(), Network.CLIENTS);
        server = new Peer(network.namespaces(), Network.SERVER);
        provider = new Peer(network.namespaces(), Network.PROVIDER);
        List.of(clients, server, provider).forEach(Peer::awaitStart);
        server.tell("serve", addresses.server(), PORT);
    }

    /** Connections of all clients of a network, one after the other without waiting; returns when each has its outcome. */
    void connections(String phase, int network, int count) {
        connections(phase, addresses.clients(network, Addresses.CLIENTS), count, BYTES, TIMEOUT_MILLIS);
    }

    /** Connections of one client, each from another port. */
    void connectionsOfOne(String phase, int network, int count) {
        connections(phase, addresses.clients(network, 1), count, BYTES, TIMEOUT_MILLIS);
    }

    /** Connections of all clients of a network that fetch so much and wait so long. */
    void transfers(String phase, int network, int count, int bytes, int timeoutMillis) {
        connections(phase, addresses.clients(network, Addresses.CLIENTS), count, bytes, timeoutMillis);
    }

    private void connections(String phase, List<String> from, int count, int bytes, int timeoutMillis) {
        note(phase, clients.tell("connect", count, SPACING_MILLIS, bytes, timeoutMillis, addresses.server(), PORT, from));
    }

    /** Connections that stay open after a first exchange. */
    void open(String phase, int network, int count) {
        note(phase, clients.tell("open", count, SPACING_MILLIS, BYTES, TIMEOUT_MILLIS, addresses.server(), PORT, addresses.clients(network, Addresses.CLIENTS)));
    }

    /** An exchange on every open connection. */
    void use(String phase) {
        note(phase, clients.tell("use", BYTES, TIMEOUT_MILLIS));
    }

    /** Closes the open connections. */
    void release() {
        clients.tell("release");
    }

    /** Connections from one client's port, one after the other; the server closes each first, so that it is the firewall that is in TIME_WAIT and not the client. */
    void reuse(String phase, int port, int times) {
        note(phase, clients.tell("reuse", times, BYTES, TIMEOUT_MILLIS, addresses.clients(Addresses.STAFF, 1), port, addresses.server(), PORT));
    }

    /** A client's SYN that is lost behind the firewall, and the other side's, meet: RFC 9293 section 3.5, figure 7. */
    void cross(String phase, int clientPort, int serverPort) throws InterruptedException {
        network.providerDrops("tcp sport " + clientPort + " tcp flags == syn");
        String client = addresses.clients(Addresses.STAFF, 1).get(0);
        List<String> report = new ArrayList<>();
        Thread one = new Thread(() -> report.addAll(clients.tell("cross", BYTES, TIMEOUT_MILLIS, client, clientPort, addresses.server(), serverPort)));
        one.start();
        Thread.sleep(SETTLE_MILLIS);
        server.tell("cross", 0, TIMEOUT_MILLIS, addresses.server(), serverPort, client, clientPort);
        one.join();
        network.providerDropsNoMore();
        note(phase, report);
    }

    void fastOpen(String phase, int firstPort, int count) {
        note(phase, clients.tell("fast-open", count, BYTES, TIMEOUT_MILLIS, firstPort, addresses.server(), PORT, addresses.clients(Addresses.STAFF, 1)));
    }

    /** Resets that pretend to come from the server, to every connection of a phase. */
    void forgeResets(String ofPhase, List<Integer> seqs) {
        for (Experience e : experiences) {
            if (e.phase().equals(ofPhase)) {
                provider.tell("reset", e.server(), e.serverPort(), e.client(), e.clientPort(), seqs.stream().map(Integer::toUnsignedString).toList());
            }
        }
    }

    /** Echo requests from the first {@code count} clients of a network, from now to the end. */
    void ping(int network, int count, int intervalMillis) {
        clients.tell("ping", intervalMillis, addresses.server(), addresses.clients(network, count));
    }

    /** Lets what is under way arrive before routes change. */
    void settle() throws InterruptedException {
        Thread.sleep(SETTLE_MILLIS);
    }

    /** Has every gateway's interface see a ping to the gateway itself: a capture tells by its first and its last packet only from when to when it was watching. */
    void mark() {
        for (int i = 0; i < network.gateways().size(); i++) {
            clients.tell("mark", addresses.clients(Addresses.STAFF, 1), addresses.lan(Addresses.STAFF, i));
            if (network.gateways().get(i).wan()) {
                provider.tell("mark", addresses.provider(i), addresses.wan(i));
            }
        }
    }

    /** The end: nobody sends any more. */
    void finish() {
        String[] counts = clients.tell("stop-ping").get(0).split(" ");
        pingsSent = Long.parseLong(counts[0]);
        pingsAnswered = Long.parseLong(counts[1]);
        network.silence();
    }

    private void note(String phase, List<String> lines) {
        lines.forEach(line -> experiences.add(Experience.of(phase, line)));
    }

    List<Experience> experiences() {
        return List.copyOf(experiences);
    }

    long pingsSent() {
        return pingsSent;
    }

    long pingsAnswered() {
        return pingsAnswered;
    }

    /** Sets sysctls of one side: {@code Network.CLIENTS} or {@code Network.SERVER}. */
    void set(String role, String path, String value) {
        network.namespaces().script(role, "echo " + value + " > /proc/sys/" + path.replace('.', '/') + "\n");
    }
}
