package io.crossgate.streams;

import io.crossgate.detect.BytesInput;
import io.crossgate.detect.BytesOutput;
import io.crossgate.detect.Endpoint;
import io.crossgate.detect.Tally;
import io.crossgate.schemas.wire.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * The records by which a flow detector tells the incident detector of one partition: tallies of that partition's servers, each with its running number, and how far
 * the flow detector has decided. A record holds many, as there are as many tallies as handshakes where servers are many. Its key is the partition's number.
 */
final class TallyRecord {
    /** The form of these records: those of another version are refused. */
    private static final byte VERSION = 3;
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
        private final BytesOutput out = new BytesOutput();
        private final int upstream;

        Writer(int upstream) {
            this.upstream = upstream;
        }

        /** Bytes of the record so far; 0 if nothing is in it. */
        int size() {
            return out.length();
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
            begin(WATERMARK);
            out.writeLong(decidedUpTo);
        }

        private void begin(byte kind) {
            if (out.length() == 0) {
                out.writeByte(VERSION);
                out.writeInt(upstream);
            }
            out.writeByte(kind);
        }

        /** The record; the next one is empty. */
        byte[] take() {
            byte[] record = out.copy();
            out.clear();
            return record;
        }
    }

    /**
     * Gives what a record tells.
     *
     * @throws WireException if it is none of these; what came before that in it was given
     */
    static void read(byte[] value, Taker taker) {
        try {
            BytesInput in = new BytesInput(value);
            if (in.readByte() != VERSION) {
                throw new WireException("tallies of another version of this program: restart all of its instances with one version");
            }
            int upstream = in.readInt();
            while (in.left() > 0) {
                switch (in.readByte()) {
                    case TALLY -> {
                        long sequence = in.readLong();
                        taker.tally(upstream, sequence, Tally.read(in));
                    }
                    case WATERMARK -> taker.watermark(upstream, in.readLong());
                    default -> throw new WireException("neither a tally nor a watermark at offset " + (in.at() - 1));
                }
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new WireException("no tallies: " + e, e);
        }
    }
}
