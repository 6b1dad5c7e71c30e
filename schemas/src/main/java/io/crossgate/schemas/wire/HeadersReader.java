package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Arrays;

/**
 * Reads the Avro bytes of a record of headers into a reused batch. Makes no object per header; per flow its key alone, and names only of an observation point that
 * the record before was not of. Not thread-safe.
 */
final class HeadersReader {
    private static final int MAX_PORT = 0xffff;
    private static final int MAX_BYTE = 0xff;
    private static final int MAX_SACK_BLOCKS = 4;
    /** Bytes of no point's name: a record begins with the length of one. */
    private static final byte[] NO_POINT = {-1};

    private final WireReader in = new WireReader();
    /** How the last record began: gateway, interface and firewallLog. Records come in runs of one point, and need then not be looked at. */
    private byte[] pointBytes = NO_POINT;
    private String gateway;
    private String iface;
    private boolean firewallLog;

    /**
     * Fills {@code batch} from a framed record of {@code Headers.avsc}, which is in {@code array} at {@code from}.
     *
     * @throws WireException if it is none; the batch's contents are then undefined
     */
    void read(byte[] array, int from, int length, HeadersBatch batch) {
        readFront(array, from, length, batch);
        batch.flow = in.readPresent() ? readFlow() : null;
        for (int block = in.readBlock(); block > 0; block = in.readBlock()) {
            if (batch.flow == null) {
                throw new WireException("headers without a flow");
            }
            for (int i = 0; i < block; i++) {
                read(batch.add(), batch.flow);
            }
        }
        in.end();
    }

    /**
     * Fills {@code batch} from a framed record of {@code HeaderBundle.avsc}, which is in {@code array} at {@code from}.
     *
     * @throws WireException if it is none; the batch's contents are then undefined
     */
    void readBundle(byte[] array, int from, int length, HeadersBatch batch) {
        readFront(array, from, length, batch);
        batch.flow = null;
        for (int flows = in.readBlock(); flows > 0; flows = in.readBlock()) {
            for (int i = 0; i < flows; i++) {
                FlowKey flow = readFiveTuple();
                for (int block = in.readBlock(); block > 0; block = in.readBlock()) {
                    for (int j = 0; j < block; j++) {
                        readBundled(batch.add(flow), flow);
                    }
                }
            }
        }
        in.end();
    }

    private void readFront(byte[] array, int from, int length, HeadersBatch batch) {
        in.start(array, from, length);
        batch.clearHeaders();
        readPoint(array, from + Framing.BYTES, from + length);
        batch.gateway = gateway;
        batch.iface = iface;
        batch.firewallLog = firewallLog;
        batch.session = in.readLong();
        batch.sequence = in.readLong();
        batch.watermark = readTime();
        batch.observedFrom = readTime();
        batch.endedAt = readTime();
        batch.ended = in.readBoolean();
        batch.lostPackets = in.readLong();
        batch.lostFrom = readTime();
        batch.lostTo = readTime();
        batch.communityId = null;
    }

    private void readPoint(byte[] array, int from, int end) {
        int to = from + pointBytes.length;
        // Each field says itself where it ends: a record that begins with these bytes is of this point.
        if (to <= end && Arrays.equals(array, from, to, pointBytes, 0, pointBytes.length)) {
            in.skip(pointBytes.length);
            return;
        }
        pointBytes = NO_POINT;
        gateway = in.readName("gateway");
        iface = in.readName("interface");
        firewallLog = in.readBoolean();
        pointBytes = Arrays.copyOfRange(array, from, in.at());
    }

    private long readTime() {
        if (!in.readPresent()) {
            return HeadersBatch.NONE;
        }
        return nanos(in.readLong(), 0);
    }

    private static long nanos(long micros, int rest) {
        if (micros > Long.MAX_VALUE / 1000 - 1 || micros < Long.MIN_VALUE / 1000 + 1) {
            throw new WireException("time " + micros + " is beyond what nanoseconds hold");
        }
        return micros * 1000 + rest;
    }

    private FlowKey readFlow() {
        in.skipName("communityId");
        return readFiveTuple();
    }

    private FlowKey readFiveTuple() {
        boolean ipv6 = in.readBoolean();
        int protocol = in.readInt("protocol", 0, MAX_BYTE);
        checkFamily(in.readAddress("lowAddress"), ipv6);
        long lowHigh = in.addressHigh;
        long lowLow = in.addressLow;
        checkFamily(in.readAddress("highAddress"), ipv6);
        return new FlowKey(ipv6, protocol, lowHigh, lowLow, in.addressHigh, in.addressLow, in.readInt("lowPort", 0, MAX_PORT),
                in.readInt("highPort", 0, MAX_PORT));
    }

    private static void checkFamily(boolean v4, boolean ipv6) {
        if (v4 == ipv6) {
            throw new WireException("address length does not go with ipv6=" + ipv6);
        }
    }

    private void readBundled(PacketHeader h, FlowKey flow) {
        if (in.readInt("branch of headers", 0, 1) != 0) {
            read(h, flow);
            return;
        }
        if (in.left() < PackedHeader.SIZE) {
            throw new WireException("ends within a packed header");
        }
        h.clearForDecoder(); // only readers fill a batch that is read into
        PackedHeader.read(in.array(), in.at(), flow, h);
        in.skip(PackedHeader.SIZE);
    }

