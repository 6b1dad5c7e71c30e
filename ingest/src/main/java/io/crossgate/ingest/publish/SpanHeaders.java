package io.crossgate.ingest.publish;

import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The headers of one observation point and span, written one after the other as they come. When the span ends they are put in the order of their flows by a sort of
 * one long for each: a header costs no place in memory that is far away until then, and then one, which is asked for ahead of time.
 *
 * <pre>
 *   header, in a block | IPv6, protocol, ports, 8 | length, 4 | lower, higher address, 4 or 16 each | bytes, written by the caller |
 *   place, in a long   | hash of the flow, 32 bits | block, 16 bits | where in it, 16 bits |
 * </pre>
 */
final class SpanHeaders {
    private static final byte[] NOTHING = {};
    private static final int HASH = 32;
    private static final int LENGTH = 8;
    private static final int ADDRESSES = 12;
    private static final int FRONT_4 = ADDRESSES + 8;
    private static final int FRONT_6 = ADDRESSES + 32;
    private static final long IPV6 = 1L << 40;
    private static final int MOST_BLOCKS = 1 << 16;
    private static final int AT = 16;
    private static final int SMALLEST = 1024;
    /** Fewer places are sorted as any numbers are; more by their upper bits alone, in two passes. */
    private static final int FEW = 1024;
    private static final int DIGIT = 11;
    private static final int DIGITS = 1 << DIGIT;
    private static final int HIGH = Long.SIZE - DIGIT;
    private static final int LOW = HIGH - DIGIT;
    /** What most headers take, with their fronts: two cache lines or three. */
    private static final int MOSTLY = 76;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final Blocks pool;
    private byte[][] blocks = new byte[16][];
    private int used;
    private byte[] block = NOTHING;
    private int at;
    private int bytesFrom;
    private long[] places = new long[SMALLEST];
    private long[] sorted = {};
    private final int[] high = new int[DIGITS];
    private final int[] low = new int[DIGITS];
    private int count;
    /** Of no meaning: what is read ahead must be used, or it would not be read. */
    private long touched;

    SpanHeaders(Blocks pool) {
        this.pool = pool;
    }

    /** Headers. */
    int count() {
        return count;
    }

    /** True if there is no memory for a header of {@code room} bytes: some must be given back first, by {@link #clear} of any span. */
    boolean isFull(int room) {
        return block.length - at < FRONT_6 + room && (used == MOST_BLOCKS || pool.exhausted());
    }

    /** Begins a header of at most {@code room} bytes, for which there must be memory; its bytes are to be written to {@link #array} from the result on. */
    int begin(FlowTuple flow, int room) {
        if (block.length - at < FRONT_6 + room) {
            block = pool.take(FRONT_6 + room);
            if (used == blocks.length) {
                blocks = Arrays.copyOf(blocks, 2 * used);
            }
            blocks[used++] = block;
            at = 0;
        }
        long ports = (flow.ipv6 ? IPV6 : 0) | (long) flow.protocol << 32 | (long) flow.lowPort << 16 | flow.highPort;
        LONG.set(block, at, ports);
        int front;
        if (flow.ipv6) {
            LONG.set(block, at + ADDRESSES, flow.lowHigh);
            LONG.set(block, at + ADDRESSES + 8, flow.lowLow);
            LONG.set(block, at + ADDRESSES + 16, flow.highHigh);
            LONG.set(block, at + ADDRESSES + 24, flow.highLow);
            front = FRONT_6;
        } else {
            LONG.set(block, at + ADDRESSES, flow.lowLow << 32 | flow.highLow & 0xffff_ffffL);
            front = FRONT_4;
        }
        bytesFrom = at + front;
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        long hash = FlowTuple.hash(flow.lowHigh, flow.lowLow, flow.highHigh, flow.highLow, ports);
        places[count++] = hash & -1L << 32 | (long) (used - 1) << AT | at;
        return bytesFrom;
    }

    /** The array that the header begun last is written to. */
    byte[] array() {
        return block;
    }

    /** The header begun last ends before this index. */
    void end(int index) {
        INT.set(block, at + LENGTH, index - bytesFrom);
        at = index;
    }

