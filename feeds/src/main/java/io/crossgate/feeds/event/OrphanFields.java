package io.crossgate.feeds.event;

import io.crossgate.schemas.record.OrphanedSynAckRecord;

/** What no format has names of its own for in an orphaned SYN-ACK: every JSON format tells it alike. */
public final class OrphanFields {
    private OrphanFields() {}

    /** The verdict, how it is known, and what became of the SYN-ACK. */
    public static void verdict(JsonLine own, OrphanedSynAckRecord e) {
        own.put("verdict", e.getVerdict()).put("blind_reason", e.getBlindReason().equals("NONE") ? "" : e.getBlindReason()).put("blind_at", e.getBlindAt());
        own.put("pairing", e.getPairing()).put("retransmissions", e.getRetransmissions()).put("dropped", e.getDropped());
    }

    /** Where the SYN was seen. */
    public static void synSeenAt(JsonLine own, OrphanedSynAckRecord e) {
        own.objects("syn_seen_at", e.getSynSeenAt(), (syn, seen) -> syn.put("gateway", seen.getGateway()).put("interface", seen.getInterface$())
                .put("time", Words.iso(Words.nanos(seen.getTime(), seen.getTimeNanos()))));
    }
}
