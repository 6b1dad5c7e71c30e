package io.crossgate.ingest.decode;

import io.crossgate.schemas.flow.PacketHeader;

/**
 * Finds the innermost TCP or ICMP header of a captured frame and fills a {@link PacketHeader} with it.
 *
 * <p>A decoder is reused from packet to packet and belongs to one thread. It allocates nothing per packet, keeps no reference to the frame's bytes beyond
 * the call, never reads outside the captured bytes, and never throws, whatever those bytes are.
 */
public final class PacketDecoder {
    private static final byte[] NOTHING = {};

    private final Frame frame = new Frame();

    /**
     * Decodes one frame.
     *
     * @param linkType the capture's link type, as registered by the tcpdump group
     * @param frame the array that holds the captured bytes
     * @param offset where in it they begin
     * @param capturedLength how many there are
     * @param originalLength how long the frame was before the snap length cut it
     * @param into filled with everything but its time; holds a header only if the outcome is {@link Outcome#decoded}. Decoders alone may have filled it before
     */
    public Outcome decode(int linkType, byte[] frame, int offset, int capturedLength, long originalLength, PacketHeader into) {
        into.clearForDecoder();
        if (linkType == Links.ETHERNET && UsualFrame.decode(frame, offset, capturedLength, into)) {
            this.frame.interfaceIndex = 0;
            this.frame.logTime = Long.MIN_VALUE;
            return Outcome.TCP;
        }
        return byLayers(linkType, frame, offset, capturedLength, originalLength, into);
    }

    /** Decodes one frame, layer by layer, into a header that is cleared for it. */
    Outcome byLayers(int linkType, byte[] frame, int offset, int capturedLength, long originalLength, PacketHeader into) {
        this.frame.open(frame, offset, capturedLength, originalLength, into);
        try {
            return Links.decode(this.frame, linkType);
        } finally {
            this.frame.bytes = NOTHING;
            this.frame.into = null;
        }
    }

    /** Interface index that the last frame's link header gave (Linux cooked version 2), or 0. */
    public int interfaceIndex() {
        return frame.interfaceIndex;
    }

    /** When the firewall logged the last frame's packet (NFLOG), in nanoseconds since 1970-01-01T00:00:00Z, or {@link Long#MIN_VALUE}. */
    public long logTime() {
        return frame.logTime;
    }
}
