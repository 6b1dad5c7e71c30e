package io.crossgate.ingest.capture;

import com.github.luben.zstd.ZstdIOException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A refillable window on a stream. A reader asks for the bytes that it needs ({@link #has}), reads them at offsets from the current position, and moves on
 * ({@link #advance}). The window grows when one record is larger than it, but no faster than bytes arrive: a false length costs no memory.
 */
final class ByteSource implements Closeable {
    /** The largest record that is believed, in bytes. */
    static final int LIMIT = 256 << 20;

    static final String CUT_OFF = "the compressed data ends in the middle: the file is truncated";

    /** So small that what was read is still in the processor's cache when it is looked at, for a handful of files at once. */
    private static final int WINDOW = 1 << 17;
    private static final VarHandle INT_LITTLE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_LITTLE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final InputStream in;
    private final String name;
    private byte[] bytes;
    private int at;
    private int end;
    /** Stream offset of {@code bytes[0]}. */
    private long base;
    private boolean exhausted;
    /** A flag beside constant handles, not a handle to suit: only a constant one is compiled to a plain read. */
    private boolean big = true;

    ByteSource(InputStream in, String name) {
        this(in, name, WINDOW);
    }

    ByteSource(InputStream in, String name, int window) {
        this.in = in;
        this.name = name;
        this.bytes = new byte[window];
    }

    /** The name under which faults of this stream are reported. */
    String name() {
        return name;
    }

    /** Byte order in which {@link #u16}, {@link #i32} and their like read from now on. */
    void order(ByteOrder order) {
        big = order == ByteOrder.BIG_ENDIAN;
    }

    /** Offset of the current position in the uncompressed stream. */
    long offset() {
        return base + at;
    }

    /** True if {@code count} bytes follow the current position; false if the stream ends before. */
    boolean has(int count) throws CaptureException {
        return end - at >= count || fill(count);
    }

    /** Bytes that are at hand from the current position: all that the stream still has, once {@link #has} was false. */
    int available() {
        return end - at;
    }

    private boolean fill(int count) throws CaptureException {
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, end - at);
            base += at;
            end -= at;
            at = 0;
        }
        while (end < count && !exhausted) {
            if (end == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(2L * bytes.length, WINDOW), Integer.MAX_VALUE - 8L));
            }
            int read = read(bytes, end, bytes.length - end);
            if (read < 0) {
                exhausted = true;
            } else {
                end += read;
            }
        }
        return end >= count;
    }

    private int read(byte[] into, int from, int length) throws CaptureException {
        try {
            return in.read(into, from, length);
        } catch (EOFException e) {
            throw fault(base + end, CUT_OFF, e);
        } catch (IOException e) {
            if (e instanceof ZstdIOException && reason(e).startsWith("Truncated")) {
                throw fault(base + end, CUT_OFF, e);
            }
            throw fault(base + end, "cannot be read: " + reason(e), e);
        }
    }

    private static String reason(Throwable e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return text.replaceAll("\\s+", " ");
    }

    private CaptureException fault(long offset, String fault, Throwable cause) {
        CaptureException exception = CaptureException.at(name, offset, fault);
        exception.initCause(cause);
        return exception;
    }

    /** Moves on by bytes that {@link #has} has promised. */
    void advance(int count) {
        at += count;
    }

    /** Moves on by {@code count} bytes however many they are, and returns how many there were. */
    long skip(long count) throws CaptureException {
        long left = count;
        while (left > 0 && has(1)) {
            int step = (int) Math.min(left, end - at);
            at += step;
            left -= step;
        }
        return count - left;
    }

    /** The array that holds the bytes at the current position; valid until the next {@link #has} or {@link #skip}. */
    byte[] array() {
        return bytes;
    }

    /** Index in {@link #array} of the byte {@code offset} bytes from the current position. */
    int index(int offset) {
        return at + offset;
    }

    int u8(int offset) {
        return bytes[at + offset] & 0xff;
    }

    int u16(int offset) {
        short little = (short) SHORT_LITTLE.get(bytes, at + offset);
        return (big ? Short.reverseBytes(little) : little) & 0xffff;
    }

    int i32(int offset) {
        int little = (int) INT_LITTLE.get(bytes, at + offset);
        return big ? Integer.reverseBytes(little) : little;
    }

    long u32(int offset) {
        return i32(offset) & 0xffff_ffffL;
    }

    /** Eight bytes in the byte order of the stream. */
    long i64(int offset) {
        return big ? u32(offset) << 32 | u32(offset + 4) : u32(offset + 4) << 32 | u32(offset);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
