package io.crossgate.detect;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What {@link PlainFlows} keeps as {@link AckSample}s: whether a packet that is not INVALID left does not matter. A list for each row, the latest first, that the lower half of {@link PlainTable#LISTS} begins. A cell is
 * {@value #WORDS} longs: time; seq | ack; next | marks.
 */
final class SampleCells {
    /** What the samples say of a handshake. */
    static final int NOTHING = 0;
    static final int COMPLETED = 1;
    static final int RESET = 2;

    private static final int NUMBERS = 1;
    private static final int NEXT = 2;
    private static final int WORDS = 3;

    private static final int FROM_LOW = 1;
    private static final int IS_RESET = 2;

    private final Slab cells = new Slab(WORDS);

    int used() {
        return cells.used();
    }

    /** Gives the cells of all rows back. */
    void clear() {
        cells.clear();
    }

    private static int first(long[] r, int at) {
        return (int) r[at + PlainTable.LISTS];
    }

    private static void setFirst(long[] r, int at, int cell) {
        r[at + PlainTable.LISTS] = PlainTable.pair((int) (r[at + PlainTable.LISTS] >> 32), cell);
    }

    private int next(int cell) {
        return (int) (cells.chunk(cell)[cells.at(cell) + NEXT] >> 32);
    }

    private static int marks(HeaderBatch batch, int header) {
        return (batch.fromLow(header) ? FROM_LOW : 0) | ((batch.flags(header) & PacketHeader.RST) != 0 ? IS_RESET : 0);
    }

    /** True if the header says nothing that a sample does not say, as {@link AckSample#covers} has it. */
    boolean cover(HeaderBatch batch, int header, long[] r, int at) {
        int marks = marks(batch, header);
        long numbers = batch.numbers(header);
        long since = batch.time(header) - Flow.SAMPLE_REFRESH;
        for (int cell = first(r, at); cell != Slab.NONE;) {
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            long kept = c[i + NUMBERS];
            if ((int) c[i + NEXT] == marks && c[i] > since && AckSample.near((int) (numbers >> 32), (int) (kept >> 32))
                    && AckSample.near((int) numbers, (int) kept)) {
                return true;
            }
            cell = (int) (c[i + NEXT] >> 32);
        }
        return false;
    }

    void add(HeaderBatch batch, int header, long[] r, int at) {
        int cell = cells.take();
        long[] c = cells.chunk(cell);
        int i = cells.at(cell);
        c[i] = batch.time(header);
        c[i + NUMBERS] = batch.numbers(header);
        c[i + NEXT] = PlainTable.pair(first(r, at), marks(batch, header));
        setFirst(r, at, cell);
    }

    /** Forgets those that matter to nothing from {@code watermark} on, {@code kept} nanoseconds after their time. */
    void forget(long[] r, int at, long watermark, long kept) {
        int before = Slab.NONE;
        for (int cell = first(r, at); cell != Slab.NONE;) {
            int next = next(cell);
            if (cells.chunk(cell)[cells.at(cell)] + kept > watermark) {
                before = cell;
            } else {
                link(before, next, r, at);
                cells.give(cell);
            }
            cell = next;
        }
    }

    /** Forgets all. */
    void clear(long[] r, int at) {
        forget(r, at, Long.MAX_VALUE, 0);
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
            out.writeLong(c[i]);
            out.writeLong(c[i + NUMBERS]);
            out.writeInt((int) c[i + NEXT]);
        }
    }

    /** Reads what {@link #write} wrote, into a row that has none. */
    void read(DataInput in, long[] r, int at) throws IOException {
        int before = Slab.NONE;
        for (int n = in.readInt(); n > 0; n--) {
            int cell = cells.take();
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            c[i] = in.readLong();
            c[i + NUMBERS] = in.readLong();
            c[i + NEXT] = PlainTable.pair(Slab.NONE, in.readInt());
            link(before, cell, r, at);
            before = cell;
        }
    }

    private void link(int from, int to, long[] r, int at) {
        if (from == Slab.NONE) {
            setFirst(r, at, to);
        } else {
            long[] c = cells.chunk(from);
            int i = cells.at(from) + NEXT;
            c[i] = PlainTable.pair(to, (int) c[i]);
        }
    }

    /**
     * What became of a handshake whose SYN-ACK has {@code numbers} (seq | ack), by the client's samples between the two times: {@link #COMPLETED} prevails over
     * {@link #RESET}.
     */
    int outcome(long[] r, int at, boolean clientFromLow, long from, long to, long numbers) {
        int outcome = NOTHING;
        for (int cell = first(r, at); cell != Slab.NONE; cell = next(cell)) {
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            int marks = (int) c[i + NEXT];
            if ((marks & FROM_LOW) != 0 == clientFromLow && c[i] >= from && c[i] <= to && AckSample.near((int) (c[i + NUMBERS] >> 32), (int) numbers)) {
                if ((marks & IS_RESET) != 0) {
                    outcome = RESET;
                } else if (AckSample.near((int) c[i + NUMBERS], (int) (numbers >> 32) + 1)) {
                    return COMPLETED;
                }
            }
        }
        return outcome;
    }

    /** All of a row, as objects, in the order in which they came; null if there are none. */
    AckSample all(long[] r, int at, int gateway) {
        AckSample first = null;
        for (int cell = first(r, at); cell != Slab.NONE; cell = next(cell)) {
            long[] c = cells.chunk(cell);
            int i = cells.at(cell);
            int marks = (int) c[i + NEXT];
            AckSample sample = new AckSample(gateway, c[i], (marks & FROM_LOW) != 0, (int) (c[i + NUMBERS] >> 32), (int) c[i + NUMBERS], (marks & IS_RESET) != 0, false);
            sample.next = first;
            first = sample;
        }
        return first;
    }
}
