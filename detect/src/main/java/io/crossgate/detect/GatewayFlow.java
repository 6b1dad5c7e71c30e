package io.crossgate.detect;

import io.crossgate.detect.conntrack.ConntrackSetting;
import io.crossgate.detect.conntrack.CtVerdict;
import io.crossgate.detect.conntrack.IcmpTracker;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import io.crossgate.detect.conntrack.TcpTracker;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * One flow at one gateway: takes what the gateway's points saw in time order, tells entering packets from their leaving copies, feeds the entering ones to the
 * connection tracker, and decides which INVALID ones were dropped.
 */
final class GatewayFlow extends Calendar.Appointed {
    /** A packet may wait this long inside a gateway for its next hop's link address, and still be known as a copy. */
    static final long COPY_WINDOW = Duration.ofSeconds(5).toNanos();
    /** A SYN-ACK mostly follows its SYN within this time; only a prediction leans on it. */
    private static final long USUAL_ANSWER = Duration.ofSeconds(3).toNanos();
    /** Entered packets remembered per flow and gateway; the oldest make room. */
    static final int MAX_ENTERED = 256;

    private final Flow flow;
    final int gateway;
    /** In the order in which they will be taken. */
    private Seen pending;
    private Seen lastPending;
    /** In the order in which they entered. */
    private Entered entered;
    private Entered lastEntered;
    private int enteredCount;
    /** Entered packets that are INVALID, of which it is not decided yet whether they were dropped. */
    private int undecided;
    /** Null where flow records are not asked for. */
    private final FlowBook book;
    private TcpTracker tcp;
    private IcmpTracker icmp;
    /** The last sample of each direction: most packets say nothing that it does not say. Not stored. */
    private AckSample lastFromLow;
    private AckSample lastToLow;
    /** True if it got headers of the batch at hand that it has not taken. */
    boolean touched;
    /** The same flow at another gateway. */
    GatewayFlow next;

    GatewayFlow(FlowDetector detector, Flow flow, int gateway) {
        this.flow = flow;
        this.gateway = gateway;
        this.book = detector.flowRecords().on() ? new FlowBook(detector, flow, gateway) : null;
    }

    private FlowDetector detector() {
        return flow.detector;
    }

    /**
     * Keeps a header until the gateway's watermark passes it, in the order in which it will be taken.
     *
     * @param mayRepeat whether its point may tell again what it told before
     * @return false if it does: the header is held already
     */
    boolean add(Seen seen, boolean mayRepeat) {
        Seen before = lastPending;
        if (before != null && detector().compare(before, seen) > 0) {
            before = null;
            for (Seen s = pending; s != null && detector().compare(s, seen) <= 0; s = s.next) {
                before = s;
            }
        }
        if (mayRepeat && before != null && holds(seen)) {
            return false;
        }
        if (before == null) {
            seen.next = pending;
            pending = seen;
        } else {
            seen.next = before.next;
            before.next = seen;
        }
        if (seen.next == null) {
            lastPending = seen;
        }
        return true;
    }

    /** Goes on with what was known of the flow here before: its tracker, null without an entry, and the first of the packets that entered, null for none. */
    void goOnWith(TcpTracker known, Entered first) {
        tcp = known;
        Entered next = first;
        while (next != null) {
            Entered e = next;
            next = e.next;
            append(e);
        }
    }

