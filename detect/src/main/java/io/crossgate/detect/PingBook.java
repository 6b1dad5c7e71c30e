package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The echo requests and replies between two hosts, until it is known which requests were answered. */
final class PingBook {
    private static final int MAX_KEPT = 512;

    private record Request(boolean fromLow, int id, int sequence, long time) {}

    private static final class Reply {
        final int gateway;
        final boolean fromLow;
        final int id;
        final int sequence;
        final long time;
        final boolean invalid;
        /** When it was seen leaving; {@link Long#MAX_VALUE} before. */
        long leftAt = Long.MAX_VALUE;

        Reply(int gateway, boolean fromLow, int id, int sequence, long time, boolean invalid) {
            this.gateway = gateway;
            this.fromLow = fromLow;
            this.id = id;
            this.sequence = sequence;
            this.time = time;
            this.invalid = invalid;
        }
    }

    private final List<Request> requests = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    void entered(int gateway, Entered e, DetectCounters counters, long outcomeDelay) {
        Seen p = e.packet;
        if (requests.size() + replies.size() >= MAX_KEPT) {
            (replies.size() > requests.size() ? replies : requests).remove(0);
            counters.evictedHeaders++;
        }
        if (IcmpQuery.of(p.protocol, p.icmpType) == IcmpQuery.REPLY) {
            replies.add(new Reply(gateway, p.fromLow, p.icmpId, p.icmpSequence, p.time, e.invalid()));
            return;
        }
        for (int i = 0; i < requests.size(); i++) {
            Request r = requests.get(i);
            if (r.fromLow == p.fromLow && r.id == p.icmpId && r.sequence == p.icmpSequence && Math.abs(p.time - r.time) <= outcomeDelay) {
                if (p.time < r.time) {
                    requests.set(i, new Request(r.fromLow, r.id, r.sequence, p.time));
                }
                return;
            }
        }
        requests.add(new Request(p.fromLow, p.icmpId, p.icmpSequence, p.time));
    }

    void left(int gateway, Seen p, long time) {
        for (Reply reply : replies) {
            if (reply.gateway == gateway && reply.time == p.time && reply.id == p.icmpId && reply.sequence == p.icmpSequence) {
                reply.leftAt = time;
            }
        }
    }

    /** Tells of every request whose time is up whether it was answered. */
    void conclude(FlowDetector detector, Flow flow, long watermark) {
        requests.removeIf(request -> {
            long due = request.time + detector.outcomeDelay();
            if (due > watermark) {
                return false;
            }
            detector.tallies().ping(due, flow.endpoint(!request.fromLow), flow.endpoint(request.fromLow), request.time, answered(detector, request, due));
            return true;
        });
        replies.removeIf(reply -> reply.time + 2 * detector.outcomeDelay() <= watermark);
    }

    private boolean answered(FlowDetector detector, Request request, long due) {
        for (Reply reply : replies) {
            if (reply.fromLow != request.fromLow && reply.id == request.id && reply.sequence == request.sequence && reply.time <= due
                    && reply.time >= request.time - detector.clockTolerance()
                    && !detector.stopped(reply.gateway, reply.invalid, reply.leftAt <= due)) {
                return true;
            }
        }
        return false;
    }

    long due(long outcomeDelay) {
        long due = FlowDetector.END;
        for (Request request : requests) {
            due = Math.min(due, request.time + outcomeDelay);
        }
        for (Reply reply : replies) {
            due = Math.min(due, reply.time + 2 * outcomeDelay);
        }
        return due;
    }

    boolean isEmpty() {
        return requests.isEmpty() && replies.isEmpty();
    }

    void write(DataOutput out) throws IOException {
        StateIo.writeAll(out, requests, (r, o) -> {
            o.writeBoolean(r.fromLow);
            o.writeInt(r.id);
            o.writeInt(r.sequence);
            o.writeLong(r.time);
        });
        StateIo.writeAll(out, replies, (r, o) -> {
            o.writeInt(r.gateway);
            o.writeBoolean(r.fromLow);
            o.writeInt(r.id);
            o.writeInt(r.sequence);
            o.writeLong(r.time);
            o.writeBoolean(r.invalid);
            o.writeLong(r.leftAt);
        });
    }

    static PingBook read(DataInput in) throws IOException {
        PingBook book = new PingBook();
        book.requests.addAll(StateIo.readAll(in, i -> new Request(i.readBoolean(), i.readInt(), i.readInt(), i.readLong())));
        book.replies.addAll(StateIo.readAll(in, i -> {
            Reply reply = new Reply(i.readInt(), i.readBoolean(), i.readInt(), i.readInt(), i.readLong(), i.readBoolean());
            reply.leftAt = i.readLong();
            return reply;
        }));
        return book;
    }
}
