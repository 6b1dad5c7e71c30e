package io.crossgate.detect;

import java.util.List;

/**
 * A diagnosis: events that share gateways, client prefix and service, with cause, extent and remedy. A later revision of the same id replaces the earlier.
 *
 * @param id deterministic
 * @param revision 0 when first told, then rising by one
 * @param last true if no later revision follows
 * @param cause the probable cause
 * @param synGateway the gateway that carried the SYNs ("" if unknown)
 * @param synAckGateway the gateway that got the SYN-ACKs ("" if none)
 * @param dropGateway the firewall that dropped packets
 * @param clients the clients' prefix, for example 10.20.30.0/24
 * @param clientCount distinct client addresses with a failed handshake (a lower bound once {@code clientCountAtLeast})
 * @param clientCountAtLeast true if there were more clients than are counted one by one
 * @param server the service
 * @param handshakes answered handshakes of these clients with this service since the change (or in all, if no change is seen)
 * @param failed of these, those that failed
 * @param handshakesBefore answered handshakes before the change; 0 if no change is seen
 * @param failedBefore of these, those that failed
 * @param firstSeen the first drop, nanoseconds since the epoch, by the dropping firewall's clock
 * @param lastSeen the last drop so far
 * @param drops INVALID drops so far
 * @param evidence the best evidence of them
 * @param reason the most frequent reason of them
 * @param state the connection state that goes with that reason
 * @param pingRequests echo requests between the same prefix and server
 * @param pingReplies of these, those that were answered
 * @param unaffected other client prefixes whose handshakes with the same service all succeed
 * @param remedy what to do, one step a line, with real addresses
 */
public record Incident(String id, int revision, boolean last, Cause cause, String synGateway, String synAckGateway, String dropGateway, String clients,
        int clientCount, boolean clientCountAtLeast, Endpoint server, long handshakes, long failed, long handshakesBefore, long failedBefore, long firstSeen,
        long lastSeen, long drops, Evidence evidence, String reason, String state, long pingRequests, long pingReplies, List<Unaffected> unaffected,
        List<String> remedy) {
    public Incident {
        unaffected = List.copyOf(unaffected);
        remedy = List.copyOf(remedy);
    }

    /**
     * A client prefix that is well.
     *
     * @param clients the prefix
     * @param handshakes its answered handshakes with the service, all of them successful
     */
    public record Unaffected(String clients, long handshakes) {}

    /** Whether ping between the same hosts was answered: null if none was seen. */
    public Boolean pingAnswered() {
        return pingRequests == 0 ? null : pingReplies > 0;
    }
}
