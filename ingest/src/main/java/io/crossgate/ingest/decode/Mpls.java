package io.crossgate.ingest.decode;

/**
 * MPLS label stacks (RFC 3032). Nothing in them says what they carry: the first four bits behind the last label tell, as they do for routers that spread load.
 *
 * <pre>
 *  0  |        label (20)        | class |S|   ttl    |   again and again, until S is set
 * </pre>
 */
final class Mpls {
    private static final int LABEL = 4;
    private static final int CONTROL_WORD = 4;
    private static final int TYPE_IN_ETHERNET = 12;

    private Mpls() {}

    static Outcome decode(Frame frame) {
        boolean bottom = false;
        while (!bottom) {
            if (!frame.deeper()) {
                return Outcome.TOO_DEEP;
            }
            if (frame.lacks(LABEL)) {
                return frame.shortage(LABEL);
            }
            bottom = (frame.u8(2) & 1) != 0;
            frame.at += LABEL;
        }
        if (frame.lacks(1)) {
            return frame.shortage(1);
        }
        return switch (frame.u8(0) >>> 4) {
            case 4 -> Ip.v4(frame);
            case 6 -> Ip.v6(frame);
            case 0 -> pseudowire(frame);
            case 1 -> Outcome.NOT_IP; // associated channel (RFC 4385)
            default -> EtherTypes.ethernet(frame);
        };
    }

    /** An Ethernet frame with or without a control word (RFC 4448). Both begin with four zero bits in most frames, so that only the type field tells. */
    private static Outcome pseudowire(Frame frame) {
        if (frame.lacks(TYPE_IN_ETHERNET + 2)) {
            return frame.shortage(TYPE_IN_ETHERNET + 2);
        }
        if (!EtherTypes.isCommon(frame.u16(TYPE_IN_ETHERNET))) {
            frame.at += CONTROL_WORD;
        }
        return EtherTypes.ethernet(frame);
    }
}
