package io.crossgate.detect;

/**
 * An observation point (RFC 7011 section 2): one interface of one gateway.
 *
 * @param gateway the gateway's name
 * @param iface the interface's name
 * @param firewallLog true if the records are a firewall's own log (NFLOG) and no capture
 */
public record ObservationPoint(String gateway, String iface, boolean firewallLog) implements Comparable<ObservationPoint> {
    @Override
    public int compareTo(ObservationPoint other) {
        int order = gateway.compareTo(other.gateway);
        return order != 0 ? order : iface.compareTo(other.iface);
    }

    @Override
    public String toString() {
        return gateway + "/" + iface;
    }
}
