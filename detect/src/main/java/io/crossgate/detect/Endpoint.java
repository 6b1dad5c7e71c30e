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
    // Written out, as these are asked for with every handshake: what a record brings along is slow until it is compiled, and takes long to compile.

    @Override
    public boolean equals(Object o) {
        return o instanceof Endpoint e && low == e.low && high == e.high && port == e.port;
    }

    @Override
    public int hashCode() {
        long mixed = (high * 31 + low) * 0x9e3779b97f4a7c15L + port;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** The address in text. */
    public String ip() {
        return IpText.address(high, low);
    }

    @Override
    public String toString() {
        return IpText.isMapped(high, low) ? ip() + ":" + port : "[" + ip() + "]:" + port;
    }
}
