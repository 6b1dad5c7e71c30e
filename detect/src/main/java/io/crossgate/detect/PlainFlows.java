package io.crossgate.detect;

import io.crossgate.detect.conntrack.CtVerdict;
import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.detect.conntrack.TcpState;
import io.crossgate.detect.conntrack.TcpTracker;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The flows of which nothing is odd, as by far the most are: TCP connections that one gateway saw, with at most one SYN and one SYN-ACK in answer to it, and no
 * packet INVALID. Each is a row of {@link PlainTable}. With the first header that does not fit, a flow is made a {@link Flow} of it, with all that would be there
 * had it been one from the start; so what is here says nothing that a Flow would not say, only quicker.
 */
final class PlainFlows {
    private static final int MAX_INDEX = 255;
    private static final int FEWEST_ROWS = 1 << 13;
    private static final int LOOKED_AT = 256;
    private static final int HANDSHAKE_FLAGS = PacketHeader.SYN | PacketHeader.ACK | PacketHeader.RST | PacketHeader.FIN;
    private static final int SYN_ACK = PacketHeader.SYN | PacketHeader.ACK;

    private final FlowDetector detector;
    private final PlainTable table = new PlainTable();
    private final EnteredCells entered = new EnteredCells();
    private final SampleCells samples = new SampleCells();
    private final TcpTracker tracker = new TcpTracker();
    private final TcpSegment segment = new TcpSegment();
    private final FlowTuple key = new FlowTuple();
    /** By point: its gateway, or -1 if its headers need a {@link Flow}. */
    private int[] gateways = {};
    /** Handshakes whose outcome was not told yet: when it is due, and of which row, unless that has another flow by then. */
    private long[] deadlines = new long[64];
    private int[] waiting = new int[64];
    private int waitingCount;
    private long earliest = Long.MAX_VALUE;
    /** Outcomes that were due by then are told. */
    private long toldUpTo = Long.MIN_VALUE;
    /** Rows that changed, while the detector keeps book of that. */
    private int[] changed = new int[64];
    private int changedCount;
    /** So many rows, and cells, before those that are over are looked for again. */
    private int roomFor = FEWEST_ROWS;

    PlainFlows(FlowDetector detector) {
        this.detector = detector;
    }

    int size() {
        return table.size();
    }

    PlainTable table() {
        return table;
    }

    /** Learns which points' headers may be taken here: asked anew before every batch. */
    void learnPoints() {
        Gateways all = detector.gateways();
        if (gateways.length != all.points()) {
            gateways = new int[all.points()];
        }
        for (int point = 0; point < gateways.length; point++) {
            int gateway = all.gatewayOf(point);
            boolean plain = !detector.flowRecords().on() && point <= MAX_INDEX && gateway <= MAX_INDEX && !all.hasLog(gateway) && !all.mayRepeat(point);
            gateways[point] = plain ? gateway : -1;
        }
    }

    /** Reads a little of the row of a flow with that hash. The sum says nothing. */
    long fetch(int hash) {
        return table.fetch(hash);
    }

    /**
     * Takes headers of one flow, as far as its gateway's watermark allows; those that are beyond it are held by the detector.
     *
     * @param order of these headers, from {@code from} to before {@code to}; afterwards in the order of their times
     * @return the first header that is not taken care of: it and all after it are for the flow's {@link Flow}, and there is no row of it now
     */
    int take(HeaderBatch batch, HeaderOrder order, int from, int to, FlowTuple flow) {
        int hash = order.hash(from);
        int row = table.find(flow, hash);
        int first = order.row(from);
        if (row == Slab.NONE && (!mayBegin(batch, first) || detector.hasFlow(flow, hash))) {
            return from;
        }
        int gateway = row == Slab.NONE ? gateways[batch.point(first)] : gateway(row);
        if (!allPlain(batch, order, from, to, gateway)) {
            if (row != Slab.NONE) {
                unfold(row);
            }
            return from;
        }
        order.byTime(batch, from, to, detector);
        int next = from;
        while (next < to && batch.time(order.row(next)) <= detector.taken(gateway)) {
            detector.counters().late++;
            next++;
        }
        int due = next;
        while (due < to && batch.time(order.row(due)) <= detector.taking(gateway)) {
            due++;
        }
        if (due > next && row == Slab.NONE) {
            row = begin(flow, hash, gateway);
        }
        if (row != Slab.NONE && next < to) {
            use(batch, order, next, to, row);
        }
        if (due > next && (next = take(batch, order, next, due, row, gateway)) < due) {
            unfold(row);
            return next;
        }
        for (int i = due; i < to; i++) {
            detector.hold(batch, order.row(i));
        }
        return to;
    }

