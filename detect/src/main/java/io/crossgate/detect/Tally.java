package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What incidents are made of: a count of handshakes, pings or drops of one client prefix with one service by the same gateways, in one short bucket of event
 * time. Counting before sending keeps a busy server from being a hot spot.
 */
public final class Tally {
    /** What is counted. */
    enum Kind {
        COMPLETED,
        FAILED,
        PING,
        DROP
    }

    private static final Kind[] KINDS = Kind.values();

    /** Client addresses are told one by one up to this many per tally. */
    static final int MAX_CLIENTS = 64;

    /**
     * What tallies of one bucket have in common.
     *
     * @param synBucket when, in {@link TallyBook#BUCKET}s since the epoch, by the SYN gateway's clock (of a ping or drop: by the clock of where it was seen)
     * @param synAckBucket the same by the SYN-ACK gateway's clock; 0 for pings and drops
     * @param dropGateway where it was dropped; "" for others
     * @param reason why it was dropped, and {@code state} and {@code evidence} of it; "" and null for others
     */
    record Key(Kind kind, Endpoint server, String clients, String synGateway, String synAckGateway, long synBucket, long synAckBucket, String dropGateway,
            String reason, String state, Evidence evidence) implements Comparable<Key> {
        static Key ofHandshakes(boolean failed, Endpoint server, String clients, String synGateway, String synAckGateway, long synBucket, long synAckBucket) {
            return new Key(failed ? Kind.FAILED : Kind.COMPLETED, server, clients, synGateway, synAckGateway, synBucket, synAckBucket, "", "", "", null);
        }

        static Key ofPings(Endpoint server, String clients, long bucket) {
            return new Key(Kind.PING, server, clients, "", "", bucket, 0, "", "", "", null);
        }

        static Key ofDrops(Endpoint server, String clients, String synGateway, String synAckGateway, long bucket, String dropGateway, String reason, String state,
                Evidence evidence) {
            return new Key(Kind.DROP, server, clients, synGateway, synAckGateway, bucket, 0, dropGateway, reason, state, evidence);
        }

        // Written out, as these are asked for with every handshake, and what differs is mostly the server.

        @Override
        public boolean equals(Object o) {
            return o instanceof Key k && server.equals(k.server) && kind == k.kind && synBucket == k.synBucket && synAckBucket == k.synAckBucket
                    && clients.equals(k.clients) && synGateway.equals(k.synGateway) && synAckGateway.equals(k.synAckGateway) && dropGateway.equals(k.dropGateway)
                    && reason.equals(k.reason) && state.equals(k.state) && evidence == k.evidence;
        }

        @Override
        public int hashCode() {
            return server.hashCode() * 31 + clients.hashCode() + (int) (synBucket * 0x9e3779b9L) + kind.ordinal();
        }

        @Override
        public int compareTo(Key o) {
            int order = kind.compareTo(o.kind);
            order = order != 0 ? order : Long.compare(server.high(), o.server.high());
            order = order != 0 ? order : Long.compare(server.low(), o.server.low());
            order = order != 0 ? order : Integer.compare(server.port(), o.server.port());
            order = order != 0 ? order : clients.compareTo(o.clients);
            order = order != 0 ? order : synGateway.compareTo(o.synGateway);
            order = order != 0 ? order : synAckGateway.compareTo(o.synAckGateway);
            order = order != 0 ? order : Long.compare(synBucket, o.synBucket);
            order = order != 0 ? order : Long.compare(synAckBucket, o.synAckBucket);
            order = order != 0 ? order : dropGateway.compareTo(o.dropGateway);
            order = order != 0 ? order : reason.compareTo(o.reason);
            order = order != 0 ? order : state.compareTo(o.state);
            return order != 0 ? order : place(evidence) - place(o.evidence);
        }

        private static int place(Evidence evidence) {
            return evidence == null ? -1 : evidence.ordinal();
        }
    }

    /** A client's address, in the order of the unsigned numbers. */
    record Client(long high, long low) implements Comparable<Client> {
        @Override
        public int compareTo(Client o) {
            int order = Long.compareUnsigned(high, o.high);
            return order != 0 ? order : Long.compareUnsigned(low, o.low);
        }

