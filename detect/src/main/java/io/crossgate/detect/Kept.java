package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Something that a flow keeps among others of its kind: they are linked one to the next, as most flows keep one or two, and a list for these would take more room than they do. */
abstract class Kept<T extends Kept<T>> {
    /** Whether a flow still keeps one. It gets the flow handed, so that it need not capture it: nothing is allocated for the question. */
    interface Keeps<T> {
        boolean test(Flow flow, T one, long watermark);
    }

    T next;

    abstract void write(DataOutput out) throws IOException;

    /** The first of the kept ones once {@code last} is behind them all. */
    static <T extends Kept<T>> T append(T first, T last) {
        if (first == null) {
            return last;
        }
        T before = first;
        while (before.next != null) {
            before = before.next;
        }
        before.next = last;
        return first;
    }

    /** How many are kept from {@code first} on. */
    static <T extends Kept<T>> int count(T first) {
        int n = 0;
        for (T one = first; one != null; one = one.next) {
            n++;
        }
        return n;
    }

    /** The last one from {@code first} on, which is not null. */
    static <T extends Kept<T>> T last(T first) {
        T one = first;
        while (one.next != null) {
            one = one.next;
        }
        return one;
    }

    /** The first of those that the flow still keeps at that watermark; the others are taken out. */
    static <T extends Kept<T>> T retain(T first, Flow flow, Keeps<T> keeps, long watermark) {
        T remaining = first;
        T before = null;
        for (T one = first; one != null; one = one.next) {
            if (keeps.test(flow, one, watermark)) {
                before = one;
            } else if (before == null) {
                remaining = one.next;
            } else {
                before.next = one.next;
            }
        }
        return remaining;
    }

    static <T extends Kept<T>> void writeAll(DataOutput out, T first) throws IOException {
        out.writeInt(count(first));
        for (T one = first; one != null; one = one.next) {
            one.write(out);
        }
    }

    static <T extends Kept<T>> T readAll(DataInput in, StateIo.Reading<T> reading) throws IOException {
        T first = null;
        T last = null;
        for (int n = in.readInt(); n > 0; n--) {
            T one = reading.from(in);
            if (last == null) {
                first = one;
            } else {
                last.next = one;
            }
            last = one;
        }
        return first;
    }
}
