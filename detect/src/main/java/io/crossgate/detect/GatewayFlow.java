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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * One flow at one gateway: takes what the gateway's points saw in time order, tells entering packets from their leaving copies, feeds the entering ones to the
 * connection tracker, and decides which INVALID ones were dropped.
 */
final class GatewayFlow {
    /** A packet may wait this long inside a gateway for its next hop's link address, and still be known as a copy. */
    private static final long COPY_WINDOW = Duration.ofSeconds(5).toNanos();
    /** A SYN-ACK mostly follows its SYN within this time; only a prediction leans on it. */
    private static final long USUAL_ANSWER = Duration.ofSeconds(3).toNanos();
    /** Entered packets remembered per flow and gateway; the oldest make room. */
    private static final int MAX_ENTERED = 256;

    private final FlowDetector detector;
    private final Flow flow;
    final int gateway;
    private final List<Seen> pending = new ArrayList<>();
    private final List<Entered> entered = new ArrayList<>();
    /** Null where flow records are not asked for. */
    private final FlowBook book;
    private TcpTracker tcp;
    private IcmpTracker icmp;

    GatewayFlow(FlowDetector detector, Flow flow, int gateway) {
        this.detector = detector;
        this.flow = flow;
        this.gateway = gateway;
        this.book = detector.flowRecords().on() ? new FlowBook(detector, flow, gateway) : null;
    }

    /**
     * Keeps a header until the gateway's watermark passes it, in the order in which it will be taken.
     *
     * @param mayRepeat whether its point may tell again what it told before
     * @return false if it does: the header is held already
     */
    boolean add(Seen seen, boolean mayRepeat) {
        int at = pending.size();
        Comparator<Seen> order = detector.order();
        while (at > 0 && order.compare(pending.get(at - 1), seen) > 0) {
            at--;
        }
        for (int i = at - 1; mayRepeat && i >= 0 && order.compare(pending.get(i), seen) == 0; i--) {
            if (pending.get(i).samePacket(seen)) {
                return false;
            }
        }
        pending.add(at, seen);
        return true;
    }

    int pendingCount() {
        return pending.size();
    }

    /** Takes everything up to {@code until}, and decides what is due by then. */
    void advance(long until) {
        int taken = 0;
        while (taken < pending.size() && pending.get(taken).time <= until) {
            Seen seen = pending.get(taken++);
            decideDrops(seen.time);
            take(seen);
        }
        pending.subList(0, taken).clear();
        decideDrops(until);
        forget(until);
        if (book != null) {
            book.advance(until);
        }
    }

    /** The earliest watermark of this gateway at which there is something to do; {@link FlowDetector#END} if there never is. */
    long due() {
        long due = pending.isEmpty() ? FlowDetector.END : pending.get(0).time;
        if (book != null) {
            due = Math.min(due, book.due());
        }
        for (Entered e : entered) {
            due = Math.min(due, e.invalid() && !e.decided ? dropDeadline(e) : e.packet.time + COPY_WINDOW + 1);
        }
        return due;
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
        return pending.isEmpty() && entered.isEmpty() && (book == null || book.idle());
    }

    private void take(Seen seen) {
        if (seen.logged) {
            takeLogRecord(seen);
            return;
        }
        Entered original = copied(seen);
        if (original != null) {
            detector.counters().leavingCopies++;
            if (seen.way != PacketHeader.WAY_IN || seen.ttl < original.packet.ttl) {
                left(original, seen.time);
            }
            return;
        }
        Entered e = new Entered(seen);
        long needed = seen.isSynAck() ? USUAL_ANSWER : detector.lookBack();
        e.historyKnown = flow.beganInSight(gateway, seen.time) || detector.gateways().watchedFrom(gateway, seen.time - needed);
        CtVerdict verdict = seen.isTcp() && !seen.quotes ? trackTcp(e) : trackIcmp(e);
        count(verdict);
        if (book != null) {
            book.entered(seen, e.reason, tcp == null ? TcpState.NONE : tcp.after());
        }
        if (verdict == CtVerdict.UNTRACKED) {
            return;
        }
        for (Entered other : entered) {
            if (other.packet.time == seen.time && other.packet.samePacket(seen)) {
                e.ordinal++;
            }
        }
        remember(e);
        flow.entered(gateway, e);
    }

