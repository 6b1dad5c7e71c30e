package io.crossgate.detect;

import io.crossgate.schemas.flow.FlowKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The binary form of detection's state: what a restart reads back. Written and read by the same version only. */
public final class StateIo {
    private StateIo() {}

    /** Writes a piece of state. */
    @FunctionalInterface
    public interface Writing {
        void to(DataOutput out) throws IOException;
    }

    /** Reads what a {@link Writing} wrote. */
    @FunctionalInterface
    public interface Reading<T> {
        T from(DataInput in) throws IOException;
    }

    @FunctionalInterface
    interface WritingOf<T> {
        void write(T item, DataOutput out) throws IOException;
    }

    /** What {@code writing} writes. */
    public static byte[] bytes(Writing writing) {
        return bytes(writing, new BytesOutput());
    }

    /** What {@code writing} writes, by way of {@code room}, whose contents go. */
    static byte[] bytes(Writing writing, BytesOutput room) {
        room.clear();
        try {
            writing.to(room);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return room.copy();
    }

    /**
     * What {@code reading} makes of bytes that {@link #bytes(Writing)} gave.
     *
     * @throws IllegalStateException if they are too few, as they are of another version
     */
    public static <T> T read(byte[] bytes, Reading<T> reading) {
        try {
            return reading.from(new BytesInput(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("state does not read back: it was written by another version; reset the application's state", e);
        }
    }

    static <T> void writeAll(DataOutput out, Collection<T> items, WritingOf<T> writing) throws IOException {
        out.writeInt(items.size());
        for (T item : items) {
            writing.write(item, out);
        }
    }

    static <T> List<T> readAll(DataInput in, Reading<T> reading) throws IOException {
        int n = in.readInt();
        List<T> items = new ArrayList<>(Math.min(n, 1024));
        for (int i = 0; i < n; i++) {
            items.add(reading.from(in));
        }
        return items;
    }

    static void write(DataOutput out, Endpoint endpoint) throws IOException {
        out.writeLong(endpoint.high());
        out.writeLong(endpoint.low());
        out.writeInt(endpoint.port());
    }

    static Endpoint readEndpoint(DataInput in) throws IOException {
        return new Endpoint(in.readLong(), in.readLong(), in.readInt());
    }

    static void write(DataOutput out, FlowKey key) throws IOException {
        out.writeBoolean(key.ipv6());
        out.writeByte(key.protocol());
        out.writeLong(key.lowAddressHigh());
        out.writeLong(key.lowAddressLow());
        out.writeLong(key.highAddressHigh());
        out.writeLong(key.highAddressLow());
        out.writeInt(key.lowPort());
        out.writeInt(key.highPort());
    }

    static FlowKey readKey(DataInput in) throws IOException {
        return new FlowKey(in.readBoolean(), in.readUnsignedByte(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readInt(), in.readInt());
    }
}