    private boolean mayBegin(HeaderBatch batch, int i) {
        return gateways[batch.point(i)] >= 0 && (batch.flags(i) & HANDSHAKE_FLAGS) != SYN_ACK;
    }

    private boolean allPlain(HeaderBatch batch, HeaderOrder order, int from, int to, int gateway) {
        for (int i = from; i < to; i++) {
            int header = order.row(i);
            if (gateways[batch.point(header)] != gateway || !batch.isTcp(header)) {
                return false;
            }
        }
        return true;
    }

    private int begin(FlowTuple flow, int hash, int gateway) {
        if (table.size() >= roomFor || entered.used() >= roomFor || samples.used() >= 2 * roomFor) {
            if (table.size() < FEWEST_ROWS || someAreOver()) {
                sweep();
            } else {
                roomFor *= 2;
            }
        }
        int row = table.add(flow, hash, gateway);
        detector.makeRoomBeside(row);
        long[] r = table.chunk(row);
        int at = table.at(row);
        tracker.reset();
        tracker.store(r, at + PlainTable.TRACKER);
        if (detector.wasRemoved(flow)) {
            r[at + PlainTable.MARKS] |= PlainTable.STORED;
        }
        return row;
    }

    private void use(HeaderBatch batch, HeaderOrder order, int from, int to, int row) {
        int directions = 0;
        for (int i = from; i < to; i++) {
            directions |= batch.fromLow(order.row(i)) ? 1 : 2;
        }
        table.used(row, batch.time(order.row(to - 1)), directions);
        touch(row);
    }

    private void touch(int row) {
        long[] r = table.chunk(row);
        int marks = table.at(row) + PlainTable.MARKS;
        if (detector.keepsChanges() && (r[marks] & PlainTable.CHANGED) == 0) {
            r[marks] |= PlainTable.CHANGED;
            if (changedCount > 2 * table.made()) {
                listChanged(); // rows that were given back and used again are in the list more than once
            } else {
                if (changedCount == changed.length) {
                    changed = Arrays.copyOf(changed, 2 * changedCount);
                }
                changed[changedCount++] = row;
            }
        }
    }

    private void listChanged() {
        changedCount = 0;
        for (int row = 0; row < table.made(); row++) {
            if ((table.chunk(row)[table.at(row) + PlainTable.MARKS] & PlainTable.CHANGED) != 0) {
                changed[changedCount++] = row;
            }
        }
    }

    /** Takes headers one after the other until one does not fit: gives that one, or {@code to}. */
    private int take(HeaderBatch batch, HeaderOrder order, int from, int to, int row, int gateway) {
        long[] r = table.chunk(row);
        int at = table.at(row);
        tracker.load(r, at + PlainTable.TRACKER);
        for (int i = from; i < to; i++) {
            int header = order.row(i);
            int original = entered.copied(batch, header, r, at);
            if (original != Slab.NONE) {
                detector.counters().leavingCopies++;
                if (batch.way(header) != PacketHeader.WAY_IN || batch.ttl(header) < entered.ttl(original)) {
                    left(original, batch.time(header), r, at);
                }
            } else if (!enter(batch, header, row, r, at, gateway)) {
                return i;
            }
        }
        return to;
    }

    /** An entered packet was seen leaving. */
    private void left(int packet, long time, long[] r, int at) {
        tracker.confirm();
        tracker.store(r, at + PlainTable.TRACKER);
        long since = entered.time(packet);
        if ((entered.flags(packet) & HANDSHAKE_FLAGS) == PacketHeader.SYN) {
            if (r[at + PlainTable.SYN_TIME] == since && (int) (r[at + PlainTable.SYN] >> 32) == entered.seq(packet)) {
                r[at + PlainTable.TRANSIT] = time - since;
            }
        }
        entered.left(packet, time, r, at);
    }

