package io.crossgate.detect;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What {@link PlainFlows} keeps of packets that entered a gateway, while their leaving copies may come: a list for each row, in the order in which they entered,
 * that the upper half of {@link PlainTable#LISTS} begins. A cell is {@value #WORDS} longs:
 *
 * <pre>
 *   0  time          2  payload length | flags | window    4  TTL, point, marks
 *   1  seq | ack     3  IP id | next
 * </pre>
 */
final class EnteredCells {
    private static final int NUMBERS = 1;
    private static final int CONTENT = 2;
    private static final int NEXT = 3;
    private static final int MARKS = 4;
    private static final int WORDS = 5;

    private static final int POINT = 8;
    private static final long FROM_LOW = 1L << 16;
    private static final long LEFT = 1L << 17;

    private final Slab cells = new Slab(WORDS);
    /** Of the row that was searched last: its last cell, how many it has, and the one before what was found. */
    private int last;
    private int count;
    private int before;

    int used() {
        return cells.used();
    }

    /** Gives the cells of all rows back. */
    void clear() {
        cells.clear();
    }

    private static int first(long[] r, int at) {
        return (int) (r[at + PlainTable.LISTS] >> 32);
    }

    private static void setFirst(long[] r, int at, int cell) {
        r[at + PlainTable.LISTS] = PlainTable.pair(cell, (int) r[at + PlainTable.LISTS]);
    }

    private int next(int cell) {
        return (int) cells.chunk(cell)[cells.at(cell) + NEXT];
    }

    /** The entered packet of which the header is a copy, as {@link GatewayFlow} tells it; {@link Slab#NONE} if there is none. */
    int copied(HeaderBatch batch, int header, long[] r, int at) {
        long time = batch.time(header);
        forget(r, at, time);
        long numbers = batch.numbers(header);
        long content = batch.content(header);
        last = before = Slab.NONE;
        count = 0;
        for (int cell = first(r, at); cell != Slab.NONE;) {
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            if (c[i + NUMBERS] == numbers && c[i + CONTENT] == content && (int) (c[i + NEXT] >> 32) == batch.ipId(header) && isCopy(batch, header, c[i + MARKS])) {
                before = last;
                return cell;
            }
            last = cell;
            count++;
            cell = (int) c[i + NEXT];
        }
        return Slab.NONE;
    }

    /** True if a packet with that content may be a copy of one with these marks: TTL one lower (routed), or equal at another interface (bridged). */
    private static boolean isCopy(HeaderBatch batch, int header, long marks) {
        int ttl = (int) marks & 0xff;
        int point = (int) (marks >> POINT) & 0xff;
        return (marks & LEFT) == 0 && (marks & FROM_LOW) != 0 == batch.fromLow(header)
                && (batch.ttl(header) == ttl - 1 || batch.ttl(header) == ttl && batch.point(header) != point);
    }

    /** True if the row that was searched last may not keep another one. */
    boolean isFull() {
        return count >= GatewayFlow.MAX_ENTERED;
    }

    /** Keeps an entered packet of the row that was searched last. */
    void append(HeaderBatch batch, int header, long[] r, int at) {
        int cell = cells.take();
        long[] c = cells.chunk(cell);
        int i = cells.at(cell);
        c[i] = batch.time(header);
        c[i + NUMBERS] = batch.numbers(header);
        c[i + CONTENT] = batch.content(header);
        c[i + NEXT] = PlainTable.pair(batch.ipId(header), Slab.NONE);
        c[i + MARKS] = batch.ttl(header) | (long) batch.point(header) << POINT | (batch.fromLow(header) ? FROM_LOW : 0);
        link(last, cell, r, at);
    }

    private void link(int from, int to, long[] r, int at) {
        if (from == Slab.NONE) {
            setFirst(r, at, to);
        } else {
            long[] c = cells.chunk(from);
            int i = cells.at(from) + NEXT;
            c[i] = PlainTable.pair((int) (c[i] >> 32), to);
        }
    }

    /** What was found last was seen leaving at {@code time}: it is forgotten, unless another one of equal time and content may have to be told from it. */
    void left(int cell, long time, long[] r, int at) {
        if (time(cell) < time) {
            link(before, next(cell), r, at);
            cells.give(cell);
        } else {
            cells.chunk(cell)[cells.at(cell) + MARKS] |= LEFT;
        }
    }

    /** Forgets those of which no copy can come from {@code time} on. */
    void forget(long[] r, int at, long time) {
        int cell = first(r, at);
        while (cell != Slab.NONE && time(cell) + GatewayFlow.COPY_WINDOW < time) {
            int next = next(cell);
            cells.give(cell);
            cell = next;
            setFirst(r, at, cell);
        }
    }

    /** Forgets all. */
    void clear(long[] r, int at) {
        forget(r, at, Long.MAX_VALUE);
    }

    int count(long[] r, int at) {
        int n = 0;
        for (int cell = first(r, at); cell != Slab.NONE; cell = next(cell)) {
            n++;
        }
        return n;
    }

    /** Writes all of a row, in a form that {@link #read} reads. */
    void write(DataOutput out, long[] r, int at) throws IOException {
        out.writeInt(count(r, at));
        for (int cell = first(r, at); cell != Slab.NONE; cell = next(cell)) {
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            for (int word = 0; word < WORDS; word++) {
                out.writeLong(c[i + word]);
            }
        }
    }

    /** Reads what {@link #write} wrote, into a row that has none. */
    void read(DataInput in, long[] r, int at) throws IOException {
        last = Slab.NONE;
        for (int n = in.readInt(); n > 0; n--) {
            int cell = cells.take();
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            for (int word = 0; word < WORDS; word++) {
                c[i + word] = in.readLong();
            }
            c[i + NEXT] = PlainTable.pair((int) (c[i + NEXT] >> 32), Slab.NONE);
            link(last, cell, r, at);
            last = cell;
        }
    }

    long time(int cell) {
        return cells.chunk(cell)[cells.at(cell)];
    }

    int seq(int cell) {
        return (int) (cells.chunk(cell)[cells.at(cell) + NUMBERS] >> 32);
    }

    int flags(int cell) {
        return (int) cells.chunk(cell)[cells.at(cell) + CONTENT] >>> 16;
    }

    int ttl(int cell) {
        return (int) cells.chunk(cell)[cells.at(cell) + MARKS] & 0xff;
    }

    /** All of a row, as objects; null if there are none. */
    Entered all(long[] r, int at) {
        Entered first = null;
        Entered latest = null;
        for (int cell = first(r, at); cell != Slab.NONE; cell = next(cell)) {
            Entered e = object(cell);
            for (Entered o = first; o != null; o = o.next) {
                e.ordinal += o.packet.time == e.packet.time && o.packet.samePacket(e.packet) ? 1 : 0;
            }
            if (latest == null) {
                first = e;
            } else {
                latest.next = e;
            }
            latest = e;
        }
        return first;
    }

    private Entered object(int cell) {
        long[] c = cells.chunk(cell);
        int i = cells.at(cell);
        int marks = (int) c[i + MARKS];
        Seen seen = new Seen();
        seen.time = c[i];
        seen.point = marks >> POINT & 0xff;
        seen.ttl = marks & 0xff;
        seen.fromLow = (marks & FROM_LOW) != 0;
        seen.ipId = (int) (c[i + NEXT] >> 32);
        seen.protocol = PacketHeader.TCP;
        seen.payloadLength = (int) (c[i + CONTENT] >> 32);
        seen.setTcp(seq(cell), (int) c[i + NUMBERS], (int) c[i + NUMBERS], flags(cell), (int) c[i + CONTENT] & 0xffff, (byte) PacketHeader.ABSENT, false);
        Entered e = new Entered().set(seen);
        e.leftKnown = (marks & LEFT) != 0;
        e.leftAt = e.leftKnown ? seen.time : 0;
        return e;
    }
}
