package io.crossgate.detect.flowrecord;

import java.util.BitSet;

/** TCP ports that services listen on, where a connection seen from its middle does not show who began it. The registered ports of the protocols that Zeek knows. */
final class ServerPorts {
    private static final int[] PORTS = {
        21, 22, 25, 53, 80, 81, 88, 110, 135, 139, 143, 389, 443, 445, 502, 563, 585, 587, 614, 631, 636, 989, 990, 992, 993, 995, 1080, 1434, 1883, 2811, 3128,
        3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
    };
    private static final BitSet KNOWN = new BitSet(1 << 16);

    static {
        for (int port : PORTS) {
            KNOWN.set(port);
        }
    }

    private ServerPorts() {}

    /** True if a packet from one port to the other is taken for an answer. */
    static boolean answers(int source, int destination) {
        return KNOWN.get(source) && (!KNOWN.get(destination) || source < destination);
    }
}