    /** A packet that is no copy enters: false, and nothing has happened, if it does not fit. */
    private boolean enter(HeaderBatch batch, int header, int row, long[] r, int at, int gateway) {
        long time = batch.time(header);
        int flags = batch.flags(header);
        boolean fromLow = batch.fromLow(header);
        long marks = r[at + PlainTable.MARKS];
        boolean syn = (flags & HANDSHAKE_FLAGS) == PacketHeader.SYN;
        boolean synAck = (flags & HANDSHAKE_FLAGS) == SYN_ACK;
        if (entered.isFull() || syn && !fitsSyn(batch, header, marks, r, at) || synAck && !fitsSynAck(batch, header, marks, r, at)) {
            return false;
        }
        boolean sampled = false;
        if ((flags & PacketHeader.SYN) == 0 && !samples.cover(batch, header, r, at)) {
            samples.forget(r, at, toldUpTo, detector.sampleKept());
            if (samples.count(r, at) >= Flow.MAX_KEPT) {
                return false;
            }
            sampled = true;
        }
        CtVerdict verdict = tracker.step(batch.to(header, segment), detector.conntrack(gateway));
        if (verdict == CtVerdict.INVALID) {
            return false;
        }
        if (verdict == CtVerdict.ESTABLISHED) {
            detector.counters().established++;
            tracker.confirm();
        } else {
            detector.counters().fresh++;
            if (tracker.opened() && detector.gateways().captures(gateway) > 1) {
                tracker.confirmBy(time + GatewayFlow.COPY_WINDOW);
            }
        }
        tracker.store(r, at + PlainTable.TRACKER);
        entered.append(batch, header, r, at);
        if (sampled) {
            samples.add(batch, header, r, at);
        } else if (syn && (marks & PlainTable.HAS_SYN) == 0) {
            r[at + PlainTable.SYN_TIME] = time;
            r[at + PlainTable.SYN] = PlainTable.pair(batch.seq(header), Math.min(batch.payloadLength(header), Character.MAX_VALUE));
            r[at + PlainTable.TRANSIT] = 0;
            r[at + PlainTable.MARKS] = marks | PlainTable.HAS_SYN | (fromLow ? PlainTable.SYN_FROM_LOW : 0) | (long) batch.point(header) << PlainTable.SYN_POINT;
        } else if (synAck && (marks & PlainTable.HAS_ARRIVAL) != 0) {
            r[at + PlainTable.MARKS] = marks + (1L << PlainTable.AGAIN);
        } else if (synAck) {
            r[at + PlainTable.ARRIVAL_TIME] = time;
            r[at + PlainTable.ARRIVAL] = batch.numbers(header);
            r[at + PlainTable.MARKS] = marks | PlainTable.HAS_ARRIVAL | (long) batch.point(header) << PlainTable.ARRIVAL_POINT
                    | (long) flags << PlainTable.ARRIVAL_FLAGS | (long) batch.checksum(header) << PlainTable.ARRIVAL_CHECKSUM;
            await(row, time + detector.outcomeDelay());
        }
        return true;
    }

    /** True if a SYN is the first, or the first one again. */
    private boolean fitsSyn(HeaderBatch batch, int header, long marks, long[] r, int at) {
        return (marks & PlainTable.HAS_SYN) == 0 || synFromLow(marks) == batch.fromLow(header) && (int) (r[at + PlainTable.SYN] >> 32) == batch.seq(header)
                && batch.time(header) - r[at + PlainTable.SYN_TIME] <= detector.pairingWindow();
    }

    /** True if a SYN-ACK is the first and answers the SYN for certain, or is the first one again. */
    private boolean fitsSynAck(HeaderBatch batch, int header, long marks, long[] r, int at) {
        if ((marks & PlainTable.HAS_SYN) == 0 || synFromLow(marks) == batch.fromLow(header)) {
            return false;
        }
        long time = batch.time(header);
        int ack = (int) batch.numbers(header);
        if ((marks & PlainTable.HAS_ARRIVAL) != 0) {
            return ack == (int) r[at + PlainTable.ARRIVAL] && time - r[at + PlainTable.ARRIVAL_TIME] <= Flow.CLOSE && marks >>> PlainTable.AGAIN < PlainTable.MAX_AGAIN;
        }
        int expected = (int) (r[at + PlainTable.SYN] >> 32) + 1;
        int payload = (int) r[at + PlainTable.SYN];
        return (ack == expected || ack == expected + payload) && r[at + PlainTable.SYN_TIME] >= time - detector.pairingWindow();
    }