    /** Puts the headers in the order of their flows' hashes; those of one flow stay in the order in which they came. */
    void sort() {
        if (count < FEW) {
            Arrays.sort(places, 0, count);
            return;
        }
        if (sorted.length < count) {
            sorted = new long[places.length];
        }
        Arrays.fill(high, 0);
        Arrays.fill(low, 0);
        for (int i = 0; i < count; i++) {
            high[(int) (places[i] >>> HIGH)]++;
            low[(int) (places[i] >>> LOW) & DIGITS - 1]++;
        }
        scatter(places, sorted, low, LOW);
        scatter(sorted, places, high, HIGH);
        int from = 0;
        while (from < count) {
            int to = from + 1;
            boolean rising = true;
            while (to < count && (places[from] ^ places[to]) >>> LOW == 0) {
                rising &= places[to - 1] < places[to];
                to++;
            }
            if (!rising) {
                Arrays.sort(places, from, to);
            }
            from = to;
        }
    }

    private void scatter(long[] from, long[] to, int[] sizes, int shift) {
        int next = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            int size = sizes[digit];
            sizes[digit] = next;
            next += size;
        }
        for (int i = 0; i < count; i++) {
            to[sizes[(int) (from[i] >>> shift) & DIGITS - 1]++] = from[i];
        }
    }

    /** The place of the header that is {@code index}-th in order. */
    long place(int index) {
        return places[index];
    }

    void place(int index, long place) {
        places[index] = place;
    }

    /** Asks for some headers' places in memory ahead of time: all are waited for together. */
    void touch(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            byte[] in = in(places[i]);
            int start = start(places[i]);
            sum += in[start] + in[start + MOSTLY / 2] + in[start + MOSTLY];
        }
        touched += sum;
    }

    private byte[] in(long place) {
        return blocks[(int) place >>> AT];
    }

    private static int start(long place) {
        return (int) place & (1 << AT) - 1;
    }

    /** True if the flows of the headers that are {@code index}-th and {@code other}-th in order have one hash. */
    boolean isSameHash(int index, int other) {
        return (places[index] ^ places[other]) >>> HASH == 0;
    }

    /** True if both are of one flow. */
    boolean isSameFlow(long place, long other) {
        byte[] a = in(place);
        byte[] b = in(other);
        int i = start(place);
        int j = start(other);
        long ports = (long) LONG.get(a, i);
        if (ports != (long) LONG.get(b, j)) {
            return false;
        }
        i += ADDRESSES;
        j += ADDRESSES;
        return (long) LONG.get(a, i) == (long) LONG.get(b, j)
                && ((ports & IPV6) == 0 || (long) LONG.get(a, i + 8) == (long) LONG.get(b, j + 8) && (long) LONG.get(a, i + 16) == (long) LONG.get(b, j + 16)
                        && (long) LONG.get(a, i + 24) == (long) LONG.get(b, j + 24));
    }

    /** Fills {@code flow} with a header's; of its direction, nothing. */
    void flow(long place, FlowTuple flow) {
        byte[] in = in(place);
        int start = start(place);
        long ports = (long) LONG.get(in, start);
        int at = start + ADDRESSES;
        flow.ipv6 = (ports & IPV6) != 0;
        if (flow.ipv6) {
            flow.lowHigh = (long) LONG.get(in, at);
            flow.lowLow = (long) LONG.get(in, at + 8);
            flow.highHigh = (long) LONG.get(in, at + 16);
            flow.highLow = (long) LONG.get(in, at + 24);
        } else {
            long both = (long) LONG.get(in, at);
            flow.lowHigh = flow.highHigh = 0;
            flow.lowLow = IpText.mapped((int) (both >>> 32));
            flow.highLow = IpText.mapped((int) both);
        }
        flow.protocol = (int) (ports >>> 32) & 0xff;
        flow.lowPort = (int) ports >>> 16;
        flow.highPort = (int) ports & 0xffff;
    }

    /** Bytes of a header. */
    int length(long place) {
        return (int) INT.get(in(place), start(place) + LENGTH);
    }

    /** Copies a header's bytes to {@code to[index…]}, and gives the index behind them. */
    int copy(long place, byte[] to, int index) {
        byte[] in = in(place);
        int start = start(place);
        int length = (int) INT.get(in, start + LENGTH);
        System.arraycopy(in, start + (((long) LONG.get(in, start) & IPV6) == 0 ? FRONT_4 : FRONT_6), to, index, length);
        return index + length;
    }

    /** Forgets all headers, and gives their memory back. */
    void clear() {
        for (int i = 0; i < used; i++) {
            pool.giveBack(blocks[i]);
            blocks[i] = null;
        }
        used = 0;
        block = NOTHING;
        at = 0;
        if (count < places.length / 8 && places.length > SMALLEST) { // many points must not each keep what one of them needed once
            places = new long[places.length / 2];
            sorted = new long[0];
        }
        count = 0;
    }
}
