package io.crossgate.app.report;

import io.crossgate.schemas.flow.PacketHeader;

/** TCP flags in letters. */
final class Flags {
    private static final int[] ORDER = {PacketHeader.SYN, PacketHeader.FIN, PacketHeader.RST, PacketHeader.PSH, PacketHeader.ACK, PacketHeader.URG,
        PacketHeader.ECE, PacketHeader.CWR, PacketHeader.AE};
    private static final String LETTERS = "SFRPAUECN";

    private Flags() {}

    /** One letter for each flag that is set, so that a SYN-ACK is {@code SA}; C is CWR and N is AE. */
    static String letters(int flags) {
        StringBuilder text = new StringBuilder(ORDER.length);
        for (int i = 0; i < ORDER.length; i++) {
            if ((flags & ORDER[i]) != 0) {
                text.append(LETTERS.charAt(i));
            }
        }
        return text.toString();
    }
}
