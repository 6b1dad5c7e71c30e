package io.crossgate.streams;

import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.wire.WireException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * What a flow detector tells incident detectors: a tally, to the partition of its server; or how far it has decided, to every partition.
 *
 * @param upstream partition of the headers topic that the flow detector reads
 * @param sequence running number of the detector's tallies, from 1; what is told again after a restart has the same number. 0 for a watermark
 * @param decidedUpTo the watermark; meaningless with a tally
 * @param tally null for a watermark
 */
record TallyRecord(int upstream, long sequence, long decidedUpTo, Tally tally) {
    /** The form of these records: those of another version are refused. */
    private static final byte VERSION = 1;

    static byte[] key(Endpoint server) {
        return ByteBuffer.allocate(16).putLong(server.high()).putLong(server.low()).array();
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeInt(upstream);
            out.writeLong(sequence);
            out.writeLong(decidedUpTo);
            out.writeBoolean(tally != null);
            if (tally != null) {
                tally.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    static TallyRecord decode(byte[] value) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
            if (in.readByte() != VERSION) {
                throw new WireException("a tally of another version of this program: restart all of its instances with one version");
            }
            return new TallyRecord(in.readInt(), in.readLong(), in.readLong(), in.readBoolean() ? Tally.read(in) : null);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new WireException("no tally: " + e, e);
        }
    }
}
