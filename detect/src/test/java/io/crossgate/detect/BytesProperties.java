package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** State and tallies are written and read as Java's own streams would. */
class BytesProperties {
    /** Writes each value in a way that its place in the list chooses. */
    private static void write(List<Long> values, String text, DataOutput out) throws IOException {
        for (int i = 0; i < values.size(); i++) {
            long value = values.get(i);
            switch (i % 9) {
                case 0 -> out.writeLong(value);
                case 1 -> out.writeInt((int) value);
                case 2 -> out.writeShort((int) value);
                case 3 -> out.writeByte((int) value);
                case 4 -> out.writeBoolean((value & 1) == 1);
                case 5 -> out.writeUTF(text);
                case 6 -> out.writeDouble(value / 3.0);
                case 7 -> out.writeChar((int) value);
                default -> out.write(new byte[] {1, 2, (byte) value, 4}, 1, 2);
            }
        }
    }

    private static byte[] bytesOf(List<Long> values, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(values, text, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Reads what {@link #write} wrote of so many values, as far as the bytes go; what came is told as text. */
    private static String read(int values, DataInput in) {
        List<Object> read = new ArrayList<>();
        try {
            for (int i = 0; i < values; i++) {
                switch (i % 9) {
                    case 0 -> read.add(in.readLong());
                    case 1 -> read.add(in.readInt());
                    case 2 -> read.add(i % 2 == 0 ? in.readShort() : in.readUnsignedShort());
                    case 3 -> read.add(i % 2 == 0 ? in.readByte() : in.readUnsignedByte());
                    case 4 -> read.add(in.readBoolean());
                    case 5 -> read.add(in.readUTF());
                    case 6 -> read.add(in.readDouble());
                    case 7 -> read.add(in.readChar());
                    default -> {
                        byte[] two = new byte[2];
                        in.readFully(two);
                        read.add(Arrays.toString(two));
                    }
                }
            }
            read.add(in.skipBytes(1));
        } catch (IOException e) {
            read.add(e.getClass());
        }
        return read.toString();
    }

    @Property(tries = 300)
    void theBytesAreThoseOfADataOutputStream(@ForAll List<Long> values, @ForAll @StringLength(max = 1000) String text) throws IOException {
        BytesOutput room = new BytesOutput();
        room.writeLong(-1);
        room.clear();
        write(values, text, room);
        assertThat(room.copy()).isEqualTo(bytesOf(values, text));
        assertThat(room.length()).isEqualTo(room.copy().length);
    }

    @Property(tries = 300)
    void bytesAreReadAsByADataInputStreamAndEndWhereItEnds(@ForAll List<Long> values, @ForAll @StringLength(max = 1000) String text,
            @ForAll @IntRange(max = 100) int missing) throws IOException {
        byte[] whole = bytesOf(values, text);
        byte[] bytes = Arrays.copyOf(whole, Math.max(0, whole.length - missing));
        assertThat(read(values.size(), new BytesInput(bytes))).isEqualTo(read(values.size(), new DataInputStream(new ByteArrayInputStream(bytes))));
    }
}
