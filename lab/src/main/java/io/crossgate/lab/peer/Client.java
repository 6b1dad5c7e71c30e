package io.crossgate.lab.peer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One TCP connection of a client, to a {@link Server}. */
final class Client implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InetSocketAddress remote;
    private InetSocketAddress local;

    /** Bound to an address, and to a port unless it is 0; not connected. */
    Client(InetAddress from, int port, InetSocketAddress remote) throws IOException {
        socket.setReuseAddress(port != 0); // a port of the kernel's choice is one that no connection had lately
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(from, port));
        local = (InetSocketAddress) socket.getLocalSocketAddress();
        this.remote = remote;
    }

    /** Connects and asks for {@code bytes}. */
    Attempt connect(int bytes, int timeoutMillis) {
        return attempt(() -> {
            socket.connect(remote, timeoutMillis);
            exchange(bytes, "", timeoutMillis);
        });
    }

    /** Connects, asks for {@code bytes} and waits for the server to close first. */
    Attempt connectUntilClosed(int bytes, int timeoutMillis) {
        return attempt(() -> {
            socket.connect(remote, timeoutMillis);
            exchange(bytes, "!", timeoutMillis);
            if (socket.getInputStream().read() >= 0) {
                throw new IOException("more than was asked for");
            }
        });
    }

    /** Asks for {@code bytes} on the connection. */
    Attempt use(int bytes, int timeoutMillis) {
        return attempt(() -> exchange(bytes, "", timeoutMillis));
    }

    /** Connects, and says nothing. */
    Attempt open(int timeoutMillis) {
        return attempt(() -> socket.connect(remote, timeoutMillis));
    }

    Socket socket() {
        return socket;
    }

    private void exchange(int bytes, String mark, int timeoutMillis) throws IOException {
        socket.setSoTimeout(timeoutMillis);
        socket.getOutputStream().write((bytes + mark + "\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        int got = in.readNBytes(bytes).length;
        if (got < bytes) {
            throw new IOException("closed after " + got + " of " + bytes + " bytes");
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private Attempt attempt(Work work) {
        long started = System.currentTimeMillis();
        String fault = "";
        try {
            work.run();
        } catch (IOException e) {
            fault = String.valueOf(e.getMessage());
        }
        return new Attempt(started, local, remote, System.currentTimeMillis() - started, fault);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is gone either way
        }
    }
}
