package io.crossgate.lab.peer;

import com.sun.jna.LastErrorException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Echo requests from one address, one after the other, until stopped. */
final class Pinger implements Runnable {
    private static final int DATA = 48;
    private static final long PATIENCE_MILLIS = 500;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;

    private final InetAddress from;
    private final InetAddress to;
    private final long intervalMillis;
    private final Thread thread;
    private volatile boolean stopped;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    Pinger(InetAddress from, InetAddress to, long intervalMillis) {
        this.from = from;
        this.to = to;
        this.intervalMillis = intervalMillis;
        thread = Threads.start(this);
    }

    /** One echo request; true if it was answered. */
    static boolean once(InetAddress from, InetAddress to) {
        boolean[] answered = new boolean[1];
        repeat(from, to, answer -> {
            answered[0] = answer;
            return false;
        });
        return answered[0];
    }

    @Override
    public void run() {
        repeat(from, to, answer -> {
            sent.incrementAndGet();
            if (answer) {
                answered.incrementAndGet();
            }
            Thread.sleep(intervalMillis);
            return !stopped;
        });
    }

    private interface Next {
        /** Takes whether a request was answered; tells whether to send another. */
        boolean after(boolean answered) throws InterruptedException;
    }

    private static void repeat(InetAddress from, InetAddress to, Next next) {
        boolean v4 = from instanceof Inet4Address;
        // An ICMP datagram socket: the kernel chooses the identifier and fills in the checksum.
        int socket = C.LIBRARY.socket(C.family(from), C.SOCK_DGRAM, v4 ? C.IPPROTO_ICMP : C.IPPROTO_ICMPV6);
        try {
            C.timeout(socket, PATIENCE_MILLIS);
            byte[] local = C.address(from, 0);
            C.LIBRARY.bind(socket, local, local.length);
            byte[] remote = C.address(to, 0);
            byte[] echo = new byte[8 + DATA];
            echo[0] = (byte) (v4 ? ECHO_REQUEST : ECHO_REQUEST_V6);
            byte[] answer = new byte[8 + DATA];
            boolean more = true;
            for (int number = 1; more; number++) {
                echo[6] = (byte) (number >> 8);
                echo[7] = (byte) number;
                more = next.after(exchange(socket, echo, remote, answer) && (answer[0] & 0xff) == (v4 ? ECHO_REPLY : ECHO_REPLY_V6));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            C.LIBRARY.close(socket);
        }
    }

    private static boolean exchange(int socket, byte[] echo, byte[] remote, byte[] answer) {
        try {
            C.LIBRARY.sendto(socket, echo, echo.length, 0, remote, remote.length);
            return C.LIBRARY.recv(socket, answer, answer.length, 0) > 0;
        } catch (LastErrorException e) {
            return false; // no answer in time, or no route
        }
    }

    /** Stops; gives the numbers sent and answered. */
    int[] stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return new int[] {sent.get(), answered.get()};
    }
}
