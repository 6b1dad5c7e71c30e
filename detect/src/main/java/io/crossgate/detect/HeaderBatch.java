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
    private static final int GROWTH = 4;
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
        makeRoom();
        int at = count * ROW;
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
                quote(count, new Endpoint(h.sourceHigh, h.sourceLow, 0), new Endpoint(h.destinationHigh, h.destinationLow, 0));
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

    private void quote(int i, Endpoint source, Endpoint destination) {
        if (i >= sources.length) {
            int room = Math.max(INITIAL, 2 * i);
            sources = Arrays.copyOf(sources, room);
            destinations = Arrays.copyOf(destinations, room);
        }
        sources[i] = source;
        destinations[i] = destination;
    }

    private static long pair(int upper, int lower) {
        return (long) upper << 32 | lower & 0xffff_ffffL;
    }

    /** Adds every header of another batch, however many this one is for. */
    void addAll(HeaderBatch o) {
        int needed = count + o.count;
        if (ROW * needed > rows.length) {
            rows = Arrays.copyOf(rows, ROW * (needed + needed / 8));
        }
        for (int i = 0; i < o.count; i++) {
            copy(o, i);
        }
    }

    /** Adds header {@code i} of another batch; not when {@link #isFull}. */
    void add(HeaderBatch o, int i) {
        makeRoom();
        copy(o, i);
    }

    private void copy(HeaderBatch o, int i) {
        System.arraycopy(o.rows, i * ROW, rows, count * ROW, ROW);
        if ((o.bits(i) & QUOTES) != 0) {
            quote(count, o.sources[i], o.destinations[i]);
        }
        count++;
    }

    private void makeRoom() {
        if (count * ROW == rows.length) {
            rows = Arrays.copyOf(rows, ROW * Math.min(capacity, Math.max(INITIAL, GROWTH * count)));
        }
    }

    /** The hash of the flow of header {@code i}. */
    int hash(int i) {
        return (int) (rows[i * ROW + PORTS] >> 32);
    }

    // Parts of header i.

    private long bits(int i) {
        return rows[i * ROW + BITS];
    }

    long time(int i) {
        return rows[i * ROW];
    }

    int point(int i) {
        return (int) (rows[i * ROW + PLACE] >> 32);
    }

    int ipId(int i) {
        return (int) rows[i * ROW + PLACE];
    }

    int ttl(int i) {
        return (int) bits(i) & 0xff;
    }

    boolean fromLow(int i) {
        return (bits(i) & FROM_LOW) != 0;
    }

    byte way(int i) {
        return (byte) (bits(i) >> WAY & 3);
    }

    byte checksum(int i) {
        return (byte) (bits(i) >> CHECKSUM & 3);
    }

    /** True for a captured TCP packet: not for a firewall's log record. */
    boolean isTcp(int i) {
        return (bits(i) & (LOGGED | 0xff00)) == PacketHeader.TCP << 8;
    }

    /** Of TCP: seq in the upper half, ack in the lower. */
    long numbers(int i) {
        return rows[i * ROW + NUMBERS];
    }

    int seq(int i) {
        return (int) (numbers(i) >> 32);
    }

    int payloadLength(int i) {
        return (int) (rows[i * ROW + LENGTHS] >> 32);
    }

    /** Of TCP: the payload's length in the upper half; below it, flags and window of 16 bits each. */
    long content(int i) {
        return rows[i * ROW + LENGTHS] & 0xffff_ffff_0000_0000L | rows[i * ROW + WINDOW] & 0xffff_ffffL;
    }

    /** Of TCP. */
    int flags(int i) {
        return (int) rows[i * ROW + WINDOW] >>> 16;
    }

    /** What a tracker needs of a TCP header. */
    TcpSegment to(int i, TcpSegment segment) {
        long bits = bits(i);
        segment.time = time(i);
        segment.fromLow = (bits & FROM_LOW) != 0;
        segment.flags = flags(i);
        segment.checksum = (byte) (bits >> CHECKSUM & 3);
        segment.seq = seq(i);
        segment.ack = (int) numbers(i);
        segment.sackEdge = (int) (rows[i * ROW + WINDOW] >> 32);
        segment.window = (int) rows[i * ROW + WINDOW] & 0xffff;
        segment.payloadLength = payloadLength(i);
        segment.windowScale = (byte) (bits >> 24);
        segment.sackPermitted = (bits & SACK_PERMITTED) != 0;
        return segment;
    }

    /** True if both headers are of one flow. */
    boolean sameFlow(int i, int o) {
        long[] r = rows;
        int a = i * ROW;
        int b = o * ROW;
        return r[a + PORTS] == r[b + PORTS] && r[a + ADDRESSES + 1] == r[b + ADDRESSES + 1] && r[a + ADDRESSES + 3] == r[b + ADDRESSES + 3]
                && r[a + ADDRESSES] == r[b + ADDRESSES] && r[a + ADDRESSES + 2] == r[b + ADDRESSES + 2]
                && ((r[a + BITS] ^ r[b + BITS]) & (IPV6 | 0xff_0000)) == 0;
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
        return (int) (rows[at] + rows[at + ROW / 2] + rows[at + ROW - 1]);
    }
}
