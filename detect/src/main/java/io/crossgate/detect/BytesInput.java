package io.crossgate.detect;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads an array as {@link DataInputStream} would, number by number and not byte by byte: what {@link BytesOutput} writes. Lines of text are refused. */
public final class BytesInput implements DataInput {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int next;

    public BytesInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Index of the byte that is read next. */
    public int at() {
        return next;
    }

    /** Bytes that were not read yet. */
    public int left() {
        return bytes.length - next;
    }

    /** Goes over so many bytes, and gives where they are. */
    private int advance(int count) throws EOFException {
        int at = next;
        if (count > left()) {
            throw new EOFException("ends " + (count - left()) + " bytes too early");
        }
        next = at + count;
        return at;
    }

    @Override
    public void readFully(byte[] to) throws EOFException {
        readFully(to, 0, to.length);
    }

    @Override
    public void readFully(byte[] to, int offset, int count) throws EOFException {
        System.arraycopy(bytes, advance(count), to, offset, count);
    }

    @Override
    public int skipBytes(int count) {
        int skipped = Math.max(0, Math.min(count, left()));
        next += skipped;
        return skipped;
    }

    @Override
    public boolean readBoolean() throws EOFException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws EOFException {
        return bytes[advance(1)];
    }

    @Override
    public int readUnsignedByte() throws EOFException {
        return readByte() & 0xff;
    }

    @Override
    public short readShort() throws EOFException {
        return (short) SHORTS.get(bytes, advance(Short.BYTES));
    }

    @Override
    public int readUnsignedShort() throws EOFException {
        return readShort() & 0xffff;
    }

    @Override
    public char readChar() throws EOFException {
        return (char) readShort();
    }

    @Override
    public int readInt() throws EOFException {
        return (int) INTS.get(bytes, advance(Integer.BYTES));
    }

    @Override
    public long readLong() throws EOFException {
        return (long) LONGS.get(bytes, advance(Long.BYTES));
    }

    @Override
    public float readFloat() throws EOFException {
        return Float.intBitsToFloat(readInt());
    }

    @Override
    public double readDouble() throws EOFException {
        return Double.longBitsToDouble(readLong());
    }

    @Override
    public String readLine() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String readUTF() throws IOException {
        int length = readUnsignedShort();
        int at = advance(length);
        for (int i = at; i < at + length; i++) {
            if (bytes[i] < 0) {
                return DataInputStream.readUTF(new DataInputStream(new ByteArrayInputStream(bytes, at - Short.BYTES, Short.BYTES + length)));
            }
        }
        return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    }
}
