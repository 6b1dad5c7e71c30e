package io.crossgate.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.TreeMap;

/** All that is known of one server's one port, or of its answers to ping (port 0), by client prefix. */
final class ServiceHistory {
    final TreeMap<String, ClientHistory> clients = new TreeMap<>();
    /** Echo requests and answered ones, by client prefix; of the server as a whole, kept under port 0. */
    final TreeMap<String, long[]> pings = new TreeMap<>();

    /** True if it is in the book of what changed. */
    boolean changed;

    void write(DataOutput out) throws IOException {
        StateIo.writeAll(out, clients.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey());
            e.getValue().write(o);
        });
        StateIo.writeAll(out, pings.entrySet(), (e, o) -> {
            o.writeUTF(e.getKey());
            o.writeLong(e.getValue()[0]);
            o.writeLong(e.getValue()[1]);
        });
    }

    static ServiceHistory read(DataInput in) throws IOException {
        ServiceHistory service = new ServiceHistory();
        for (int n = in.readInt(); n > 0; n--) {
            service.clients.put(in.readUTF(), ClientHistory.read(in));
        }
        for (int n = in.readInt(); n > 0; n--) {
            service.pings.put(in.readUTF(), new long[] {in.readLong(), in.readLong()});
        }
        return service;
    }
}
