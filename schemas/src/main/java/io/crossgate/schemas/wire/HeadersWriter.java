package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes headers records in pieces, for one that gathers headers before it knows the records that they will be in. Headers are written one by one as they come
 * ({@link #header}); what all records of a point have in common is written when it changes ({@link #point}, {@link #progress}); a record is then put together of
 * these ({@link #begin}, {@link #flow}, {@link #end}) by copying. Nothing is allocated but the finished record. Not thread-safe.
 *
 * <pre>
 *   | framing, gateway … session | sequence | watermark … lostTo | flow | count | header | header | … | 0 |
 *   |        point()             | begin()  |     progress()     | flow()| end() | header(), copied    |   |
 * </pre>
 *
 * <p>Of a bundle, where the flow is in this record there is the number of flows, and then each flow with its headers, which are gathered in a {@link Bundle}.
 */
public final class HeadersWriter {
    /** More than a header takes without its log prefix, which is some 210 bytes with SACK blocks, a quotation and a tunnel, and than is touched behind it. */
    private static final int MAX_HEADER = 512;
    private static final int MAX_UTF_8 = 3;
    /** Branches of a bundle's headers as Avro writes them: {@code PackedHeader} and {@code Header}. */
    private static final byte PACKED = 0;
    private static final byte WHOLE = 1 << 1;
    private static final int MAX_PREFIXES = 1024;

    private final int schemaId;
    private final boolean bundles;
    private final WireWriter front = new WireWriter();
    private final WireWriter back = new WireWriter();
    private final WireWriter record = new WireWriter();
    private final Map<String, byte[]> prefixes = new HashMap<>();

    /** A writer of records that carry the schema's id: of one flow each, or {@code bundles}. */
    HeadersWriter(int schemaId, boolean bundles) {
        this.schemaId = schemaId;
        this.bundles = bundles;
    }

    /** Takes gateway, interface, kind and session from {@code point} for the records to come. */
    public void point(HeadersBatch point) {
        front.start(schemaId);
        writeName(front, point.gateway);
        writeName(front, point.iface);
        front.writeBoolean(point.firewallLog);
        front.writeLong(point.session);
    }

    /** Takes watermark, start, end and losses from {@code point} for the records to come. */
    public void progress(HeadersBatch point) {
        back.clear();
        writeTime(point.watermark, false);
        writeTime(point.observedFrom, false);
        writeTime(point.endedAt, true);
        back.writeBoolean(point.ended);
        back.writeLong(point.lostPackets);
        writeTime(point.lostFrom, false);
        writeTime(point.lostTo, true);
    }

    private static void writeName(WireWriter to, String name) {
        to.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private void writeTime(long nanos, boolean up) {
        if (nanos == HeadersBatch.NONE) {
            back.writeLong(0);
        } else {
            back.writeLong(1);
            back.writeLong(up ? -Math.floorDiv(-nanos, 1000L) : Math.floorDiv(nanos, 1000L));
        }
    }

    /** Begins a record of the point. */
    public void begin(long sequence) {
        record.clear();
        record.write(front.bytes(), front.length());
        record.writeLong(sequence);
        record.write(back.bytes(), back.length());
    }

    /**
     * The record's flow, field by field as in {@link io.crossgate.schemas.flow.FlowKey}.
     *
     * @param communityId the flow's Community ID in ASCII: all of the array
     */
    public void flow(byte[] communityId, boolean ipv6, int protocol, long lowHigh, long lowLow, long highHigh, long highLow, int lowPort, int highPort) {
        record.writeLong(1);
        record.writeBytes(communityId);
        record.writeFiveTuple(ipv6, protocol, lowHigh, lowLow, highHigh, highLow, lowPort, highPort);
    }

    /** Ends a record with all that is in {@code bundle}, and gives it finished. */
    public byte[] end(Bundle bundle) {
        if (bundle.flows() > 0) {
            record.writeLong(bundle.flows());
            record.write(bundle.array(), bundle.length());
        }
        record.writeLong(0);
        return record.finished();
    }

    /** The record is a heartbeat: it has neither flow nor headers. Gives the finished record. Of a bundle, see {@link #end(Bundle)}. */
    public byte[] endHeartbeat() {
        record.writeLong(0);
        record.writeLong(0);
        return record.finished();
    }

    /**
     * Ends a record with headers, and gives it finished but for them: {@code length} bytes beginning at {@code result.length - 1 - length} are the caller's to
     * fill with what {@link #header} wrote of each.
     *
     * @param count headers, 0 or more
     * @param length bytes of all of them
     */
    public byte[] end(int count, int length) {
        if (count > 0) {
            record.writeLong(count);
        }
        byte[] finished = new byte[record.length() + length + 1]; // the last byte, 0, ends the array of headers
        System.arraycopy(record.bytes(), 0, finished, 0, record.length());
        return finished;
    }

    /** Bytes that must be free for {@link #header} to write this one: more than it will take. */
    public static int room(PacketHeader h) {
        return h.logged ? MAX_HEADER + MAX_UTF_8 * h.logPrefix.length() : MAX_HEADER;
    }

    /**
     * Writes one header to {@code to[from…]}, where {@link #room} for it must be, and gives the index behind it. What is behind that is undefined then.
     *
     * @param fromLow whether it travels from the lower to the higher endpoint of its flow: {@link io.crossgate.schemas.flow.FlowKey#isFromLow}
     */
    public int header(PacketHeader h, boolean fromLow, byte[] to, int from) {
        if (!bundles) {
            return whole(h, fromLow, to, from);
        }
        if (PackedHeader.fits(h)) {
            to[from] = PACKED;
            PackedHeader.put(h, fromLow, to, from + 1);
            return from + 1 + PackedHeader.SIZE;
        }
        to[from] = WHOLE;
        return whole(h, fromLow, to, from + 1);
    }

    private int whole(PacketHeader h, boolean fromLow, byte[] to, int from) {
        long micros = Math.floorDiv(h.time, 1000L);
        int at = WireWriter.putLong(to, from, micros);
        at = WireWriter.putSmall(to, at, (int) (h.time - micros * 1000));
        at = WireWriter.putBoolean(to, at, fromLow);
        at = WireWriter.putSmall(to, at, h.way);
        at = WireWriter.putSmall(to, at, h.ttl);
        at = WireWriter.putSmall(to, at, h.ipId);
        at = WireWriter.putSmall(to, at, h.ipLength);
        at = WireWriter.putBoolean(to, at, h.fragment);
        at = WireWriter.putBoolean(to, at, h.truncated);
        at = WireWriter.putSmall(to, at, h.checksum);
        at = WireWriter.putUnsigned(to, at, h.seq);
        at = WireWriter.putUnsigned(to, at, h.ack);
        at = WireWriter.putSmall(to, at, h.flags);
        at = WireWriter.putSmall(to, at, h.window);
        at = WireWriter.putSmall(to, at, h.payloadLength);
        at = WireWriter.putSmall(to, at, h.mss);
        at = WireWriter.putSmall(to, at, h.windowScale);
        at = WireWriter.putBoolean(to, at, h.sackPermitted);
        at = h.sackCount == 0 ? at : putSacks(to, at, h);
        to[at++] = 0;
        at = WireWriter.putSmall(to, at, h.timestamps ? 1 : 0);
        if (h.timestamps) {
            at = WireWriter.putUnsigned(to, at, h.tsVal);
            at = WireWriter.putUnsigned(to, at, h.tsEcr);
        }
        boolean icmp = h.protocol != PacketHeader.TCP;
        at = WireWriter.putSmall(to, at, icmp ? 1 : 0);
        at = icmp ? putIcmp(to, at, h) : at;
        at = WireWriter.putSmall(to, at, h.tunnel == 0 ? 0 : 1);
        at = h.tunnel == 0 ? at : putTunnel(to, at, h);
        at = WireWriter.putSmall(to, at, h.logged ? 1 : 0);
        return h.logged ? putPrefix(to, at, h.logPrefix) : at;
    }

    private static int putSacks(byte[] to, int from, PacketHeader h) {
        int at = WireWriter.putSmall(to, from, h.sackCount);
        for (int i = 0; i < h.sackCount; i++) {
            at = WireWriter.putUnsigned(to, at, h.sackLeft[i]);
            at = WireWriter.putUnsigned(to, at, h.sackRight[i]);
        }
        return at;
    }

    private static int putIcmp(byte[] to, int from, PacketHeader h) {
        int at = WireWriter.putSmall(to, from, h.icmpType);
        at = WireWriter.putSmall(to, at, h.icmpCode);
        at = WireWriter.putSmall(to, at, h.icmpId);
        at = WireWriter.putSmall(to, at, h.icmpSequence);
        at = WireWriter.putSmall(to, at, h.quotesFlow() ? 1 : 0);
        if (h.quotesFlow()) {
            at = WireWriter.putAddress(to, at, !h.ipv6, h.sourceHigh, h.sourceLow);
            at = WireWriter.putAddress(to, at, !h.ipv6, h.destinationHigh, h.destinationLow);
            at = WireWriter.putSmall(to, at, h.quotedProtocol);
            at = WireWriter.putSmall(to, at, h.quotedSourcePort);
            at = WireWriter.putSmall(to, at, h.quotedDestinationPort);
            at = WireWriter.putUnsigned(to, at, h.quotedSeq);
        }
        return at;
    }

    private static int putTunnel(byte[] to, int from, PacketHeader h) {
        int at = WireWriter.putSmall(to, from, h.tunnel);
        at = putAddress(to, at, h.outerSourceHigh, h.outerSourceLow);
        return putAddress(to, at, h.outerDestinationHigh, h.outerDestinationLow);
    }

    private static int putAddress(byte[] to, int at, long high, long low) {
        return WireWriter.putAddress(to, at, IpText.isMapped(high, low), high, low);
    }

    private int putPrefix(byte[] to, int at, String prefix) {
        byte[] bytes = prefixes.get(prefix);
        if (bytes == null) {
            if (prefixes.size() >= MAX_PREFIXES) {
                prefixes.clear();
            }
            bytes = prefix.getBytes(StandardCharsets.UTF_8);
            prefixes.put(prefix, bytes);
        }
        int text = WireWriter.putSmall(to, at, bytes.length);
        System.arraycopy(bytes, 0, to, text, bytes.length);
        return text + bytes.length;
    }
}