    /** The packet of which {@code seen} is a copy at another place in this gateway: TTL one lower (routed), or equal at another interface (bridged). */
    private Entered copied(Seen seen) {
        for (Entered e : entered) {
            if (!e.leftKnown && !e.packet.logged && seen.time - e.packet.time <= COPY_WINDOW && e.packet.samePacket(seen)
                    && (seen.ttl == e.packet.ttl - 1 || seen.ttl == e.packet.ttl && seen.point != e.packet.point)) {
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
    }

    private CtVerdict trackTcp(Entered e) {
        if (tcp == null) {
            tcp = new TcpTracker();
        }
        Seen p = e.packet;
        CtVerdict verdict = tcp.step(p.to(detector.segment()), detector.conntrack(gateway));
        e.reason = tcp.reason();
        e.state = tcp.before();
        if (verdict == CtVerdict.ESTABLISHED) {
            tcp.confirm();
        } else if (tcp.opened() && detector.gateways().captures(gateway) > 1) {
            tcp.confirmBy(p.time + COPY_WINDOW);
        }
        return verdict;
    }

    private CtVerdict trackIcmp(Entered e) {
        Seen p = e.packet;
        if (p.quotes) {
            boolean known;
            if (flow.key.protocol() == PacketHeader.TCP) {
                known = tcp != null && tcp.exists(p.time);
            } else if (flow.key.protocol() == PacketHeader.ICMP || flow.key.protocol() == PacketHeader.ICMPV6) {
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
                detector.conntrack(gateway).nanos(p.protocol == PacketHeader.ICMP ? ConntrackSetting.ICMP_TIMEOUT : ConntrackSetting.ICMPV6_TIMEOUT));
        if (verdict == CtVerdict.INVALID) {
            e.reason = InvalidReason.INVALID_NEW_ICMP;
        }
        return verdict;
    }

    private void count(CtVerdict verdict) {
        DetectCounters counters = detector.counters();
        switch (verdict) {
            case NEW -> counters.fresh++;
            case ESTABLISHED -> counters.established++;
            case RELATED -> counters.related++;
            case INVALID -> counters.invalid++;
            case UNTRACKED -> counters.untracked++;
        }
    }

    private void remember(Entered e) {
        if (entered.size() == MAX_ENTERED) {
            Entered oldest = entered.remove(0);
            if (oldest.invalid() && !oldest.decided) {
                detector.counters().invalidUndecided++;
            }
            detector.counters().evictedHeaders++;
        }
        entered.add(e);
    }

    /** The firewall's log tells of a packet: of one that was seen entering, or of one that only the log saw. */
    private void takeLogRecord(Seen record) {
        detector.counters().logRecords++;
        for (Entered e : entered) {
            if (!e.logged && record.time - e.packet.time <= COPY_WINDOW && e.packet.samePacket(record)) {
                e.logged = record.logsInvalid; // a record of another rule, say of an "accept", proves no INVALID
                if (!e.decided && !e.invalid() && record.logsInvalid) {
                    e.reason = InvalidReason.LOGGED_BY_FIREWALL;
                    if (book != null) {
                        book.loggedInvalid(record, e.packet);
                    }
                }
                return;
            }
        }
        if (!record.logsInvalid) {
            return;
        }
        Entered e = new Entered(record);
        e.logged = true;
        e.reason = InvalidReason.LOGGED_BY_FIREWALL;
        remember(e);
    }

    private long dropDeadline(Entered e) {
        return e.packet.time + detector.forwardingDelay();
    }

    private void decideDrops(long until) {
        for (Entered e : entered) {
            if (e.invalid() && !e.decided && dropDeadline(e) <= until) {
                e.decided = true;
                decideDrop(e);
            }
        }
    }

    private void decideDrop(Entered e) {
        long deadline = dropDeadline(e);
        if (e.leftBy(deadline)) {
            detector.counters().invalidForwarded++;
            detector.counters().invalidForwardedAt.merge(detector.gateways().gatewayName(gateway), 1L, Long::sum);
            return;
        }
        Evidence evidence;
        if (e.logged) {
            evidence = Evidence.LOGGED;
        } else if (e.packet.way == PacketHeader.WAY_OUT) {
            detector.counters().invalidUndecided++; // sent by the gateway itself: nothing entered
            return;
        } else if (detector.gateways().sawLeaving(e.packet.point, e.packet.time, deadline)) {
            evidence = Evidence.NOT_FORWARDED;
        } else if (detector.isFirewall(gateway) && e.historyKnown && detector.gateways().captures(gateway) == 1) {
            evidence = Evidence.PREDICTED;
        } else {
            detector.counters().invalidUndecided++;
            return;
        }
        detector.counters().invalidDropped++;
        flow.dropped(gateway, e, evidence);
    }

    private void forget(long now) {
        Iterator<Entered> each = entered.iterator();
        while (each.hasNext()) {
            Entered e = each.next();
            boolean waits = e.invalid() && !e.decided;
            if (!waits && e.packet.time + COPY_WINDOW < now) {
                each.remove();
            }
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
        return pending.size() + entered.size();
    }

    void write(DataOutput out) throws IOException {
        StateIo.writeAll(out, pending, (s, o) -> s.write(o));
        StateIo.writeAll(out, entered, (e, o) -> e.write(o));
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
        pending.addAll(StateIo.readAll(in, Seen::read));
        entered.addAll(StateIo.readAll(in, Entered::read));
        tcp = in.readBoolean() ? TcpTracker.read(in) : null;
        icmp = in.readBoolean() ? IcmpTracker.read(in) : null;
        if (in.readBoolean()) { // written where flow records were asked for; read over where they no longer are
            (book == null ? new FlowBook(detector, flow, gateway) : book).read(in);
        }
    }
}
