package io.crossgate.schemas.wire;

/**
 * Flows with their headers on their way into one record, in its final form: the items of {@code HeaderBundle.avsc}'s array. Used again and again; it keeps the room
 * that it once had. Not thread-safe.
 */
public final class Bundle {
    private final WireWriter body = new WireWriter();
    private int flows;

    /** Flows in it. */
    public int flows() {
        return flows;
    }

    /** Bytes of them. */
    public int length() {
        return body.length();
    }

    /**
     * Adds a flow, field by field as in {@link io.crossgate.schemas.flow.FlowKey}, and gives the index in {@link #array} from which on the caller is to put what
     * {@link HeadersWriter#header} wrote of its headers: {@code length} bytes.
     *
     * @param count headers, 1 or more
     * @param length bytes of all of them
     */
    public int flow(boolean ipv6, int protocol, long lowHigh, long lowLow, long highHigh, long highLow, int lowPort, int highPort, int count, int length) {
        flows++;
        body.writeFiveTuple(ipv6, protocol, lowHigh, lowLow, highHigh, highLow, lowPort, highPort);
        body.writeLong(count);
        int from = body.length();
        body.room(length + 1);
        body.bytes()[from + length] = 0; // ends the array of headers
        body.wrote(from + length + 1);
        return from;
    }

    /** The array that headers are put into: until the next flow is added. */
    public byte[] array() {
        return body.bytes();
    }

    /** Takes all flows out. */
    public void clear() {
        flows = 0;
        body.clear();
    }
}
