package io.crossgate.lab.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers each line, a number, with so many bytes; after a line that ends in {@code !} it is the first to close. */
final class Server implements Runnable {
    private static final int BACKLOG = 1000;

    private final ServerSocket listening;

    Server(InetAddress address, int port) throws IOException {
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(address, port), BACKLOG);
    }

    @Override
    public void run() {
        try {
            while (true) {
                Socket socket = listening.accept();
                Threads.start(() -> answer(socket));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void answer(Socket socket) {
        try (socket; BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream out = socket.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                boolean last = line.endsWith("!");
                out.write(new byte[Integer.parseInt(last ? line.substring(0, line.length() - 1) : line)]);
                if (last) {
                    return;
                }
            }
        } catch (IOException e) {
            return; // the client's report tells of it
        }
    }
}
