package io.crossgate.feeds.event;

import io.crossgate.schemas.record.FlowRecord;
import java.util.TreeMap;

/** What no format has names of its own for in a flow record: every JSON format tells it alike. */
public final class FlowFields {
    private FlowFields() {}

    /** State and history by Zeek's definitions, why it is told now, and the connection tracker's view. */
    public static void state(JsonLine own, FlowRecord e) {
        own.put("conn_state", e.getConnState()).put("history", e.getHistory()).put("end_reason", e.getEndReason());
        own.put("conntrack_state", e.getConntrackState());
        if (!e.getInvalid().isEmpty()) {
            own.object("invalid", counts -> new TreeMap<>(e.getInvalid()).forEach(counts::put)); // in order: the same record gives the same line
        }
    }

    /** What was sent again, and how long the handshake took, in nanoseconds. */
    public static void transport(JsonLine own, FlowRecord e) {
        own.put("source_payload_bytes", e.getOrigin().getPayloadBytes()).put("destination_payload_bytes", e.getResponse().getPayloadBytes());
        own.put("source_retransmissions", e.getOrigin().getRetransmissions()).put("destination_retransmissions", e.getResponse().getRetransmissions());
        if (e.getSynToSynAck() != null) {
            own.put("syn_to_syn_ack", e.getSynToSynAck());
        }
        if (e.getSynAckToAck() != null) {
            own.put("syn_ack_to_ack", e.getSynAckToAck());
        }
    }
}
