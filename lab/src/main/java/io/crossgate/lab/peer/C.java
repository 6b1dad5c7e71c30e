package io.crossgate.lab.peer;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The socket calls of the C library that Java's own sockets don't reach. Linux, 64 bits, little-endian. */
interface C extends Library {
    C LIBRARY = Native.load("c", C.class);

    int AF_INET = 2;
    int AF_INET6 = 10;
    int SOCK_STREAM = 1;
    int SOCK_DGRAM = 2;
    int SOCK_RAW = 3;
    int IPPROTO_ICMP = 1;
    int IPPROTO_TCP = 6;
    int IPPROTO_ICMPV6 = 58;
    int IPPROTO_RAW = 255;
    int SOL_SOCKET = 1;
    int SO_RCVTIMEO = 20;
    int SO_SNDTIMEO = 21;
    int TCP_FASTOPEN_CONNECT = 30;

    int socket(int family, int type, int protocol) throws LastErrorException;

    int bind(int socket, byte[] address, int length) throws LastErrorException;

    int connect(int socket, byte[] address, int length) throws LastErrorException;

    int setsockopt(int socket, int level, int option, byte[] value, int length) throws LastErrorException;

    long send(int socket, byte[] bytes, long length, int flags) throws LastErrorException;

    long sendto(int socket, byte[] bytes, long length, int flags, byte[] address, int addressLength) throws LastErrorException;

    long recv(int socket, byte[] bytes, long length, int flags) throws LastErrorException;

    int close(int socket) throws LastErrorException;

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    /** A {@code sockaddr_in} or {@code sockaddr_in6}. */
    static byte[] address(InetAddress address, int port) {
        boolean v4 = address instanceof Inet4Address;
        ByteBuffer bytes = ByteBuffer.allocate(v4 ? 16 : 28);
        bytes.order(ByteOrder.nativeOrder()).putShort((short) family(address));
        bytes.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
        if (!v4) {
            bytes.putInt(0); // flow information
        }
        bytes.put(address.getAddress());
        return bytes.array();
    }

    static int intOption(int socket, int level, int option, int value) {
        return LIBRARY.setsockopt(socket, level, option, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array(), 4);
    }

    /** Bounds both sending and receiving. */
    static void timeout(int socket, long millis) {
        byte[] time = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(millis / 1000).putLong(millis % 1000 * 1000).array();
        LIBRARY.setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, time, time.length);
        LIBRARY.setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, time, time.length);
    }
}