        String ip() {
            return new Endpoint(high, low, 0).ip();
        }
    }

    final Key key;
    private final long decided;
    long count;
    /** Of pings: answered ones. */
    long answered;
    long firstSyn = Long.MAX_VALUE;
    long firstSynAck = Long.MAX_VALUE;
    long lastTime = Long.MIN_VALUE;
    /** Clients of failed handshakes and of drops; of by far the most tallies there are none. */
    Set<Client> clients = Set.of();
    boolean moreClients;

    Tally(long decided, Key key) {
        this.decided = decided;
        this.key = key;
    }

    /** When this was decided, in event time: incidents take tallies in this order. */
    public long decided() {
        return decided;
    }

    /** The service; its address says which {@link IncidentDetector} takes this. */
    public Endpoint server() {
        return key.server;
    }

    void addClient(Client client) {
        if (clients.isEmpty()) {
            clients = new TreeSet<>();
        }
        if (clients.size() < MAX_CLIENTS || clients.contains(client)) {
            clients.add(client);
        } else {
            moreClients = true;
        }
    }

    /** Writes a form that {@link #read} reads: what there is of its kind. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(key.kind.ordinal());
        out.writeLong(decided);
        StateIo.write(out, key.server);
        out.writeUTF(key.clients);
        out.writeLong(key.synBucket);
        out.writeLong(count);
        if (key.kind == Kind.PING) {
            out.writeLong(answered);
            return;
        }
        out.writeUTF(key.synGateway);
        out.writeUTF(key.synAckGateway);
        out.writeLong(firstSyn);
        out.writeLong(lastTime);
        if (key.kind == Kind.DROP) {
            out.writeUTF(key.dropGateway);
            out.writeUTF(key.reason);
            out.writeUTF(key.state);
            out.writeByte(key.evidence == null ? -1 : key.evidence.ordinal());
        } else {
            out.writeLong(key.synAckBucket);
            out.writeLong(firstSynAck);
        }
        if (key.kind != Kind.COMPLETED) {
            out.writeBoolean(moreClients);
            writeClients(out, clients);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Tally read(DataInput in) throws IOException {
        Kind kind = KINDS[in.readByte()];
        long decided = in.readLong();
        Endpoint server = StateIo.readEndpoint(in);
        String clients = in.readUTF();
        long synBucket = in.readLong();
        long count = in.readLong();
        if (kind == Kind.PING) {
            Tally pings = new Tally(decided, Key.ofPings(server, clients, synBucket));
            pings.count = count;
            pings.answered = in.readLong();
            return pings;
        }
        String synGateway = in.readUTF();
        String synAckGateway = in.readUTF();
        long firstSyn = in.readLong();
        long lastTime = in.readLong();
        Tally tally;
        if (kind == Kind.DROP) {
            tally = new Tally(decided, Key.ofDrops(server, clients, synGateway, synAckGateway, synBucket, in.readUTF(), in.readUTF(), in.readUTF(), readEvidence(in)));
        } else {
            tally = new Tally(decided, Key.ofHandshakes(kind == Kind.FAILED, server, clients, synGateway, synAckGateway, synBucket, in.readLong()));
            tally.firstSynAck = in.readLong();
        }
        tally.count = count;
        tally.firstSyn = firstSyn;
        tally.lastTime = lastTime;
        if (kind != Kind.COMPLETED) {
            tally.moreClients = in.readBoolean();
            TreeSet<Client> told = new TreeSet<>();
            readClients(in, told);
            tally.clients = told;
        }
        return tally;
    }

    static Evidence readEvidence(DataInput in) throws IOException {
        int ordinal = in.readByte();
        return ordinal < 0 ? null : Evidence.values()[ordinal];
    }

    static void writeClients(DataOutput out, Collection<Client> clients) throws IOException {
        StateIo.writeAll(out, clients, (c, o) -> {
            o.writeLong(c.high);
            o.writeLong(c.low);
        });
    }

    static void readClients(DataInput in, TreeSet<Client> into) throws IOException {
        into.addAll(StateIo.readAll(in, i -> new Client(i.readLong(), i.readLong())));
    }
}