    private static boolean synFromLow(long marks) {
        return (marks & PlainTable.SYN_FROM_LOW) != 0;
    }

    private int gateway(int row) {
        return (int) (table.chunk(row)[table.at(row) + PlainTable.MARKS] >> PlainTable.GATEWAY) & MAX_INDEX;
    }

    private void await(int row, long deadline) {
        if (waitingCount == waiting.length) {
            strikeOut(); // those of flows that were evicted, or are plain no more, would be any number
            if (waitingCount > waiting.length / 2) {
                waiting = Arrays.copyOf(waiting, 2 * waitingCount);
                deadlines = Arrays.copyOf(deadlines, 2 * waitingCount);
            }
        }
        waiting[waitingCount] = row;
        deadlines[waitingCount++] = deadline;
        earliest = Math.min(earliest, deadline);
    }

    private void strikeOut() {
        int kept = 0;
        for (int i = 0; i < waitingCount; i++) {
            if (awaits(waiting[i], deadlines[i])) {
                deadlines[kept] = deadlines[i];
                waiting[kept++] = waiting[i];
            }
        }
        waitingCount = kept;
    }

    /** True if the outcome of the handshake in a row is still to be told then. */
    private boolean awaits(int row, long deadline) {
        return table.inUse(row) && undecided(row) && table.chunk(row)[table.at(row) + PlainTable.ARRIVAL_TIME] + detector.outcomeDelay() == deadline;
    }

    /** Tells the outcome of every handshake that is due when all gateways are known up to {@code watermark}. */
    void tellUpTo(long watermark) {
        toldUpTo = watermark;
        if (earliest > watermark) {
            return;
        }
        earliest = Long.MAX_VALUE;
        int kept = 0;
        for (int i = 0; i < waitingCount; i++) {
            if (deadlines[i] <= watermark) {
                if (awaits(waiting[i], deadlines[i])) {
                    tell(waiting[i], deadlines[i]);
                }
            } else {
                earliest = Math.min(earliest, deadlines[i]);
                deadlines[kept] = deadlines[i];
                waiting[kept++] = waiting[i];
            }
        }
        waitingCount = kept;
    }

    /** As {@link Handshakes#tellOutcome} does, of a handshake that one gateway saw and whose packets all passed. */
    private void tell(int row, long deadline) {
        long[] r = table.chunk(row);
        int at = table.at(row);
        long marks = r[at + PlainTable.MARKS];
        long time = r[at + PlainTable.ARRIVAL_TIME];
        r[at + PlainTable.MARKS] = marks | PlainTable.COUNTED;
        touch(row);
        int outcome = samples.outcome(r, at, synFromLow(marks), time - Flow.SAMPLE_REFRESH, deadline, r[at + PlainTable.ARRIVAL]);
        if (outcome != SampleCells.RESET) {
            String name = detector.gateways().gatewayName(gateway(row));
            detector.tallies().handshake(deadline, table.endpoint(row, !synFromLow(marks)), table.endpoint(row, synFromLow(marks)), name, name,
                    r[at + PlainTable.SYN_TIME], time, outcome != SampleCells.COMPLETED);
        }
    }

    /** Gives back the rows of flows that are over: to forget these changes nothing. */
    private void sweep() {
        for (int row = 0; row < table.made(); row++) {
            if (table.inUse(row) && over(row, toldUpTo)) {
                remove(row);
            }
        }
        roomFor = Math.max(FEWEST_ROWS, 2 * Math.max(table.size(), Math.max(entered.used(), samples.used() / 2)));
    }

    /** Gives back the rows of all flows: with the end of everything they are over, and one by one that would take long. */
    void removeAll() {
        for (int row = 0; row < table.made(); row++) {
            if (table.inUse(row)) {
                tellRemoved(row);
            }
        }
        table.clear();
        entered.clear();
        samples.clear();
        changedCount = 0;
        roomFor = FEWEST_ROWS;
    }