    private void read(PacketHeader h, FlowKey flow) {
        h.clear();
        long micros = in.readLong();
        h.time = nanos(micros, in.readInt("timeNanos", 0, 999));
        boolean fromLow = in.readBoolean();
        h.way = (byte) in.readInt("way", 0, 2);
        h.ttl = in.readInt("ttl", 0, MAX_BYTE);
        h.ipId = in.readInt("ipId", -1, MAX_PORT);
        h.ipLength = in.readInt("ipLength", 0, Integer.MAX_VALUE);
        h.fragment = in.readBoolean();
        h.truncated = in.readBoolean();
        h.checksum = (byte) in.readInt("checksum", 0, 2);
        h.seq = in.readUnsigned("seq");
        h.ack = in.readUnsigned("ack");
        h.flags = in.readInt("flags", 0, 0x1ff);
        h.window = in.readInt("window", 0, MAX_PORT);
        h.payloadLength = in.readInt("payloadLength", 0, Integer.MAX_VALUE);
        h.mss = in.readInt("mss", -1, MAX_PORT);
        h.windowScale = in.readInt("windowScale", -1, MAX_BYTE);
        h.sackPermitted = in.readBoolean();
        for (int block = in.readBlock(); block > 0; block = in.readBlock()) {
            if (h.sackCount + block > MAX_SACK_BLOCKS) {
                throw new WireException("more than " + MAX_SACK_BLOCKS + " SACK blocks");
            }
            for (int i = 0; i < block; i++) {
                h.sackLeft[h.sackCount] = in.readUnsigned("left");
                h.sackRight[h.sackCount++] = in.readUnsigned("right");
            }
        }
        h.timestamps = in.readPresent();
        if (h.timestamps) {
            h.tsVal = in.readUnsigned("tsVal");
            h.tsEcr = in.readUnsigned("tsEcr");
        }
        h.ipv6 = flow.ipv6();
        if (in.readPresent()) {
            readIcmp(h, flow, fromLow);
        } else {
            if (flow.protocol() != PacketHeader.TCP) {
                throw new WireException("a header of protocol " + flow.protocol() + " that is neither TCP nor ICMP");
            }
            h.protocol = PacketHeader.TCP;
            directTcp(h, flow, fromLow);
        }
        if (in.readPresent()) {
            h.tunnel = in.readInt("tunnel kinds", 1, MAX_BYTE);
            in.readAddress("outerSource");
            h.outerSourceHigh = in.addressHigh;
            h.outerSourceLow = in.addressLow;
            in.readAddress("outerDestination");
            h.outerDestinationHigh = in.addressHigh;
            h.outerDestinationLow = in.addressLow;
        }
        h.logged = in.readPresent();
        if (h.logged) {
            h.logPrefix = in.readName("logPrefix");
        }
    }

    /** Sets the ports and addresses of a header of TCP. */
    static void directTcp(PacketHeader h, FlowKey flow, boolean fromLow) {
        h.sourcePort = fromLow ? flow.lowPort() : flow.highPort();
        h.destinationPort = fromLow ? flow.highPort() : flow.lowPort();
        direct(h, flow, fromLow);
    }

    private static void direct(PacketHeader h, FlowKey flow, boolean fromLow) {
        h.sourceHigh = fromLow ? flow.lowAddressHigh() : flow.highAddressHigh();
        h.sourceLow = fromLow ? flow.lowAddressLow() : flow.highAddressLow();
        h.destinationHigh = fromLow ? flow.highAddressHigh() : flow.lowAddressHigh();
        h.destinationLow = fromLow ? flow.highAddressLow() : flow.lowAddressLow();
    }

    private void readIcmp(PacketHeader h, FlowKey flow, boolean fromLow) {
        h.protocol = flow.ipv6() ? PacketHeader.ICMPV6 : PacketHeader.ICMP;
        h.icmpType = in.readInt("icmp type", 0, MAX_BYTE);
        h.icmpCode = in.readInt("icmp code", 0, MAX_BYTE);
        h.icmpId = in.readInt("icmp id", -1, MAX_PORT);
        h.icmpSequence = in.readInt("icmp sequence", -1, MAX_PORT);
        direct(h, flow, fromLow);
        if (!in.readPresent()) {
            if (flow.protocol() != h.protocol) {
                throw new WireException("an ICMP header of a flow of protocol " + flow.protocol() + " that quotes nothing");
            }
            return;
        }
        h.quotedSourceHigh = h.sourceHigh;
        h.quotedSourceLow = h.sourceLow;
        h.quotedDestinationHigh = h.destinationHigh;
        h.quotedDestinationLow = h.destinationLow;
        checkFamily(in.readAddress("quoted source"), h.ipv6);
        h.sourceHigh = in.addressHigh;
        h.sourceLow = in.addressLow;
        checkFamily(in.readAddress("quoted destination"), h.ipv6);
        h.destinationHigh = in.addressHigh;
        h.destinationLow = in.addressLow;
        h.quotedProtocol = in.readInt("quoted protocol", 0, MAX_BYTE);
        h.quotedSourcePort = in.readInt("quoted source port", 0, MAX_PORT);
        h.quotedDestinationPort = in.readInt("quoted destination port", 0, MAX_PORT);
        h.quotedSeq = in.readUnsigned("quoted seq");
    }
}
