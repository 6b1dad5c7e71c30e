package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;

/**
 * A record of headers as a reusable struct: the fields of {@code Headers.avsc}, or of {@code HeaderBundle.avsc}, whose headers are of several flows. Times are nanoseconds since the epoch; those of the record itself are
 * carried in whole microseconds (the watermark and starts rounded down, ends up), those of headers exactly.
 */
public final class HeadersBatch {
    /** A time that is not told. */
    public static final long NONE = Long.MIN_VALUE;

    public String gateway = "";
    public String iface = "";
    public boolean firewallLog;
    public long session;
    public long sequence;
    public long watermark = NONE;
    public long observedFrom = NONE;
    public long endedAt = NONE;
    public boolean ended;
    public long lostPackets;
    public long lostFrom = NONE;
    public long lostTo = NONE;
    /** Null in a heartbeat, and in a bundle. */
    public FlowKey flow;
    /** The flow's Community ID in UTF-8: what a writer writes. A reader leaves it null; it has the flow. */
    public byte[] communityId;

    private PacketHeader[] headers = new PacketHeader[0];
    /** Of a bundle, by header. */
    private FlowKey[] flows = new FlowKey[0];
    private int count;

    /** Headers in this batch. */
    public int count() {
        return count;
    }

    /** The header at {@code index}: this batch's own, overwritten by its next use. */
    public PacketHeader header(int index) {
        return headers[index];
    }

    /** The flow of the header at {@code index}; headers of one flow that come in a row have the same object. */
    public FlowKey flow(int index) {
        return flows[index] == null ? flow : flows[index];
    }

    /** Makes room for one more header of {@link #flow} and gives it, its contents undefined. */
    public PacketHeader add() {
        return add(null);
    }

    /** Makes room in a bundle for one more header, of the given flow, and gives it, its contents undefined. */
    public PacketHeader add(FlowKey of) {
        if (count == headers.length) {
            headers = Arrays.copyOf(headers, Math.max(4, headers.length * 2));
            flows = Arrays.copyOf(flows, headers.length);
            for (int i = count; i < headers.length; i++) {
                headers[i] = new PacketHeader();
            }
        }
        flows[count] = of;
        return headers[count++];
    }

    /** Takes all headers out. */
    public void clearHeaders() {
        count = 0;
    }
}
