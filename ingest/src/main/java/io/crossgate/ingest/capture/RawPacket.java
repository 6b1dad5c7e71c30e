package io.crossgate.ingest.capture;

import io.crossgate.schemas.flow.PacketHeader;

/** One captured frame, undecoded: a reusable struct whose bytes belong to the reader that filled it and hold until its next packet. */
public final class RawPacket {
    /** Event time: nanoseconds since 1970-01-01T00:00:00Z. */
    public long time;
    /** Link type as registered by the tcpdump group. */
    public int linkType;
    /** The array that holds the captured bytes. */
    public byte[] bytes = {};
    /** Where in {@link #bytes} the frame begins. */
    public int offset;
    /** Captured bytes. */
    public int capturedLength;
    /** Bytes that the frame had before the snap length cut it; at least {@link #capturedLength}. */
    public long originalLength;
    /** Number of the interface within its file, counted from 0 through all sections of a pcapng file. */
    public int interfaceNumber;
    /** Name of the interface (pcapng if_name), or null if the file does not say. */
    public String iface;
    /** Direction by the file: {@link PacketHeader#WAY_UNKNOWN}, {@link PacketHeader#WAY_IN} or {@link PacketHeader#WAY_OUT}. */
    public byte way;
}
