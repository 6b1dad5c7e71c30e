package io.crossgate.streams;

import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.wire.WireException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * The records by which a flow detector tells the incident detector of one partition: tallies of that partition's servers, each with its running number, and how far
 * the flow detector has decided. A record holds many, as there are as many tallies as handshakes where servers are many. Its key is the partition's number.
 */
final class TallyRecord {
    /** The form of these records: those of another version are refused. */
    private static final byte VERSION = 2;
    private static final byte TALLY = 1;
    private static final byte WATERMARK = 2;

    private TallyRecord() {}

    /** Takes what a record tells, in its order. */
    interface Taker {
        /**
         * A tally.
         *
         * @param upstream partition of the headers topic that the flow detector reads
         * @param sequence running number of the flow detector's tallies, from 1; what is told again after a restart has the same number
         */
        void tally(int upstream, long sequence, Tally tally);

        /** The flow detector has told every tally that it decides up to and including this time. */
        void watermark(int upstream, long decidedUpTo);
    }

    /** The partition, of {@code count}, of a server: as Kafka would choose it by the address. */
    static int partition(Endpoint server, int count) {
        return BuiltInPartitioner.partitionForKey(ByteBuffer.allocate(16).putLong(server.high()).putLong(server.low()).array(), count);
    }

    /** The key of records for a partition. */
    static byte[] key(int partition) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
    }

    /** The partition that records with this key are for. */
    static int partition(byte[] key) {
        return ByteBuffer.wrap(key).getInt();
    }

    /** Fills one record after the other. */
    static final class Writer {
        private final Bytes bytes = new Bytes();
        private final DataOutputStream out = new DataOutputStream(bytes);
        private final int upstream;

        Writer(int upstream) {
            this.upstream = upstream;
        }

        /** Bytes of the record so far; 0 if nothing is in it. */
        int size() {
            return bytes.length;
        }

        void tally(long sequence, Tally tally) {
            try {
                begin(TALLY);
                out.writeLong(sequence);
                tally.write(out);
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot fail", e);
            }
        }

        void watermark(long decidedUpTo) {
            try {
                begin(WATERMARK);
                out.writeLong(decidedUpTo);
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot fail", e);
            }
        }

        private void begin(byte kind) throws IOException {
            if (bytes.length == 0) {
                out.writeByte(VERSION);
                out.writeInt(upstream);
            }
            out.writeByte(kind);
        }

        /** The record; the next one is empty. */
        byte[] take() {
            byte[] record = Arrays.copyOf(bytes.of, bytes.length);
            bytes.length = 0;
            return record;
        }
    }

    /** An array that grows and is used again. */
    private static final class Bytes extends OutputStream {
        private byte[] of = new byte[1024];
        private int length;

        @Override
        public void write(int b) {
            room(1);
            of[length++] = (byte) b;
        }

        @Override
        public void write(byte[] from, int offset, int count) {
            room(count);
            System.arraycopy(from, offset, of, length, count);
            length += count;
        }

        private void room(int count) {
            if (of.length - length < count) {
                of = Arrays.copyOf(of, Math.max(length + count, 2 * of.length));
            }
        }
    }

    /**
     * Gives what a record tells.
     *
     * @throws WireException if it is none of these; what came before that in it was given
     */
    static void read(byte[] value, Taker taker) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
            if (in.readByte() != VERSION) {
                throw new WireException("tallies of another version of this program: restart all of its instances with one version");
            }
            int upstream = in.readInt();
            while (in.available() > 0) {
                switch (in.readByte()) {
                    case TALLY -> {
                        long sequence = in.readLong();
                        taker.tally(upstream, sequence, Tally.read(in));
                    }
                    case WATERMARK -> taker.watermark(upstream, in.readLong());
                    default -> throw new WireException("neither a tally nor a watermark at offset " + (value.length - in.available() - 1));
                }
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new WireException("no tallies: " + e, e);
        }
    }
}
