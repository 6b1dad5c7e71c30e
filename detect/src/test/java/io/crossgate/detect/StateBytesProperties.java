package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** State reads back as Java's own streams have it. */
class StateBytesProperties {
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

    @Property(tries = 300)
    void theBytesAreThoseOfADataOutputStream(@ForAll List<Long> values, @ForAll String text) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        write(values, text.substring(0, Math.min(text.length(), 1000)), new DataOutputStream(expected));
        StateBytes room = new StateBytes();
        room.writeLong(-1);
        room.clear();
        write(values, text.substring(0, Math.min(text.length(), 1000)), room);
        assertThat(room.copy()).isEqualTo(expected.toByteArray());
    }
}
