package io.crossgate.detect;

import java.util.List;

/**
 * A SYN-ACK seen at a gateway that saw no SYN for it: one per handshake and gateway. A later revision of the same id replaces the earlier.
 *
 * @param id deterministic: the same handshake at the same gateway has the same id in every run
 * @param revision 0 when first told, then rising by one
 * @param last true if no later revision follows
 * @param time of the first such SYN-ACK, nanoseconds since the epoch
 * @param gateway the gateway that got the SYN-ACK
 * @param iface the interface at which it entered
 * @param communityId the flow's key
 * @param source sender of the SYN-ACK: the server
 * @param destination receiver of the SYN-ACK: the client
 * @param seq sequence number, modulo 2^32
 * @param ack acknowledgement number, modulo 2^32
 * @param flags TCP flags
 * @param verdict why no SYN was seen
 * @param blindReason why the verdict is UNDETERMINED; NONE otherwise
 * @param blindAt the gateway that was blind, or "" if none was
 * @param pairing how sure the pairing with {@code synSeenAt} is
 * @param synSeenAt where the SYN was seen, by gateway and interface; empty if nowhere
 * @param retransmissions further copies of this SYN-ACK at this gateway
 * @param dropped true if this gateway is known to have dropped it
 */
public record OrphanedSynAck(String id, int revision, boolean last, long time, String gateway, String iface, String communityId, Endpoint source,
        Endpoint destination, int seq, int ack, int flags, Verdict verdict, BlindReason blindReason, String blindAt, Pairing pairing,
        List<Sighting> synSeenAt, int retransmissions, boolean dropped) {
    public OrphanedSynAck {
        synSeenAt = List.copyOf(synSeenAt);
    }
}
