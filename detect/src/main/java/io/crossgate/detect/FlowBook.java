package io.crossgate.detect;

import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.TcpState;
import io.crossgate.detect.flowrecord.EndReason;
import io.crossgate.detect.flowrecord.FlowAccount;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the account of one flow at one gateway and makes its records. There is none where flow records are not asked for. */
final class FlowBook {
    private final FlowDetector detector;
    private final Flow flow;
    private final int gateway;
    private final FlowAccount account;

    FlowBook(FlowDetector detector, Flow flow, int gateway) {
        this.detector = detector;
        this.flow = flow;
        this.gateway = gateway;
        this.account = new FlowAccount(detector.flowRecords(), this::tell);
    }

    /** A packet entered, and is no copy; {@code after} is the tracker's state then. An ICMP error is no packet of the flow that it quotes. */
    void entered(Seen p, InvalidReason reason, TcpState after) {
        if (p.quotes) {
            return;
        }
        if (p.isTcp()) {
            account.tcp(p.time, p.fromLow, flow.port(p.fromLow), flow.port(!p.fromLow), p.flags, p.seq,
                    p.ack, p.payloadLength, p.ipLength, p.window, reason, after);
        } else {
            account.other(p.time, p.fromLow, p.ipLength, reason);
        }
    }

    /** The firewall's log tells that {@code packet} was INVALID where the tracker does not. */
    void loggedInvalid(Seen logRecord, Seen packet) {
        account.loggedInvalid(logRecord.time, packet.time);
    }

    /** The gateway's watermark at which something is due; {@link FlowDetector#END} if nothing ever is. */
    long due() {
        return account.due();
    }

    boolean idle() {
        return !account.isOpen();
    }

    /** The gateway's watermark has reached {@code until}; at its end, nothing more comes. */
    void advance(long until) {
        if (until == FlowDetector.END) {
            account.finish(detector.gateways().reached(gateway), EndReason.END_OF_CAPTURE);
        } else {
            account.advance(until);
        }
    }

    /** The flow is forgotten for want of room. */
    void evicted() {
        account.finish(Long.MIN_VALUE, EndReason.EVICTED);
    }

    private void tell(FlowAccount a, EndReason why, boolean last) {
        String name = detector.gateways().gatewayName(gateway);
        String id = EventIds.of("flow", name, flow.communityId(), a.start(), a.ordinal());
        Map<String, Long> invalid = Map.of();
        if (a.hasInvalid()) {
            invalid = new TreeMap<>();
            for (InvalidReason reason : InvalidReason.values()) {
                if (a.invalid(reason) > 0) {
                    invalid.put(reason.name(), (long) a.invalid(reason));
                }
            }
        }
        detector.events().flow(new FlowSummary(id, a.revision(), last, name, flow.communityId(), flow.protocol(), a.start(), a.last(), why, a.connState(),
                a.history(), way(a, true), way(a, false), a.synToSynAck(), a.synAckToAck(), a.tracked().name(), invalid));
    }

    private FlowSummary.Way way(FlowAccount a, boolean origin) {
        return new FlowSummary.Way(flow.endpoint(a.originFromLow() == origin), a.packets(origin), a.bytes(origin), a.payloadBytes(origin), a.flags(origin),
                a.retransmissions(origin));
    }

    void write(DataOutput out) throws IOException {
        account.write(out);
    }

    void read(DataInput in) throws IOException {
        account.read(in);
    }
}
