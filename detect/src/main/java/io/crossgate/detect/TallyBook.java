package io.crossgate.detect;

import io.crossgate.schemas.flow.IpText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/** Counts what flows tell, by service, client prefix and gateways, in buckets of event time; a bucket goes out when nothing more can come into it. */
final class TallyBook {
    /** Length of a bucket, nanoseconds. */
    static final long BUCKET = Duration.ofMillis(100).toNanos();

    private static final int PREFIXES_BITS = 12;
    private static final int LATE_BITS = 8;

    /** What ends at one time. */
    private static final class Bucket extends HashMap<Tally.Key, Tally> {
        private static final long serialVersionUID = 1;

        final long end;

        Bucket(long end) {
            this.end = end;
        }
    }

    /** A prefix, all bits behind it 0, and its text. */
    private record Prefix(boolean v4, long high, long low, String text) {}

    private final DetectSettings settings;
    /** Those that were asked for lately, at a place given by a hash: their text is slow to make. */
    private final Prefix[] prefixes = new Prefix[1 << PREFIXES_BITS];
    private final TreeMap<Long, Bucket> buckets = new TreeMap<>();
    /** Of {@link #buckets}, those that were counted in lately, at places given by their ends. */
    private final Bucket[] late = new Bucket[1 << LATE_BITS];
    private boolean changed;

    TallyBook(DetectSettings settings) {
        this.settings = settings;
    }

    void handshake(long decided, Endpoint server, Endpoint client, String synGateway, String synAckGateway, long synTime, long synAckTime, boolean failed) {
        Tally tally = tally(decided, Tally.Key.ofHandshakes(failed, server, prefix(client), synGateway, synAckGateway, synTime / BUCKET, synAckTime / BUCKET));
        tally.count++;
        tally.firstSyn = Math.min(tally.firstSyn, synTime);
        tally.firstSynAck = Math.min(tally.firstSynAck, synAckTime);
        tally.lastTime = Math.max(tally.lastTime, synAckTime);
        if (failed) {
            tally.addClient(new Tally.Client(client.high(), client.low()));
        }
    }

    void ping(long decided, Endpoint server, Endpoint client, long time, boolean answered) {
        Tally tally = tally(decided, Tally.Key.ofPings(server, prefix(client), time / BUCKET));
        tally.count++;
        tally.answered += answered ? 1 : 0;
    }

    void drop(long decided, Endpoint server, Endpoint client, String synGateway, String synAckGateway, String dropGateway, DropNote note) {
        Tally tally = tally(decided, Tally.Key.ofDrops(server, prefix(client), synGateway, synAckGateway, note.time / BUCKET, dropGateway,
                note.reason.name(), note.state.name(), note.evidence));
        tally.count += note.count;
        tally.firstSyn = Math.min(tally.firstSyn, note.time);
        tally.lastTime = Math.max(tally.lastTime, note.lastTime);
        tally.addClient(new Tally.Client(client.high(), client.low()));
    }

    private String prefix(Endpoint client) {
        boolean v4 = IpText.isMapped(client.high(), client.low());
        int bits = v4 ? settings.clientPrefixV4() : settings.clientPrefixV6();
        int significant = v4 ? bits + 96 : bits;
        long high = IpText.maskHigh(client.high(), significant);
        long low = IpText.maskLow(client.low(), significant);
        int known = (int) ((high * 31 + low) * 0x9e3779b97f4a7c15L >>> 64 - PREFIXES_BITS);
        Prefix prefix = prefixes[known];
        if (prefix == null || prefix.high != high || prefix.low != low || prefix.v4 != v4) {
            prefix = new Prefix(v4, high, low, IpText.prefix(client.high(), client.low(), bits));
            prefixes[known] = prefix;
        }
        return prefix.text;
    }

    private Tally tally(long decided, Tally.Key key) {
        changed = true;
        Bucket bucket = bucket(Math.floorDiv(decided + BUCKET - 1, BUCKET));
        Tally tally = bucket.get(key);
        if (tally == null) {
            tally = new Tally(bucket.end, key);
            bucket.put(key, tally);
        }
        return tally;
    }

    private Bucket bucket(long number) {
        int place = (int) number & late.length - 1;
        Bucket bucket = late[place];
        if (bucket == null || bucket.end != number * BUCKET) {
            bucket = buckets.computeIfAbsent(number * BUCKET, Bucket::new);
            late[place] = bucket;
        }
        return bucket;
    }

    /** Tells and forgets every bucket that ends by {@code watermark}, in order of time; within one, in order of key. */
    void tellUpTo(long watermark, FlowEvents events) {
        while (!buckets.isEmpty() && buckets.firstKey() <= watermark) {
            Bucket bucket = buckets.pollFirstEntry().getValue();
            late[(int) (bucket.end / BUCKET) & late.length - 1] = null;
            List<Tally> tallies = new ArrayList<>(bucket.values());
            tallies.sort((a, b) -> a.key.compareTo(b.key));
            tallies.forEach(events::tally);
            changed = true;
        }
    }

    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    void write(DataOutput out) throws IOException {
        List<Tally> all = new ArrayList<>();
        buckets.values().forEach(bucket -> all.addAll(bucket.values()));
        StateIo.writeAll(out, all, (t, o) -> t.write(o));
    }

    void read(DataInput in) throws IOException {
        buckets.clear();
        Arrays.fill(late, null);
        for (Tally tally : StateIo.readAll(in, Tally::read)) {
            buckets.computeIfAbsent(tally.decided(), Bucket::new).put(tally.key, tally);
        }
    }
}