    private void tellRemoved(int row) {
        if ((table.chunk(row)[table.at(row) + PlainTable.MARKS] & PlainTable.STORED) != 0) {
            table.key(row, key);
            detector.removed(key.key());
        }
    }

    /** True if among some rows, taken from everywhere, one in sixteen is over: to look at all of them costs more than it brings otherwise. */
    private boolean someAreOver() {
        int step = Math.max(1, table.made() / LOOKED_AT);
        int over = 0;
        for (int row = 0; row < table.made(); row += step) {
            over += !table.inUse(row) || over(row, toldUpTo) ? 1 : 0;
        }
        return over >= LOOKED_AT / 16;
    }

    private boolean over(int row, long watermark) {
        long[] r = table.chunk(row);
        int at = table.at(row);
        long marks = r[at + PlainTable.MARKS];
        entered.forget(r, at, detector.taking(gateway(row)));
        samples.forget(r, at, watermark, detector.sampleKept());
        boolean synKept = (marks & PlainTable.HAS_SYN) != 0 && r[at + PlainTable.SYN_TIME] + detector.synKept() > watermark;
        boolean arrivalKept = (marks & PlainTable.HAS_ARRIVAL) != 0
                && ((marks & PlainTable.COUNTED) == 0 || r[at + PlainTable.ARRIVAL_TIME] + detector.arrivalKept() > watermark);
        return r[at + PlainTable.LISTS] == -1 && !synKept && !arrivalKept && TcpTracker.expires(r, at + PlainTable.TRACKER) < watermark;
    }

    private void remove(int row) {
        long[] r = table.chunk(row);
        int at = table.at(row);
        entered.clear(r, at);
        samples.clear(r, at);
        tellRemoved(row);
        table.remove(row);
    }

    /** True if the handshake of a row still waits for its outcome: such a flow is evicted last. */
    boolean undecided(int row) {
        return (table.chunk(row)[table.at(row) + PlainTable.MARKS] & (PlainTable.HAS_ARRIVAL | PlainTable.COUNTED)) == PlainTable.HAS_ARRIVAL;
    }

    /** Forgets a flow for want of room; gives how many headers go with it. */
    int evict(int row) {
        int held = entered.count(table.chunk(row), table.at(row));
        remove(row);
        return held;
    }

    /** Time of the latest header of a row's flow. */
    long latest(int row) {
        return table.chunk(row)[table.at(row) + PlainTable.LATEST];
    }

    /** Makes a {@link Flow} of the flow with this key, if there is a row of it: it is returned; null if there is none. */
    Flow unfold(FlowTuple flow, int hash) {
        int row = table.find(flow, hash);
        return row == Slab.NONE ? null : unfold(row);
    }

    /** What is known of the flow with this key as a {@link Flow}, while the row stays, and counts as changed; null if there is no row of it. */
    Flow copy(FlowTuple flow, int hash) {
        int row = table.find(flow, hash);
        if (row == Slab.NONE) {
            return null;
        }
        touch(row);
        table.chunk(row)[table.at(row) + PlainTable.MARKS] |= PlainTable.STORED;
        return flow(row);
    }

    private Flow unfold(int row) {
        int hash = table.hash(row);
        Flow flow = flow(row);
        long marks = table.chunk(row)[table.at(row) + PlainTable.MARKS];
        entered.clear(table.chunk(row), table.at(row));
        samples.clear(table.chunk(row), table.at(row));
        table.remove(row);
        flow.stored = (marks & PlainTable.STORED) != 0;
        detector.adopt(flow, hash);
        return flow;
    }

