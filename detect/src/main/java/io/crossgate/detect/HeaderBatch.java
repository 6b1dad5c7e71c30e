package io.crossgate.detect;

import io.crossgate.detect.conntrack.TcpSegment;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;

/**
 * Headers of any flows on their way to a {@link FlowDetector}: a reusable structure, so that one thread fills it and another one, which got it by a queue, hands
 * it to the detector. Each header is a row of {@value #ROW} longs in one array, which grows with what is added:
 *
 * <pre>
 *   0  time          3  seq | ack, of ICMP: id | sequence               6       hash | low port | high port
 *   1  bits          4  SACK edge | flags | window, of ICMP: type | code   7 to 10  addresses: low, high
 *   2  point | IP id 5  payload length | IP length
 * </pre>
 */
public final class HeaderBatch {
    /** Bytes of memory for each header. */
    public static final int HEADER_BYTES = 8 * HeaderBatch.ROW;

    private static final int ROW = 11;
    private static final int INITIAL = 512;
    private static final int BITS = 1;
    private static final int PLACE = 2;
    private static final int NUMBERS = 3;
    private static final int WINDOW = 4;
    private static final int LENGTHS = 5;
    private static final int PORTS = 6;
    private static final int ADDRESSES = 7;

    // Of the bits; below them four bytes: TTL, protocol, the flow's protocol, window scale.
    private static final int CHECKSUM = 32;
    private static final int WAY = 34;
    private static final long FROM_LOW = 1L << 36;
    private static final long LOGGED = 1L << 37;
    private static final long LOGS_INVALID = 1L << 38;
    private static final long SACK_PERMITTED = 1L << 39;
    private static final long QUOTES = 1L << 40;
    private static final long IPV6 = 1L << 41;

    private final int capacity;
    private long[] rows = {};
    private int count;
    /** Sender and receiver of the packets that quote others, by row; few do. */
    private Endpoint[] sources = {};
    private Endpoint[] destinations = {};

    /** An empty batch for up to {@code capacity} headers. */
    public HeaderBatch(int capacity) {
        this.capacity = capacity;
    }

    public boolean isFull() {
        return count == capacity;
    }

    public int count() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    /**
     * Adds a header; not when {@link #isFull}.
     *
     * @param point index that the detector gave to its observation point
     * @param key as set from the header
     * @param hash the key's {@link FlowTuple#hash}
     */
    public void add(int point, FlowTuple key, int hash, PacketHeader h) {
        int at = count * ROW;
        if (at == rows.length) {
            rows = Arrays.copyOf(rows, ROW * Math.min(capacity, Math.max(INITIAL, 2 * count)));
        }
        long[] r = rows;
        long bits = h.ttl & 0xffL | (h.protocol & 0xffL) << 8 | (key.protocol & 0xffL) << 16 | (long) h.checksum << CHECKSUM | (long) h.way << WAY
                | (key.fromLow ? FROM_LOW : 0) | (key.ipv6 ? IPV6 : 0);
        if (h.logged) {
            bits |= LOGGED | (Seen.saysInvalid(h.logPrefix) ? LOGS_INVALID : 0);
        }
        if (h.protocol == PacketHeader.TCP) {
            bits |= (Math.min(h.windowScale, Byte.MAX_VALUE) & 0xffL) << 24 | (h.sackPermitted ? SACK_PERMITTED : 0);
            r[at + NUMBERS] = pair(h.seq, h.ack);
            r[at + WINDOW] = pair(TcpSegment.sackEdge(h), h.flags << 16 | h.window & 0xffff);
        } else {
            r[at + NUMBERS] = pair(h.icmpId, h.icmpSequence);
            r[at + WINDOW] = pair(h.icmpType, h.icmpCode);
            if (h.quotesFlow()) {
                bits |= QUOTES;
                quote(count, h);
            }
        }
        r[at] = Seen.time(h);
        r[at + BITS] = bits;
        r[at + PLACE] = pair(point, h.ipId);
        r[at + LENGTHS] = pair(h.payloadLength, h.ipLength);
        r[at + PORTS] = pair(hash, key.lowPort << 16 | key.highPort);
        r[at + ADDRESSES] = key.lowHigh;
        r[at + ADDRESSES + 1] = key.lowLow;
        r[at + ADDRESSES + 2] = key.highHigh;
        r[at + ADDRESSES + 3] = key.highLow;
        count++;
    }

    private void quote(int i, PacketHeader h) {
        if (i >= sources.length) {
            int room = Math.min(capacity, Math.max(INITIAL, 2 * i));
            sources = Arrays.copyOf(sources, room);
            destinations = Arrays.copyOf(destinations, room);
        }
        sources[i] = new Endpoint(h.sourceHigh, h.sourceLow, 0);
        destinations[i] = new Endpoint(h.destinationHigh, h.destinationLow, 0);
    }

    private static long pair(int upper, int lower) {
        return (long) upper << 32 | lower & 0xffff_ffffL;
    }

    /** The hash of the flow of header {@code i}. */
    int hash(int i) {
        return (int) (rows[i * ROW + PORTS] >> 32);
    }

    /** The key of header {@code i}, but for its direction. */
    void key(int i, FlowTuple into) {
        long[] r = rows;
        int at = i * ROW;
        long bits = r[at + BITS];
        int ports = (int) r[at + PORTS];
        into.lowHigh = r[at + ADDRESSES];
        into.lowLow = r[at + ADDRESSES + 1];
        into.highHigh = r[at + ADDRESSES + 2];
        into.highLow = r[at + ADDRESSES + 3];
        into.lowPort = ports >>> 16;
        into.highPort = ports & 0xffff;
        into.protocol = (int) bits >> 16 & 0xff;
        into.ipv6 = (bits & IPV6) != 0;
    }

    /** Fills {@code into} with header {@code i}. */
    void get(int i, Seen into) {
        long[] r = rows;
        int at = i * ROW;
        long bits = r[at + BITS];
        int low = (int) bits;
        into.time = r[at];
        into.point = (int) (r[at + PLACE] >> 32);
        into.ipId = (int) r[at + PLACE];
        into.ttl = low & 0xff;
        into.protocol = low >> 8 & 0xff;
        into.checksum = (byte) (bits >> CHECKSUM & 3);
        into.way = (byte) (bits >> WAY & 3);
        into.fromLow = (bits & FROM_LOW) != 0;
        into.logged = (bits & LOGGED) != 0;
        into.logsInvalid = (bits & LOGS_INVALID) != 0;
        into.payloadLength = (int) (r[at + LENGTHS] >> 32);
        into.ipLength = (int) r[at + LENGTHS];
        long numbers = r[at + NUMBERS];
        long window = r[at + WINDOW];
        if (into.protocol == PacketHeader.TCP) {
            into.setTcp((int) (numbers >> 32), (int) numbers, (int) (window >> 32), (int) window >>> 16, (int) window & 0xffff, (byte) (low >> 24),
                    (bits & SACK_PERMITTED) != 0);
        } else {
            boolean quotes = (bits & QUOTES) != 0;
            into.setIcmp((int) (window >> 32), (int) window, (int) (numbers >> 32), (int) numbers, quotes ? sources[i] : null, quotes ? destinations[i] : null);
        }
    }

    /** Reads a little of header {@code i}, for a caller that will soon read the rest. The sum says nothing. */
    int fetch(int i) {
        int at = i * ROW;
        return (int) (rows[at] + rows[at + ROW - 1]);
    }
}
