package io.crossgate.detect;

import io.crossgate.schemas.flow.IpText;

/**
 * An address and a port.
 *
 * @param high upper 64 bits of the address (IPv4 as IPv4-mapped)
 * @param low lower 64 bits of the address
 * @param port TCP port, 0 to 65535; 0 for ICMP
 */
public record Endpoint(long high, long low, int port) {
    /** The address in text. */
    public String ip() {
        return IpText.address(high, low);
    }

    @Override
    public String toString() {
        return IpText.isMapped(high, low) ? ip() + ":" + port : "[" + ip() + "]:" + port;
    }
}