    /** What a row holds, as a flow. */
    private Flow flow(int row) {
        long[] r = table.chunk(row);
        int at = table.at(row);
        long marks = r[at + PlainTable.MARKS];
        int gateway = gateway(row);
        table.key(row, key);
        Flow flow = new Flow(detector, key);
        flow.directions = (byte) (marks >> PlainTable.DIRECTIONS & FlowTable.BOTH_DIRECTIONS);
        flow.latest = r[at + PlainTable.LATEST];
        flow.orderedAt = table.orderedAt(row);
        SynSighting syn = null;
        if ((marks & PlainTable.HAS_SYN) != 0) {
            syn = new SynSighting(gateway, (int) (marks >> PlainTable.SYN_POINT) & MAX_INDEX, r[at + PlainTable.SYN_TIME], synFromLow(marks),
                    (int) (r[at + PlainTable.SYN] >> 32), (int) r[at + PlainTable.SYN]);
            syn.transit = r[at + PlainTable.TRANSIT];
        }
        Arrival arrival = null;
        if ((marks & PlainTable.HAS_ARRIVAL) != 0) {
            long numbers = r[at + PlainTable.ARRIVAL];
            arrival = new Arrival(gateway, (int) (marks >> PlainTable.ARRIVAL_POINT) & MAX_INDEX, r[at + PlainTable.ARRIVAL_TIME], !synFromLow(marks), (int) numbers,
                    (int) (numbers >> 32), (int) (marks >> PlainTable.ARRIVAL_FLAGS) & 0x1ff, (byte) (marks >> PlainTable.ARRIVAL_CHECKSUM & 3));
            arrival.stage = Arrival.Stage.ANSWERS_LOCAL_SYN;
            arrival.counted = (marks & PlainTable.COUNTED) != 0;
            arrival.again = (int) (marks >>> PlainTable.AGAIN);
        }
        flow.keep(syn, arrival, samples.all(r, at, gateway));
        TcpTracker own = null;
        if ((r[at + PlainTable.TRACKER + TcpTracker.WORDS - 1] & 0xff) != TcpState.NONE.ordinal()) {
            own = new TcpTracker();
            own.load(r, at + PlainTable.TRACKER);
        }
        flow.at(gateway).goOnWith(own, entered.all(r, at));
        return flow;
    }

    /** Gives every row that changed since the last call. */
    void takeChanged(IntConsumer to) {
        for (int i = 0; i < changedCount; i++) {
            int row = changed[i];
            long[] r = table.chunk(row);
            int marks = table.at(row) + PlainTable.MARKS;
            if ((r[marks] & (PlainTable.IN_USE | PlainTable.CHANGED)) == (PlainTable.IN_USE | PlainTable.CHANGED)) {
                r[marks] = r[marks] & ~PlainTable.CHANGED | PlainTable.STORED;
                to.accept(row);
            }
        }
        changedCount = 0;
    }

    /** Writes a form that {@link #restore} reads: all but the key. */
    void write(int row, DataOutput out) throws IOException {
        long[] r = table.chunk(row);
        int at = table.at(row);
        for (int word = PlainTable.LATEST; word < PlainTable.LISTS; word++) {
            out.writeLong(r[at + word]);
        }
        entered.write(out, r, at);
        samples.write(out, r, at);
    }

    /** A row of the flow with this key, of which there is none, as it was written. */
    void restore(FlowTuple flow, int hash, DataInput in) throws IOException {
        int row = table.add(flow, hash, 0);
        long[] r = table.chunk(row);
        int at = table.at(row);
        for (int word = PlainTable.LATEST; word < PlainTable.LISTS; word++) {
            long value = in.readLong();
            if (word == PlainTable.MARKS) {
                table.used(row, r[at + PlainTable.LATEST], (int) (value >> PlainTable.DIRECTIONS) & FlowTable.BOTH_DIRECTIONS);
                value = value & ~PlainTable.CHANGED | PlainTable.STORED;
            }
            r[at + word] = value;
        }
        entered.read(in, r, at);
        samples.read(in, r, at);
        if (undecided(row)) {
            await(row, r[at + PlainTable.ARRIVAL_TIME] + detector.outcomeDelay());
        }
    }

    /** Takes out the flow with this key, if there is a row of it, as if it had never been. */
    void forget(FlowTuple flow, int hash) {
        int row = table.find(flow, hash);
        if (row != Slab.NONE) {
            table.chunk(row)[table.at(row) + PlainTable.MARKS] &= ~PlainTable.STORED;
            remove(row);
        }
    }

    /** Fills in the key of a row's flow. */
    void key(int row, FlowTuple into) {
        table.key(row, into);
    }
}
