package io.crossgate.app.live;

import java.nio.ByteBuffer;
import java.util.Scanner;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/**
 * For each line on standard input: a SYN at the second of two devices, 20 ms later its SYN-ACK at the first, and the wall-clock time of that on standard output,
 * in milliseconds. The line is the client's port.
 */
final class LiveSender {
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int CLIENT = 0x0a141e05; // 10.20.30.5
    private static final int SERVER = 0xcb007132; // 203.0.113.50

    private LiveSender() {}

    public static void main(String[] devices) throws Exception {
        try (PcapHandle returning = open(devices[0]); PcapHandle leaving = open(devices[1]); Scanner lines = new Scanner(System.in)) {
            System.out.println("ready");
            while (lines.hasNextInt()) {
                int port = lines.nextInt();
                leaving.sendPacket(frame(CLIENT, SERVER, port, 443, 1000, 0, SYN));
                Thread.sleep(20);
                returning.sendPacket(frame(SERVER, CLIENT, 443, port, 7000, 1001, SYN_ACK));
                System.out.println(System.currentTimeMillis());
            }
        }
    }

    private static PcapHandle open(String device) throws Exception {
        return Pcaps.getDevByName(device).openLive(128, PromiscuousMode.NONPROMISCUOUS, 10);
    }

    private static byte[] frame(int source, int destination, int sourcePort, int destinationPort, int seq, int ack, int flags) {
        ByteBuffer frame = ByteBuffer.allocate(54);
        frame.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) 40).putInt(0).put((byte) 63).put((byte) 6).putShort((short) 0).putInt(source).putInt(destination);
        frame.putShort((short) sourcePort).putShort((short) destinationPort).putInt(seq).putInt(ack).put((byte) 0x50).put((byte) flags).putShort((short) 65535)
                .putShort((short) 0).putShort((short) 0);
        frame.putShort(24, checksum(frame, 14, 20, 0));
        long pseudo = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + 6 + 20;
        frame.putShort(50, checksum(frame, 34, 20, pseudo));
        return frame.array();
    }

    private static short checksum(ByteBuffer frame, int from, int length, long start) {
        long sum = start;
        for (int at = from; at < from + length; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
