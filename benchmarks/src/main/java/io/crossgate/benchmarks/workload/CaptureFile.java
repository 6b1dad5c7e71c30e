package io.crossgate.benchmarks.workload;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A classic pcap file with nanoseconds, little-endian, link type Ethernet, in time order. Packets that enter a gateway come in time order; copies that leave it
 * are told of before their time has come, in their own order, and wait here for it.
 */
final class CaptureFile implements Closeable {
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int ETHERNET = 1;
    private static final int BUFFER = 1 << 20;

    private final String name;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private long packets;
    private long bytes;

    /** Copies that wait: a ring of records of equal room, and their times. */
    private final int room;
    private byte[] waiting;
    private long[] times = new long[64];
    private int first;
    private int count;
    private long lastCopy = Long.MIN_VALUE;

    CaptureFile(Path folder, String name, int snapLength) throws IOException {
        this.name = name;
        room = Frame.RECORD_HEADER + snapLength;
        waiting = new byte[times.length * room];
        out = Files.newOutputStream(folder.resolve(name));
        byte[] header = new byte[24];
        Frame.LITTLE_INT.set(header, 0, MAGIC_NANOSECONDS);
        Frame.LITTLE_SHORT.set(header, 4, (short) 2);
        Frame.LITTLE_SHORT.set(header, 6, (short) 4);
        Frame.LITTLE_INT.set(header, 16, snapLength);
        Frame.LITTLE_INT.set(header, 20, ETHERNET);
        append(header, 0, header.length);
    }

    String name() {
        return name;
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    /** Writes a record whose time is not before that of the record before it. */
    void write(byte[] record, int length, long time) throws IOException {
        release(time);
        append(record, 0, length);
        packets++;
    }

    /**
     * Keeps a copy of a record until its time.
     *
     * @return its time: {@code time}, or just after the copy before it, because a router keeps packets in order
     */
    long queue(byte[] record, int length, long time) {
        if (count == times.length) {
            grow();
        }
        long at = Math.max(time, lastCopy + 1);
        lastCopy = at;
        Frame.stamp(record, at);
        int slot = (first + count++) & (times.length - 1);
        times[slot] = at;
        System.arraycopy(record, 0, waiting, slot * room, length);
        return at;
    }

    private void release(long until) throws IOException {
        while (count > 0 && times[first] <= until) {
            int from = first * room;
            append(waiting, from, Frame.RECORD_HEADER + (int) Frame.LITTLE_INT.get(waiting, from + 8));
            packets++;
            first = (first + 1) & (times.length - 1);
            count--;
        }
    }

    private void grow() {
        int slots = times.length;
        long[] moreTimes = new long[slots * 2];
        byte[] more = new byte[slots * 2 * room];
        for (int i = 0; i < count; i++) {
            int slot = (first + i) & (slots - 1);
            moreTimes[i] = times[slot];
            System.arraycopy(waiting, slot * room, more, i * room, room);
        }
        times = moreTimes;
        waiting = more;
        first = 0;
    }

    private void append(byte[] from, int offset, int length) throws IOException {
        if (filled + length > buffer.length) {
            flush();
        }
        System.arraycopy(from, offset, buffer, filled, length);
        filled += length;
        bytes += length;
    }

    private void flush() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }

    @Override
    public void close() throws IOException {
        release(Long.MAX_VALUE);
        flush();
        out.close();
        waiting = null;
        times = Arrays.copyOf(times, 0);
    }
}
