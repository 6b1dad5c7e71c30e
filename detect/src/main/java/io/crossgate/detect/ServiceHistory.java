package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** All that is known of one server's one port, or of its answers to ping (port 0), by client prefix. */
final class ServiceHistory {
    final Endpoint server;
    /** Its clients, linked by {@link ClientHistory#next}, the latest first; {@link HistoryTable} finds them. */
    private ClientHistory clients;
    private int clientCount;
    /** Echo requests and answered ones, by client prefix; of the server as a whole, kept under port 0. Null without any. */
    private TreeMap<String, long[]> pings;
    /** Its neighbours in {@link Services}. */
    ServiceHistory older;
    ServiceHistory newer;
    /** True if it is in the book of what changed. */
    boolean changed;
    /** True once it is forgotten. */
    boolean gone;

    ServiceHistory(Endpoint server) {
        this.server = server;
    }

    int clientCount() {
        return clientCount;
    }

    /** The history of clients that have none yet. */
    ClientHistory begin(String prefix) {
        return add(new ClientHistory(this, prefix));
    }

    private ClientHistory add(ClientHistory history) {
        history.next = clients;
        clients = history;
        clientCount++;
        return history;
    }

    /** All clients, in the order of their prefixes. */
    List<ClientHistory> clients() {
        List<ClientHistory> all = new ArrayList<>(clientCount);
        for (ClientHistory history = clients; history != null; history = history.next) {
            all.add(history);
        }
        all.sort(Comparator.comparing(history -> history.clients));
        return all;
    }

    /** Forgets clients. */
    void remove(ClientHistory history) {
        clientCount--;
        if (clients == history) {
            clients = history.next;
            return;
        }
        ClientHistory before = clients;
        while (before.next != history) {
            before = before.next;
        }
        before.next = history.next;
    }

    /** True if no incident is open. */
    boolean quiet() {
        for (ClientHistory history = clients; history != null; history = history.next) {
            if (!history.open().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Echo requests and answered ones of the clients; null if there were none. */
    long[] pings(String prefix) {
        return pings == null ? null : pings.get(prefix);
    }

    /** Counts echo requests, of at most {@code most} client prefixes; false if one had to go for that. */
    boolean addPings(String prefix, long requests, long answered, int most) {
        if (pings == null) {
            pings = new TreeMap<>();
        }
        long[] counts = pings.computeIfAbsent(prefix, c -> new long[2]);
        counts[0] += requests;
        counts[1] += answered;
        return pings.size() <= most || pings.pollLastEntry() == null;
    }

    void write(DataOutput out) throws IOException {
        StateIo.writeAll(out, clients(), (history, o) -> {
            o.writeUTF(history.clients);
            history.write(o);
        });
        StateIo.writeAll(out, pings == null ? List.of() : pings.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey());
            o.writeLong(e.getValue()[0]);
            o.writeLong(e.getValue()[1]);
        });
    }

    static ServiceHistory read(Endpoint server, DataInput in) throws IOException {
        ServiceHistory service = new ServiceHistory(server);
        for (int n = in.readInt(); n > 0; n--) {
            service.add(ClientHistory.read(service, in.readUTF(), in));
        }
        for (int n = in.readInt(); n > 0; n--) {
            service.addPings(in.readUTF(), in.readLong(), in.readLong(), Integer.MAX_VALUE);
        }
        return service;
    }
}
