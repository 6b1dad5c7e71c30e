package io.crossgate.detect;

/**
 * A packet was seen somewhere.
 *
 * @param gateway the gateway's name
 * @param iface the interface at which it entered
 * @param time when, nanoseconds since the epoch, by that gateway's clock
 */
public record Sighting(String gateway, String iface, long time) {}
