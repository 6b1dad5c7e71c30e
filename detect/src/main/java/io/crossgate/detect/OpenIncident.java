package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is gathered about one incident while its events keep coming. */
final class OpenIncident {
    private static final int MAX_CLIENTS = 1024;
    /** Drops that belong to no split handshake happen everywhere now and then; fewer than this are no incident. */
    private static final long MIN_STRAY_DROPS = 5;

    /** Drops of one kind. */
    record DropKind(String gateway, String reason, String state) implements Comparable<DropKind> {
        @Override
        public int compareTo(DropKind o) {
            int order = gateway.compareTo(o.gateway);
            order = order != 0 ? order : reason.compareTo(o.reason);
            return order != 0 ? order : state.compareTo(o.state);
        }
    }

    long failed;
    /** The first failed handshake by both gateways' clocks. */
    long firstSyn = Long.MAX_VALUE;
    long firstSynAck = Long.MAX_VALUE;
    long lastSynAck = Long.MIN_VALUE;
    final TreeMap<DropKind, Long> dropKinds = new TreeMap<>();
    /** First and last drop at each gateway, by its clock. */
    final TreeMap<String, long[]> dropSpans = new TreeMap<>();
    long drops;
    Evidence evidence;
    final TreeSet<Tally.Client> clients = new TreeSet<>();
    boolean moreClients;
    long lastDecided = Long.MIN_VALUE;
    /** Given when it is first told; "" before. */
    String id = "";
    int revision;
    /** Failures and drops when it was last told; it is told again when they have doubled. */
    long toldAt;

    void addFailed(Tally tally) {
        failed += tally.count;
        firstSyn = Math.min(firstSyn, tally.firstSyn);
        firstSynAck = Math.min(firstSynAck, tally.firstSynAck);
        lastSynAck = Math.max(lastSynAck, tally.lastTime);
        addClients(tally);
    }

    void addDrops(Tally tally) {
        drops += tally.count;
        dropKinds.merge(new DropKind(tally.key.dropGateway(), tally.key.reason(), tally.key.state()), tally.count, Long::sum);
        long[] span = dropSpans.computeIfAbsent(tally.key.dropGateway(), g -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
        span[0] = Math.min(span[0], tally.firstSyn);
        span[1] = Math.max(span[1], tally.lastTime);
        if (evidence == null || tally.key.evidence().compareTo(evidence) < 0) {
            evidence = tally.key.evidence();
        }
        addClients(tally);
    }

    private void addClients(Tally tally) {
        moreClients |= tally.moreClients;
        for (Tally.Client client : tally.clients) {
            if (clients.size() < MAX_CLIENTS) {
                clients.add(client);
            } else if (!clients.contains(client)) {
                moreClients = true;
            }
        }
    }

    /** True if there is enough to call it an incident. */
    boolean tellable(boolean split) {
        return split ? failed > 0 : drops >= MIN_STRAY_DROPS;
    }

    /** True if it grew enough since it was last told to be told again. */
    boolean grown() {
        return toldAt == 0 || failed + drops >= 2 * toldAt;
    }

    /** The kind of drop that happened most; null without drops. */
    DropKind mainDrop() {
        DropKind main = null;
        long most = 0;
        for (Map.Entry<DropKind, Long> e : dropKinds.entrySet()) {
            if (e.getValue() > most) {
                main = e.getKey();
                most = e.getValue();
            }
        }
        return main;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(failed);
        out.writeLong(firstSyn);
        out.writeLong(firstSynAck);
        out.writeLong(lastSynAck);
        StateIo.writeAll(out, dropKinds.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey().gateway);
            o.writeUTF(e.getKey().reason);
            o.writeUTF(e.getKey().state);
            o.writeLong(e.getValue());
        });
        StateIo.writeAll(out, dropSpans.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey());
            o.writeLong(e.getValue()[0]);
            o.writeLong(e.getValue()[1]);
        });
        out.writeLong(drops);
        out.writeByte(evidence == null ? -1 : evidence.ordinal());
        Tally.writeClients(out, clients);
        out.writeBoolean(moreClients);
        out.writeLong(lastDecided);
        out.writeUTF(id);
        out.writeInt(revision);
        out.writeLong(toldAt);
    }

    static OpenIncident read(DataInput in) throws IOException {
        OpenIncident i = new OpenIncident();
        i.failed = in.readLong();
        i.firstSyn = in.readLong();
        i.firstSynAck = in.readLong();
        i.lastSynAck = in.readLong();
        for (int n = in.readInt(); n > 0; n--) {
            i.dropKinds.put(new DropKind(in.readUTF(), in.readUTF(), in.readUTF()), in.readLong());
        }
        for (int n = in.readInt(); n > 0; n--) {
            i.dropSpans.put(in.readUTF(), new long[] {in.readLong(), in.readLong()});
        }
        i.drops = in.readLong();
        i.evidence = Tally.readEvidence(in);
        Tally.readClients(in, i.clients);
        i.moreClients = in.readBoolean();
        i.lastDecided = in.readLong();
        i.id = in.readUTF();
        i.revision = in.readInt();
        i.toldAt = in.readLong();
        return i;
    }
}
