package io.crossgate.detect;

import io.crossgate.detect.flowrecord.ConnState;
import io.crossgate.detect.flowrecord.EndReason;
import java.util.Map;

/**
 * One connection (or exchange of ICMP messages) as one gateway saw it. Of a later {@link #revision} of the same id, everything supersedes the earlier. Packets
 * are counted as they enter the gateway: their leaving copies are not counted again.
 *
 * @param id deterministic
 * @param revision 0 when first told, and one more each time
 * @param last true if no later revision follows
 * @param gateway which gateway saw it
 * @param communityId the flow's key
 * @param protocol IP protocol number: 6, 1 or 58
 * @param start time of the first packet, nanoseconds since the epoch
 * @param end time of the last packet
 * @param endReason why it is told now
 * @param connState by Zeek's definitions; OTH for ICMP
 * @param history by Zeek's definitions; empty for ICMP
 * @param origin the side that began it
 * @param response the other side
 * @param synToSynAck from the first SYN to the first SYN-ACK, nanoseconds; -1 if either was not seen at this gateway
 * @param synAckToAck from the first SYN-ACK to the originator's first ACK after it, nanoseconds; -1 if either was not seen at this gateway
 * @param conntrackState state of the connection tracker's entry after the last packet, as nf_conntrack names it; NONE without one
 * @param invalid packets that the connection tracker calls INVALID, by reason; empty if none
 */
public record FlowSummary(String id, int revision, boolean last, String gateway, String communityId, int protocol, long start, long end, EndReason endReason,
        ConnState connState, String history, Way origin, Way response, long synToSynAck, long synAckToAck, String conntrackState, Map<String, Long> invalid) {
    /**
     * One direction.
     *
     * @param sender who sends
     * @param packets packets that entered the gateway; 0 if this direction goes by another gateway
     * @param bytes of IP packets, headers included
     * @param payloadBytes of TCP payload, retransmitted bytes included; 0 for ICMP
     * @param flags all TCP flags that were ever set; 0 for ICMP
     * @param retransmissions packets with payload, SYN or FIN whose sequence numbers had been sent before
     */
    public record Way(Endpoint sender, long packets, long bytes, long payloadBytes, int flags, long retransmissions) {}
}
