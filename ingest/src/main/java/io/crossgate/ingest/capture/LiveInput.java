package io.crossgate.ingest.capture;

/**
 * A live interface to capture at.
 *
 * @param gateway the gateway's name
 * @param iface the interface's name in events
 * @param device the interface's name on this machine
 * @param filter a BPF filter in libpcap's syntax; "" for everything
 * @param snapLength bytes to capture of each packet
 * @param bufferBytes size of the kernel's buffer
 * @param promiscuous whether to see what is not for this machine
 */
public record LiveInput(String gateway, String iface, String device, String filter, int snapLength, int bufferBytes, boolean promiscuous) {}
