package io.crossgate.ingest.decode;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Puts fragments together as a Linux firewall does before its connection tracker sees them. Bounded: the datagram that has waited longest makes room.
 * Fragments that overlap condemn their datagram (RFC 5722; Linux does so in IPv4 as well).
 */
final class Reassembly {
    private static final int MAX_WAITING = 1024;
    private static final int MAX_DATAGRAM = 65_535;
    private static final long PATIENCE_V4 = 30_000_000_000L;
    private static final long PATIENCE_V6 = 60_000_000_000L;

    private record Key(boolean v6, int protocol, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int id) {}

    private static final class Datagram {
        long since;
        byte[] data = new byte[2048];
        /** Starts and ends of the pieces that are there, in order. */
        int[] pieces = new int[8];
        int count;
        int total = -1;
        /** The header that comes before the data, of the first fragment. */
        byte[] head;
        int nextHeaderAt;
        int nextHeader;
        boolean cut;
    }

    private final LinkedHashMap<Key, Datagram> waiting = new LinkedHashMap<>();
    private boolean refused;
    private boolean cut;

    /** True if the last fragment was not kept. */
    boolean refused() {
        return refused;
    }

    /** True if the capture had cut off a part of the last whole datagram. */
    boolean wasCut() {
        return cut;
    }

    /** Takes the IPv4 fragment at the frame's position; gives the datagram, from its IP header on, if that is now whole. */
    byte[] v4(Frame frame, int headerLength, long time) {
        int field = frame.u16(6);
        int start = (field & 0x1fff) * 8;
        boolean more = (field & 0x2000) != 0;
        int length = (int) (frame.stated - frame.at) - headerLength;
        Key key = new Key(false, frame.u8(9), 0, frame.into.sourceLow, 0, frame.into.destinationLow, frame.u16(4));
        Datagram datagram = at(key, time, PATIENCE_V4);
        if (!add(datagram, frame, headerLength, start, more ? length & ~7 : length, more)) {
            if (datagram.count < 0) {
                waiting.remove(key);
            }
            return null;
        }
        if (start == 0) {
            datagram.head = Arrays.copyOfRange(frame.bytes, frame.at, frame.at + headerLength);
        }
        byte[] whole = whole(key, datagram);
        if (whole != null) {
            whole[2] = (byte) (whole.length >>> 8);
            whole[3] = (byte) whole.length;
            whole[6] = whole[7] = 0;
        }
        return whole;
    }

    /** Takes the IPv6 fragment whose fragment header begins at {@code offset}; gives the datagram without that header if that is now whole. */
    byte[] v6(Frame frame, int offset, long time) {
        int field = frame.u16(offset + 2);
        int start = field & Ip.V6_FRAGMENT_OFFSET;
        boolean more = (field & 1) != 0;
        int from = offset + Ip.EXTENSION_FIXED;
        int length = (int) (frame.stated - frame.at) - from;
        if (more && length % 8 != 0 || length < 0) {
            refused = true;
            return null;
        }
        Key key = new Key(true, 0, frame.into.sourceHigh, frame.into.sourceLow, frame.into.destinationHigh, frame.into.destinationLow, frame.i32(offset + 4));
        if (start == 0 && !more) { // a fragment in form only (RFC 6946): waits for nobody
            Datagram alone = new Datagram();
            return add(alone, frame, from, 0, length, false) ? finishV6(key, alone, frame, offset) : null;
        }
        Datagram datagram = at(key, time, PATIENCE_V6);
        if (!add(datagram, frame, from, start, length, more)) {
            if (datagram.count < 0) {
                waiting.remove(key);
            }
            return null;
        }
        if (start == 0) {
            takeHead(datagram, frame, offset);
        }
        return finish(key, datagram);
    }

    private byte[] finishV6(Key key, Datagram alone, Frame frame, int offset) {
        takeHead(alone, frame, offset);
        return finish(key, alone);
    }

    private byte[] finish(Key key, Datagram datagram) {
        byte[] whole = whole(key, datagram);
        if (whole != null) {
            int payload = whole.length - Ip.V6_HEADER;
            whole[4] = (byte) (payload >>> 8);
            whole[5] = (byte) payload;
            whole[datagram.nextHeaderAt] = (byte) datagram.nextHeader;
        }
        return whole;
    }

