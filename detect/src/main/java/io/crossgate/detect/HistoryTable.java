package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowTuple;

/**
 * Client prefixes' histories with services, found by both at once: nearly every handshake has a tally, and a search by service and then by prefix would go through
 * memory twice as often. Open addressing with linear probing, by the lower bits of the hash.
 */
final class HistoryTable {
    private static final int INITIAL = 1 << 8;

    private ClientHistory[] slots = new ClientHistory[INITIAL];
    private int[] hashes = new int[INITIAL];
    private int size;

    /** Keyed: who sends the packets cannot choose places in the table. */
    static int hash(Endpoint server, String clients) {
        return (int) (FlowTuple.hash(server.high(), server.low(), clients.hashCode(), 0, server.port()) >>> 32);
    }

    /** The history of the clients with the service, by the {@link #hash} of both; null if there is none. */
    ClientHistory find(Endpoint server, String clients, int hash) {
        int mask = slots.length - 1;
        for (int i = hash & mask; slots[i] != null; i = i + 1 & mask) {
            if (hashes[i] == hash && slots[i].service.server.equals(server) && slots[i].clients.equals(clients)) {
                return slots[i];
            }
        }
        return null;
    }

    ClientHistory find(Endpoint server, String clients) {
        return find(server, clients, hash(server, clients));
    }

    /** Reads a little of what is likely the history with that hash, for a caller that will soon read the rest. The sum says nothing. */
    long fetch(int hash) {
        ClientHistory history = slots[hash & slots.length - 1];
        return history == null ? 0 : history.fetch();
    }

    /** Adds a history that is not in it. */
    void add(ClientHistory history, int hash) {
        if (2 * ++size > slots.length) {
            grow();
        }
        put(history, hash);
    }

    private void put(ClientHistory history, int hash) {
        int mask = slots.length - 1;
        int i = hash & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = history;
        hashes[i] = hash;
    }

    private void grow() {
        ClientHistory[] oldSlots = slots;
        int[] oldHashes = hashes;
        slots = new ClientHistory[2 * oldSlots.length];
        hashes = new int[slots.length];
        for (int i = 0; i < oldSlots.length; i++) {
            if (oldSlots[i] != null) {
                put(oldSlots[i], oldHashes[i]);
            }
        }
    }

    /** Takes out a history that is in it. */
    void remove(ClientHistory history) {
        int mask = slots.length - 1;
        int i = hash(history.service.server, history.clients) & mask;
        while (slots[i] != history) {
            i = i + 1 & mask;
        }
        // What was displaced past the gap moves into it, so that every search still ends at an empty slot.
        for (int next = i + 1 & mask; slots[next] != null; next = next + 1 & mask) {
            if ((next - hashes[next] & mask) >= (next - i & mask)) {
                slots[i] = slots[next];
                hashes[i] = hashes[next];
                i = next;
            }
        }
        slots[i] = null;
        size--;
    }
}
