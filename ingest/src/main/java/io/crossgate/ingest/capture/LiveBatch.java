package io.crossgate.ingest.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packets that libpcap gave at once, as its {@code pcap_dump} writes them: records of a capture file, in this machine's byte order.
 *
 * <pre>
 *   0         4          8               12               16
 *   ┌─────────┬──────────┬───────────────┬────────────────┬─────────────────┬──
 *   │ seconds │ fraction │ captured: n   │ length on wire │ n bytes         │ the next …
 *   └─────────┴──────────┴───────────────┴────────────────┴─────────────────┴──
 * </pre>
 *
 * <p>A batch is filled by one thread and then read by another, which steps through it with {@link #next}. It is used again and again.
 */
final class LiveBatch {
    static final int RECORD_HEADER = 16;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Holds the packets. */
    final byte[] bytes;
    private int length;
    private int fractionNanos;
    private int at;
    private int end;

    LiveBatch(int capacity) {
        bytes = new byte[capacity];
    }

    /** To be read from its beginning: {@code newLength} bytes of records, whose fractions of a second count so many nanoseconds. */
    void filled(int newLength, int newFractionNanos) {
        length = newLength;
        fractionNanos = newFractionNanos;
        at = 0;
        end = 0;
    }

    /** Steps to the next packet; false if there is none. What the others give is of the packet stepped to. */
    boolean next() {
        if (length - end < RECORD_HEADER || capturedAt(end) > length - end - RECORD_HEADER) {
            return false;
        }
        at = end;
        end = at + RECORD_HEADER + capturedLength();
        return true;
    }

    private int capturedAt(int record) {
        return (int) INT.get(bytes, record + 8);
    }

    /** When it was seen, nanoseconds since the epoch. */
    long time() {
        return Integer.toUnsignedLong((int) INT.get(bytes, at)) * 1_000_000_000L + (long) (int) INT.get(bytes, at + 4) * fractionNanos;
    }

    /** Where in {@link #bytes} the captured bytes begin. */
    int offset() {
        return at + RECORD_HEADER;
    }

    int capturedLength() {
        return capturedAt(at);
    }

    long originalLength() {
        return Integer.toUnsignedLong((int) INT.get(bytes, at + 12));
    }
}
