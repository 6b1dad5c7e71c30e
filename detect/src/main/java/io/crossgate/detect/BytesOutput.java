package io.crossgate.detect;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes as {@link DataOutputStream} writes them, into an array that grows and is used again: a commit writes some ten numbers for each of thousands of flows, and
 * there are as many tallies as handshakes. What is not written so, bytes and characters of texts one by one, is refused. {@link BytesInput} reads them.
 */
public final class BytesOutput implements DataOutput {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[512];
    private int length;

    /** Bytes written since {@link #clear}. */
    public int length() {
        return length;
    }

    public void clear() {
        length = 0;
    }

    /** What was written since {@link #clear}. */
    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Makes room for so many more bytes, and gives where they go. */
    private int advance(int count) {
        int at = length;
        length = Math.addExact(at, count);
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
        }
        return at;
    }

    @Override
    public void write(int b) {
        writeByte(b);
    }

    @Override
    public void write(byte[] from) {
        write(from, 0, from.length);
    }

    @Override
    public void write(byte[] from, int offset, int count) {
        int at = advance(count);
        System.arraycopy(from, offset, bytes, at, count);
    }

    @Override
    public void writeBoolean(boolean v) {
        writeByte(v ? 1 : 0);
    }

    @Override
    public void writeByte(int v) {
        int at = advance(1);
        bytes[at] = (byte) v;
    }

    @Override
    public void writeShort(int v) {
        int at = advance(Short.BYTES);
        SHORTS.set(bytes, at, (short) v);
    }

    @Override
    public void writeChar(int v) {
        writeShort(v);
    }

    @Override
    public void writeInt(int v) {
        int at = advance(Integer.BYTES);
        INTS.set(bytes, at, v);
    }

    @Override
    public void writeLong(long v) {
        int at = advance(Long.BYTES);
        LONGS.set(bytes, at, v);
    }

    @Override
    public void writeFloat(float v) {
        writeInt(Float.floatToIntBits(v));
    }

    @Override
    public void writeDouble(double v) {
        writeLong(Double.doubleToLongBits(v));
    }

    @Override
    public void writeBytes(String s) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeChars(String s) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeUTF(String s) throws IOException {
        int at = advance(Short.BYTES + s.length());
        int ascii = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            bytes[at + Short.BYTES + i] = (byte) c;
            ascii += c > 0 && c < 0x80 ? 1 : 0;
        }
        SHORTS.set(bytes, at, (short) s.length());
        if (ascii < s.length() || s.length() > Short.MAX_VALUE) {
            length = at;
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            new DataOutputStream(text).writeUTF(s);
            write(text.toByteArray());
        }
    }
}
