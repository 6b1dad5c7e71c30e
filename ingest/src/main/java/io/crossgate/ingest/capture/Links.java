package io.crossgate.ingest.capture;

/** The two link types that decide to which observation point a packet belongs, and whether that point is a firewall's log. */
final class Links {
    static final int NFLOG = 239;
    static final int LINUX_COOKED_2 = 276;

    private static final int COOKED_INDEX = 4;

    private Links() {}

    /** The observation point that a packet belongs to by its capture alone: the interface's name, or {@code if2} where each packet has an index. */
    static String label(CaptureReader reader, RawPacket packet) {
        return packet.linkType == LINUX_COOKED_2 ? "if" + cookedIndex(packet) : reader.interfaceName(packet.interfaceNumber);
    }

    /** Interface index of a Linux cooked header, version 2 (LINKTYPE_LINUX_SLL2); 0 if it was cut off. */
    static int cookedIndex(RawPacket packet) {
        if (packet.capturedLength < COOKED_INDEX + 4) {
            return 0;
        }
        int at = packet.offset + COOKED_INDEX;
        byte[] bytes = packet.bytes;
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }
}
