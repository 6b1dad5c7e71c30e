package io.crossgate.detect;

/**
 * A packet that reached a firewall, that nf_conntrack classes INVALID there, and that did not leave it.
 *
 * @param id deterministic
 * @param time when it was seen or logged, nanoseconds since the epoch
 * @param packetTime when the packet itself arrived; differs from {@code time} only where a log alone tells of it and the log carries both
 * @param gateway the firewall
 * @param iface the interface at which the packet entered
 * @param communityId the flow's key
 * @param protocol IP protocol number: 6, 1 or 58
 * @param source the packet's own sender
 * @param destination the packet's own receiver
 * @param seq TCP sequence number, modulo 2^32; 0 for ICMP
 * @param ack TCP acknowledgement number, modulo 2^32; 0 for ICMP
 * @param flags TCP flags; 0 for ICMP
 * @param icmpType ICMP type, or -1 for TCP
 * @param icmpCode ICMP code, or -1 for TCP
 * @param reason an enum name: why nf_conntrack classes it INVALID
 * @param state the connection's state before the packet, as nf_conntrack names it (NONE where there is no entry)
 * @param evidence how the drop is known
 */
public record InvalidDrop(String id, long time, long packetTime, String gateway, String iface, String communityId, int protocol, Endpoint source,
        Endpoint destination, int seq, int ack, int flags, int icmpType, int icmpCode, String reason, String state, Evidence evidence) {}
