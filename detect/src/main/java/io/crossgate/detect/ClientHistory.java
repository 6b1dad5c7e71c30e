package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** One client prefix's handshakes with one service: how many, by which gateways, when, and the incidents that are open about them. */
final class ClientHistory {
    /** The gateways of an incident: the one that carried the SYNs, the one that got the SYN-ACKs; both "" where drops belong to no split handshake. */
    record Pair(String synGateway, String synAckGateway) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair o) {
            int order = synGateway.compareTo(o.synGateway);
            return order != 0 ? order : synAckGateway.compareTo(o.synAckGateway);
        }

        boolean split() {
            return !synGateway.equals(synAckGateway);
        }
    }

    /** Handshakes that went one way and came to the same end, by two clocks: the SYN gateway's and the SYN-ACK gateway's. */
    private static final class Counts {
        final String synGateway;
        final String synAckGateway;
        final boolean failed;
        TimeHistogram bySyn = new TimeHistogram();
        TimeHistogram bySynAck = new TimeHistogram();
        /** Those of another way: most have one. */
        Counts next;

        Counts(String synGateway, String synAckGateway, boolean failed, Counts next) {
            this.synGateway = synGateway;
            this.synAckGateway = synAckGateway;
            this.failed = failed;
            this.next = next;
        }

        boolean are(String syn, String synAck, boolean fail) {
            return failed == fail && synGateway.equals(syn) && synAckGateway.equals(synAck);
        }
    }

    private static final TreeMap<Pair, OpenIncident> NONE = new TreeMap<>();

    final ServiceHistory service;
    /** The client prefix. */
    final String clients;
    /** Another client prefix of the same service. */
    ClientHistory next;
    private Counts ways;
    /** The shared empty map until there is one. */
    private TreeMap<Pair, OpenIncident> open = NONE;
    long lastDecided = Long.MIN_VALUE;

    ClientHistory(ServiceHistory service, String clients) {
        this.service = service;
        this.clients = clients;
    }

    /** Reads a little of what {@link #add} will read. The sum says nothing. */
    long fetch() {
        return (service.changed ? 1 : 0) + (ways == null ? 0 : ways.bySyn.fetch() + ways.bySynAck.fetch());
    }

    void add(Tally tally) {
        Counts counts = counts(tally.key.synGateway(), tally.key.synAckGateway(), tally.key.kind() == Tally.Kind.FAILED);
        counts.bySyn.add(tally.key.synBucket(), tally.count);
        counts.bySynAck.add(tally.key.synAckBucket(), tally.count);
    }

    private Counts counts(String synGateway, String synAckGateway, boolean failed) {
        for (Counts counts = ways; counts != null; counts = counts.next) {
            if (counts.are(synGateway, synAckGateway, failed)) {
                return counts;
            }
        }
        ways = new Counts(synGateway, synAckGateway, failed, ways);
        return ways;
    }

    /** The incidents that are open; not to be changed. */
    Map<Pair, OpenIncident> open() {
        return open;
    }

    /** The open incident of these gateways, opened now if there is none. */
    OpenIncident incident(Pair pair) {
        if (open == NONE) {
            open = new TreeMap<>();
        }
        return open.computeIfAbsent(pair, p -> new OpenIncident());
    }

    /** The incident of these gateways, which is open, is over. */
    void closed(Pair pair) {
        open.remove(pair);
    }

    /** True if handshakes were completed and none failed. */
    boolean well() {
        for (Counts counts = ways; counts != null; counts = counts.next) {
            if (counts.failed) {
                return false;
            }
        }
        return ways != null && open.isEmpty();
    }

    long handshakes() {
        long sum = 0;
        for (Counts counts = ways; counts != null; counts = counts.next) {
            sum += counts.bySyn.from(0);
        }
        return sum;
    }

    /**
     * Counts of one side of a moment.
     *
     * @param all answered handshakes
     * @param failed of these, those that failed by {@code pair}'s gateways
     */
    record Extent(long all, long failed) {
        Extent plus(Extent o) {
            return new Extent(all + o.all, failed + o.failed);
        }
    }

    /** Handshakes before the bucket, or from it on, by {@code clockGateway}'s clock where they passed it. */
    Extent extent(Pair pair, String clockGateway, long bucket, boolean before) {
        long all = 0;
        long failed = 0;
        for (Counts counts = ways; counts != null; counts = counts.next) {
            boolean bySyn = counts.synGateway.equals(clockGateway) || !counts.synAckGateway.equals(clockGateway);
            TimeHistogram histogram = bySyn ? counts.bySyn : counts.bySynAck;
            long n = before ? histogram.before(bucket) : histogram.from(bucket);
            all += n;
            failed += counts.are(pair.synGateway, pair.synAckGateway, true) ? n : 0;
        }
        return new Extent(all, failed);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(lastDecided);
        int count = 0;
        for (Counts counts = ways; counts != null; counts = counts.next) {
            count++;
        }
        out.writeInt(count);
        for (Counts counts = ways; counts != null; counts = counts.next) {
            out.writeUTF(counts.synGateway);
            out.writeUTF(counts.synAckGateway);
            out.writeBoolean(counts.failed);
            counts.bySyn.write(out);
            counts.bySynAck.write(out);
        }
        StateIo.writeAll(out, open.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey().synGateway);
            o.writeUTF(e.getKey().synAckGateway);
            e.getValue().write(o);
        });
    }

    static ClientHistory read(ServiceHistory service, String clients, DataInput in) throws IOException {
        ClientHistory history = new ClientHistory(service, clients);
        history.lastDecided = in.readLong();
        for (int n = in.readInt(); n > 0; n--) {
            history.ways = new Counts(in.readUTF(), in.readUTF(), in.readBoolean(), history.ways);
            history.ways.bySyn = TimeHistogram.read(in);
            history.ways.bySynAck = TimeHistogram.read(in);
        }
        for (int n = in.readInt(); n > 0; n--) {
            if (history.open == NONE) {
                history.open = new TreeMap<>();
            }
            history.open.put(new Pair(in.readUTF(), in.readUTF()), OpenIncident.read(in));
        }
        return history;
    }
}
