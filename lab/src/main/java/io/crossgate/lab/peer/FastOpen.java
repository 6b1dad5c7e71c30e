package io.crossgate.lab.peer;

import com.sun.jna.LastErrorException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A connection whose SYN carries data (RFC 7413). */
final class FastOpen {
    private FastOpen() {}

    static Attempt attempt(InetAddress from, int port, InetSocketAddress remote, int bytes, int timeoutMillis) {
        long started = System.currentTimeMillis();
        String fault = "";
        int socket = C.LIBRARY.socket(C.family(from), C.SOCK_STREAM, 0);
        try {
            C.timeout(socket, timeoutMillis);
            C.intOption(socket, C.IPPROTO_TCP, C.TCP_FASTOPEN_CONNECT, 1);
            byte[] local = C.address(from, port);
            C.LIBRARY.bind(socket, local, local.length);
            byte[] to = C.address(remote.getAddress(), remote.getPort());
            C.LIBRARY.connect(socket, to, to.length);
            byte[] question = (bytes + "\n").getBytes(StandardCharsets.US_ASCII);
            C.LIBRARY.send(socket, question, question.length, 0);
            byte[] answer = new byte[bytes];
            long got = 0;
            while (got < bytes) {
                long some = C.LIBRARY.recv(socket, answer, bytes - got, 0);
                if (some == 0) {
                    fault = "closed after " + got + " of " + bytes + " bytes";
                    break;
                }
                got += some;
            }
        } catch (LastErrorException e) {
            fault = e.getMessage();
        } finally {
            C.LIBRARY.close(socket);
        }
        return new Attempt(started, new InetSocketAddress(from, port), remote, System.currentTimeMillis() - started, fault);
    }
}