    private boolean holds(Seen seen) {
        for (Seen s = pending; s != null; s = s.next) {
            if (detector().compare(s, seen) == 0 && s.samePacket(seen)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void keep(long watermark) {
        if (!flow.gone) {
            detector().advanceAt(flow, this, watermark);
        }
    }

    @Override
    int fetch() {
        int sum = flow.hash;
        if (pending != null) {
            sum += pending.seq;
        }
        if (entered != null) {
            sum += entered.packet.seq;
        }
        return tcp == null ? sum : sum + tcp.fetch();
    }

    /** Takes everything up to {@code until}, and decides what is due by then. */
    void advance(long until) {
        while (pending != null && pending.time <= until) {
            Seen seen = pending;
            pending = seen.next;
            seen.next = null;
            decideDrops(seen.time);
            take(seen);
        }
        if (pending == null) {
            lastPending = null;
        }
        decideDrops(until);
        forget(until);
        if (book != null) {
            book.advance(until);
        }
    }

    /** The earliest watermark of this gateway at which there is something to do; {@link FlowDetector#END} if there never is. */
    @Override
    long due() {
        if (flow.gone) {
            return FlowDetector.END;
        }
        long due = pending == null ? FlowDetector.END : pending.time;
        if (book != null) {
            due = Math.min(due, book.due());
        }
        if (undecided == 0) {
            return entered == null ? due : Math.min(due, entered.packet.time + COPY_WINDOW + 1);
        }
        for (Entered e = entered; e != null; e = e.next) {
            due = Math.min(due, waits(e) ? dropDeadline(e) : e.packet.time + COPY_WINDOW + 1);
        }
        return due;
    }

    private static boolean waits(Entered e) {
        return e.invalid() && !e.decided;
    }

    /** When the tracker's entry expires; {@link Long#MIN_VALUE} without one. */
    long entryExpires() {
        long expires = Long.MIN_VALUE;
        if (tcp != null && tcp.exists(Long.MIN_VALUE)) {
            expires = tcp.expires();
        }
        return icmp == null ? expires : Math.max(expires, icmp.expires());
    }

    boolean idle() {
        return pending == null && enteredCount == 0 && (book == null || book.idle());
    }

    private void take(Seen seen) {
        if (seen.logged) {
            takeLogRecord(seen);
            return;
        }
        Entered original = copied(seen);
        if (original != null) {
            detector().counters().leavingCopies++;
            if (seen.way != PacketHeader.WAY_IN || seen.ttl < original.packet.ttl) {
                left(original, seen.time);
            }
            detector().pool().free(seen);
            return;
        }
        Entered e = detector().pool().entered(seen);
        boolean tracksTcp = seen.isTcp() && !seen.quotes;
        CtVerdict verdict = tracksTcp ? trackTcp(e) : trackIcmp(e);
        count(verdict);
        if (book != null) {
            book.entered(seen, e.reason, tcp == null ? TcpState.NONE : tcp.after());
        }
        if (verdict == CtVerdict.UNTRACKED) {
            detector().pool().free(e);
            return;
        }
        if (verdict == CtVerdict.INVALID) {
            long needed = seen.isSynAck() ? USUAL_ANSWER : detector().lookBack();
            e.historyKnown = flow.beganInSight(gateway, seen.time) || detector().gateways().watchedFrom(gateway, seen.time - needed);
        }
        if (lastEntered != null && lastEntered.packet.time == seen.time) {
            e.ordinal = sameAs(seen);
        }
        remember(e);
        if (!(tracksTcp && saysNothingNew(e))) {
            flow.entered(this, e);
        }
    }

    /** True for a packet that only acknowledges, as the last sample of its direction did: by far the most are. */
    private boolean saysNothingNew(Entered e) {
        Seen p = e.packet;
        if ((p.flags & (PacketHeader.SYN | PacketHeader.ACK | PacketHeader.RST)) != PacketHeader.ACK) {
            return false;
        }
        AckSample last = p.fromLow ? lastFromLow : lastToLow;
        return last != null && last.covers(gateway, e, Flow.SAMPLE_REFRESH);
    }

    Flow flow() {
        return flow;
    }

    /** The flow has taken a sample of a packet here. */
    void sampled(AckSample sample) {
        if (sample.fromLow) {
            lastFromLow = sample;
        } else {
            lastToLow = sample;
        }
    }

    void forgetLastSamples() {
        lastFromLow = lastToLow = null;
    }

    /** How many packets of equal time and content entered before. */
    private int sameAs(Seen seen) {
        int n = 0;
        for (Entered e = entered; e != null; e = e.next) {
            n += e.packet.time == seen.time && e.packet.samePacket(seen) ? 1 : 0;
        }
        return n;
    }

    /** The packet of which {@code seen} is a copy at another place in this gateway: TTL one lower (routed), or equal at another interface (bridged). */
    private Entered copied(Seen seen) {
        for (Entered e = entered; e != null; e = e.next) {
            Seen p = e.packet;
            if (p.seq == seen.seq && !e.leftKnown && !p.logged && seen.time - p.time <= COPY_WINDOW && p.samePacket(seen)
                    && (seen.ttl == p.ttl - 1 || seen.ttl == p.ttl && seen.point != p.point)) {
                return e;
            }
        }
        return null;
    }

    private void left(Entered e, long time) {
        e.leftKnown = true;
        e.leftAt = time;
        if (tcp != null) {
            tcp.confirm();
        }
        flow.left(gateway, e);
        // Its log record may still come, and so may one of equal time and content, which is to be told from it.
        if (!waits(e) && e.packet.time < time && !detector().gateways().hasLog(gateway)) {
            forget(e);
        }
    }

    private CtVerdict trackTcp(Entered e) {
        if (tcp == null) {
            tcp = detector().tracker();
        }
        Seen p = e.packet;
        CtVerdict verdict = tcp.step(p.to(detector().segment()), detector().conntrack(gateway));
        e.reason = tcp.reason();
        e.state = tcp.before();
        if (verdict == CtVerdict.ESTABLISHED) {
            tcp.confirm();
        } else if (tcp.opened() && detector().gateways().captures(gateway) > 1) {
            tcp.confirmBy(p.time + COPY_WINDOW);
        }
        if (tcp.after() == TcpState.NONE) {
            detector().free(tcp);
            tcp = null;
        }
        return verdict;
    }

    private CtVerdict trackIcmp(Entered e) {
        Seen p = e.packet;
        if (p.quotes) {
            boolean known;
            if (flow.protocol() == PacketHeader.TCP) {
                known = tcp != null && tcp.exists(p.time);
            } else if (flow.protocol() == PacketHeader.ICMP || flow.protocol() == PacketHeader.ICMPV6) {
                known = icmp != null && icmp.exists(p.time);
            } else {
                return CtVerdict.UNTRACKED; // quotes a protocol that is not followed here
            }
            if (!known) {
                e.reason = InvalidReason.ICMP_ERROR_FOR_UNKNOWN_FLOW;
                return CtVerdict.INVALID;
            }
            return CtVerdict.RELATED;
        }
        IcmpQuery query = IcmpQuery.of(p.protocol, p.icmpType);
        if (query == IcmpQuery.NONE || p.icmpId < 0) {
            return CtVerdict.UNTRACKED;
        }
        if (icmp == null) {
            icmp = new IcmpTracker();
        }
        CtVerdict verdict = icmp.step(p.time, p.fromLow, query == IcmpQuery.REQUEST, p.icmpId,
                detector().conntrack(gateway).nanos(p.protocol == PacketHeader.ICMP ? ConntrackSetting.ICMP_TIMEOUT : ConntrackSetting.ICMPV6_TIMEOUT));
        if (verdict == CtVerdict.INVALID) {
            e.reason = InvalidReason.INVALID_NEW_ICMP;
        }
        return verdict;
    }

    private void count(CtVerdict verdict) {
        DetectCounters counters = detector().counters();
        switch (verdict) {
            case NEW -> counters.fresh++;
            case ESTABLISHED -> counters.established++;
            case RELATED -> counters.related++;
            case INVALID -> counters.invalid++;
            case UNTRACKED -> counters.untracked++;
        }
    }

    private void remember(Entered e) {
        if (enteredCount == MAX_ENTERED) {
            forget(e.packet.time);
        }
        if (enteredCount == MAX_ENTERED) {
            if (waits(entered)) {
                detector().counters().invalidUndecided++;
            }
            detector().counters().evictedHeaders++;
            forget(entered);
        }
        append(e);
    }

    private void append(Entered e) {
        e.next = null;
        if (lastEntered == null) {
            entered = e;
        } else {
            lastEntered.next = e;
        }
        lastEntered = e;
        enteredCount++;
        undecided += waits(e) ? 1 : 0;
    }

    /** Forgets one entered packet: mostly the first. */
    private void forget(Entered gone) {
        Entered before = null;
        for (Entered e = entered; e != gone; e = e.next) {
            before = e;
        }
        forget(gone, before);
    }

    /** Forgets the entered packet that comes after {@code before}, or first. */
    private void forget(Entered gone, Entered before) {
        if (before == null) {
            entered = gone.next;
        } else {
            before.next = gone.next;
        }
        if (gone == lastEntered) {
            lastEntered = before;
        }
        undecided -= waits(gone) ? 1 : 0;
        enteredCount--;
        detector().pool().free(gone);
    }

    /** The firewall's log tells of a packet: of one that was seen entering, or of one that only the log saw. */
    private void takeLogRecord(Seen record) {
        detector().counters().logRecords++;
        for (Entered e = entered; e != null; e = e.next) {
            if (!e.logged && record.time - e.packet.time <= COPY_WINDOW && e.packet.samePacket(record)) {
                e.logged = record.logsInvalid; // a record of another rule, say of an "accept", proves no INVALID
                if (!e.decided && !e.invalid() && record.logsInvalid) {
                    e.reason = InvalidReason.LOGGED_BY_FIREWALL;
                    undecided++;
                    if (book != null) {
                        book.loggedInvalid(record, e.packet);
                    }
                }
                detector().pool().free(record);
                return;
            }
        }
        if (!record.logsInvalid) {
            detector().pool().free(record);
            return;
        }
        Entered e = detector().pool().entered(record);
        e.logged = true;
        e.reason = InvalidReason.LOGGED_BY_FIREWALL;
        remember(e);
    }

    private long dropDeadline(Entered e) {
        return e.packet.time + detector().forwardingDelay();
    }

    private void decideDrops(long until) {
        for (Entered e = undecided > 0 ? entered : null; e != null; e = e.next) {
            if (waits(e) && dropDeadline(e) <= until) {
                e.decided = true;
                undecided--;
                decideDrop(e);
            }
        }
    }

    private void decideDrop(Entered e) {
        long deadline = dropDeadline(e);
        if (e.leftBy(deadline)) {
            detector().counters().invalidForwarded++;
            detector().counters().invalidForwardedAt.merge(detector().gateways().gatewayName(gateway), 1L, Long::sum);
            return;
        }
        Evidence evidence;
        if (e.logged) {
            evidence = Evidence.LOGGED;
        } else if (e.packet.way == PacketHeader.WAY_OUT) {
            detector().counters().invalidUndecided++; // sent by the gateway itself: nothing entered
            return;
        } else if (detector().gateways().sawLeaving(e.packet.point, e.packet.time, deadline)) {
            evidence = Evidence.NOT_FORWARDED;
        } else if (detector().isFirewall(gateway) && e.historyKnown && detector().gateways().captures(gateway) == 1) {
            evidence = Evidence.PREDICTED;
        } else {
            detector().counters().invalidUndecided++;
            return;
        }
        detector().counters().invalidDropped++;
        flow.dropped(gateway, e, evidence);
    }

    /** Forgets entered packets of which no copy can come any more. */
    private void forget(long now) {
        Entered before = null;
        Entered e = entered;
        while (e != null && e.packet.time + COPY_WINDOW < now) {
            Entered next = e.next;
            if (waits(e)) {
                before = e;
            } else {
                forget(e, before);
            }
            e = next;
        }
    }

    /** The flow is about to be forgotten for want of room. */
    void evicted() {
        if (book != null) {
            book.evicted();
        }
    }

    /** Headers and entered packets forgotten when the flow is evicted. */
    int held() {
        return pendingCount() + enteredCount;
    }

    private int pendingCount() {
        int n = 0;
        for (Seen s = pending; s != null; s = s.next) {
            n++;
        }
        return n;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(pendingCount());
        for (Seen s = pending; s != null; s = s.next) {
            s.write(out);
        }
        out.writeInt(enteredCount);
        for (Entered e = entered; e != null; e = e.next) {
            e.write(out);
        }
        out.writeBoolean(tcp != null);
        if (tcp != null) {
            tcp.write(out);
        }
        out.writeBoolean(icmp != null);
        if (icmp != null) {
            icmp.write(out);
        }
        out.writeBoolean(book != null);
        if (book != null) {
            book.write(out);
        }
    }

    void read(DataInput in) throws IOException {
        for (int n = in.readInt(); n > 0; n--) {
            Seen s = Seen.read(in);
            if (lastPending == null) {
                pending = s;
            } else {
                lastPending.next = s;
            }
            lastPending = s;
        }
        for (int n = in.readInt(); n > 0; n--) {
            append(Entered.read(in));
        }
        tcp = in.readBoolean() ? TcpTracker.read(in) : null;
        icmp = in.readBoolean() ? IcmpTracker.read(in) : null;
        if (in.readBoolean()) { // written where flow records were asked for; read over where they no longer are
            (book == null ? new FlowBook(detector(), flow, gateway) : book).read(in);
        }
    }
}
