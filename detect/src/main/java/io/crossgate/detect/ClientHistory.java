package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** One client prefix's handshakes with one service: how many, by which gateways, when, and the incidents that are open about them. */
final class ClientHistory {
    /** By which gateways both halves of handshakes went, and whether they were completed. */
    record Way(String synGateway, String synAckGateway, boolean failed) implements Comparable<Way> {
        @Override
        public int compareTo(Way o) {
            int order = synGateway.compareTo(o.synGateway);
            order = order != 0 ? order : synAckGateway.compareTo(o.synAckGateway);
            return order != 0 ? order : Boolean.compare(failed, o.failed);
        }

        Pair pair() {
            return new Pair(synGateway, synAckGateway);
        }
    }

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

    /** The same handshakes by two clocks: the SYN gateway's and the SYN-ACK gateway's. */
    private static final class Counts {
        TimeHistogram bySyn = new TimeHistogram();
        TimeHistogram bySynAck = new TimeHistogram();
    }

    private final TreeMap<Way, Counts> ways = new TreeMap<>();
    final TreeMap<Pair, OpenIncident> open = new TreeMap<>();
    long lastDecided = Long.MIN_VALUE;

    void add(Tally tally) {
        Counts counts = ways.computeIfAbsent(new Way(tally.key.synGateway(), tally.key.synAckGateway(), tally.key.kind() == Tally.Kind.FAILED), w -> new Counts());
        counts.bySyn.add(tally.key.synBucket(), tally.count);
        counts.bySynAck.add(tally.key.synAckBucket(), tally.count);
    }

    /** True if handshakes were completed and none failed. */
    boolean well() {
        boolean any = false;
        for (Way way : ways.keySet()) {
            if (way.failed) {
                return false;
            }
            any = true;
        }
        return any && open.isEmpty();
    }

    long handshakes() {
        long sum = 0;
        for (Counts counts : ways.values()) {
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
        for (Map.Entry<Way, Counts> e : ways.entrySet()) {
            boolean bySyn = e.getKey().synGateway.equals(clockGateway) || !e.getKey().synAckGateway.equals(clockGateway);
            TimeHistogram histogram = bySyn ? e.getValue().bySyn : e.getValue().bySynAck;
            long n = before ? histogram.before(bucket) : histogram.from(bucket);
            all += n;
            failed += e.getKey().failed && e.getKey().pair().equals(pair) ? n : 0;
        }
        return new Extent(all, failed);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(lastDecided);
        StateIo.writeAll(out, ways.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey().synGateway);
            o.writeUTF(e.getKey().synAckGateway);
            o.writeBoolean(e.getKey().failed);
            e.getValue().bySyn.write(o);
            e.getValue().bySynAck.write(o);
        });
        StateIo.writeAll(out, open.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey().synGateway);
            o.writeUTF(e.getKey().synAckGateway);
            e.getValue().write(o);
        });
    }

    static ClientHistory read(DataInput in) throws IOException {
        ClientHistory history = new ClientHistory();
        history.lastDecided = in.readLong();
        for (int n = in.readInt(); n > 0; n--) {
            Way way = new Way(in.readUTF(), in.readUTF(), in.readBoolean());
            Counts counts = new Counts();
            counts.bySyn = TimeHistogram.read(in);
            counts.bySynAck = TimeHistogram.read(in);
            history.ways.put(way, counts);
        }
        for (int n = in.readInt(); n > 0; n--) {
            history.open.put(new Pair(in.readUTF(), in.readUTF()), OpenIncident.read(in));
        }
        return history;
    }
}
