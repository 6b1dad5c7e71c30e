package io.crossgate.ingest.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.ZipException;

/** A stream of bytes through a window that grows as far as one record needs. */
final class ByteSource implements AutoCloseable {
    private static final int WINDOW = 1 << 20;

    private final String name;
    private final InputStream in;
    private byte[] window = new byte[WINDOW];
    private int at;
    private int limit;
    private long base;
    private boolean big = true;

    ByteSource(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    void order(ByteOrder order) {
        big = order == ByteOrder.BIG_ENDIAN;
    }

    /** True if {@code count} more bytes are there; they are then in the window. */
    boolean has(int count) throws IOException {
        while (limit - at < count) {
            if (!fill(count)) {
                return false;
            }
        }
        return true;
    }

    private boolean fill(int count) throws IOException {
        if (at > 0) {
            System.arraycopy(window, at, window, 0, limit - at);
            base += at;
            limit -= at;
            at = 0;
        }
        if (count > window.length) {
            // Grown as the bytes come: a length that lies costs no memory.
            window = Arrays.copyOf(window, (int) Math.min(Math.max(count, WINDOW), 2L * window.length));
        }
        int read;
        try {
            read = in.read(window, limit, window.length - limit);
        } catch (EOFException e) {
            throw new CaptureException(name + ": the compressed stream is cut off after " + (base + limit) + " bytes of content", e);
        } catch (ZipException e) {
            throw new CaptureException(name + ": the compressed stream is corrupt after " + (base + limit) + " bytes of content: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CaptureException(name + ": can't be read on after " + (base + limit) + " bytes: " + e.getMessage(), e);
        }
        if (read < 0) {
            return false;
        }
        limit += read;
        return true;
    }

    /** Bytes there are to the end of the stream, at most {@code count}. */
    int left(int count) throws IOException {
        return has(count) ? count : limit - at;
    }

    String name() {
        return name;
    }

    /** Offset in the stream of the next byte. */
    long offset() {
        return base + at;
    }

    byte[] window() {
        return window;
    }

    /** Where in the window the next byte is. */
    int position() {
        return at;
    }

    void skip(int count) {
        at += count;
    }

    int u8(int offset) {
        return window[at + offset] & 0xff;
    }

    int u16(int offset) {
        return big ? u8(offset) << 8 | u8(offset + 1) : u8(offset + 1) << 8 | u8(offset);
    }

    int i32(int offset) {
        return big ? u16(offset) << 16 | u16(offset + 2) : u16(offset + 2) << 16 | u16(offset);
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(i32(offset));
    }

    long i64(int offset) {
        return big ? u32(offset) << 32 | u32(offset + 4) : u32(offset + 4) << 32 | u32(offset);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
