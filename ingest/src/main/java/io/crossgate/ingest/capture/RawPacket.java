package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;

/** One packet as captured: a reusable struct that points into the reader's buffer, valid until the reader's next packet. */
public final class RawPacket {
    /** Nanoseconds since the epoch. */
    public long time;
    /** Link type (LINKTYPE_ value of the tcpdump group's list). */
    public int linkType;
    public byte[] bytes = {};
    public int offset;
    public int capturedLength;
    /** Length on the wire; at least the captured length. */
    public long originalLength;
    /** Name of the interface that a pcapng file gives; null in pcap. */
    public String iface;
    /** A {@code WAY_} constant of {@link PacketHeader}. */
    public byte way;
}