    private static void takeHead(Datagram datagram, Frame frame, int offset) {
        datagram.head = Arrays.copyOfRange(frame.bytes, frame.at, frame.at + offset);
        datagram.nextHeader = frame.u8(offset);
        int at = 6;
        int next = Ip.V6_HEADER;
        while (next < offset) {
            int length = Ip.extensionLength(frame, next, frame.u8(at));
            at = next;
            next += length;
        }
        datagram.nextHeaderAt = at;
    }

    private Datagram at(Key key, long time, long patience) {
        Datagram datagram = waiting.get(key);
        if (datagram != null && time - datagram.since > patience) {
            waiting.remove(key);
            datagram = null;
        }
        if (datagram == null) {
            datagram = new Datagram();
            datagram.since = time;
            if (waiting.size() >= MAX_WAITING) {
                Iterator<Key> eldest = waiting.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
            waiting.put(key, datagram);
        }
        return datagram;
    }

    /** Adds a piece; false if it is not kept. A count below zero says that the whole datagram is condemned. */
    private boolean add(Datagram datagram, Frame frame, int from, int start, int length, boolean more) {
        refused = true;
        int end = start + length;
        if (length <= 0 || end > MAX_DATAGRAM) {
            return false;
        }
        boolean beyondEnd = datagram.total >= 0 && end > datagram.total;
        boolean endBeforeOthers = !more && (datagram.count > 0 && end < datagram.pieces[2 * datagram.count - 1] || datagram.total >= 0 && end != datagram.total);
        if (beyondEnd || endBeforeOthers) {
            datagram.count = -1;
            return false;
        }
        int at = datagram.count;
        while (at > 0 && datagram.pieces[2 * at - 2] >= start) {
            at--;
        }
        for (int i = 0; i < datagram.count; i++) {
            int otherStart = datagram.pieces[2 * i];
            int otherEnd = datagram.pieces[2 * i + 1];
            if (start >= otherStart && end <= otherEnd && (start == otherStart && end == otherEnd)) {
                return false; // the same again
            }
            if (start < otherEnd && end > otherStart) {
                datagram.count = -1;
                return false;
            }
        }
        refused = false;
        insert(datagram, at, start, end);
        if (end > datagram.data.length) {
            datagram.data = Arrays.copyOf(datagram.data, Math.min(MAX_DATAGRAM, Math.max(end, 2 * datagram.data.length)));
        }
        int captured = Math.max(0, Math.min(length, frame.end - frame.at - from));
        System.arraycopy(frame.bytes, frame.at + from, datagram.data, start, captured);
        datagram.cut |= captured < length;
        if (!more) {
            datagram.total = end;
        }
        return true;
    }

    private static void insert(Datagram datagram, int at, int start, int end) {
        if (2 * datagram.count == datagram.pieces.length) {
            datagram.pieces = Arrays.copyOf(datagram.pieces, 2 * datagram.pieces.length);
        }
        System.arraycopy(datagram.pieces, 2 * at, datagram.pieces, 2 * at + 2, 2 * (datagram.count - at));
        datagram.pieces[2 * at] = start;
        datagram.pieces[2 * at + 1] = end;
        datagram.count++;
    }

    private byte[] whole(Key key, Datagram datagram) {
        if (datagram.total < 0 || datagram.head == null) {
            return null;
        }
        int reached = 0;
        for (int i = 0; i < datagram.count && datagram.pieces[2 * i] == reached; i++) {
            reached = datagram.pieces[2 * i + 1];
        }
        if (reached != datagram.total) {
            return null;
        }
        waiting.remove(key);
        if (datagram.head.length + datagram.total > MAX_DATAGRAM) {
            refused = true;
            return null;
        }
        cut = datagram.cut;
        byte[] bytes = Arrays.copyOf(datagram.head, datagram.head.length + datagram.total);
        System.arraycopy(datagram.data, 0, bytes, datagram.head.length, datagram.total);
        return bytes;
    }
}
