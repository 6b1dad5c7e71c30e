package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What incidents are made of: a count of handshakes, pings or drops of one client prefix with one service, in one short bucket of event time. */
public final class Tally {
    private final long decided;
    private final Endpoint server;

    Tally(long decided, Endpoint server) {
        this.decided = decided;
        this.server = server;
    }

    /** When this was decided, in event time: incidents take tallies in this order. */
    public long decided() {
        return decided;
    }

    /** The service; its address says which {@link IncidentDetector} takes this. */
    public Endpoint server() {
        return server;
    }

    /** Writes a form that {@link #read} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(decided);
    }

    /** Reads what {@link #write} wrote. */
    public static Tally read(DataInput in) throws IOException {
        return new Tally(in.readLong(), new Endpoint(0, 0, 0));
    }
}
