package io.crossgate.feeds.syslog;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Syslog messages (RFC 5424), each with its length in octets before it (RFC 6587 section 3.4.1, RFC 5425), over TCP or TLS. Syslog has no acknowledgement, and what a
 * socket took may never be read. So a batch has a connection of its own: after the last message this side ends its half, and only the receiver's orderly end of the
 * other half, which comes after it has read everything, counts as taken.
 */
public final class Syslog implements Destination {
    private static final int LOCAL0 = 16;
    private static final int LONGEST_HOST = 255;

    private final String host;
    private final int port;
    private final SSLContext tls;
    private final Duration timeout;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syslog-watch");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A receiver; not connected to before the first batch.
     *
     * @param tls whom to trust; null for plain TCP
     * @param timeout for a whole batch, from the connection to the receiver's end of it
     */
    public Syslog(String host, int port, SSLContext tls, Duration timeout) {
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return (tls == null ? "syslog+tcp://" : "syslog+tls://") + host + ":" + port;
    }

    @Override
    public Delivery deliver(List<Item> items) throws IOException {
        try (Socket plain = new Socket()) {
            // A write to a receiver that does not read blocks for ever: closing the socket ends it.
            ScheduledFuture<?> end = watch.schedule(() -> closeNow(plain), timeout.toMillis(), TimeUnit.MILLISECONDS);
            try {
                plain.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
                plain.setSoTimeout((int) timeout.toMillis());
                Socket socket = tls == null ? plain : secured(plain);
                socket.getOutputStream().write(frames(items));
                socket.getOutputStream().flush();
                socket.shutdownOutput();
                awaitEnd(socket.getInputStream());
                return Delivery.TAKEN;
            } catch (SocketTimeoutException e) {
                throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
            } catch (IOException e) {
                throw end.isDone() ? new IOException("did not take the messages and end the connection within " + timeout.toMillis() + " ms", e) : e;
            } finally {
                end.cancel(false);
            }
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must be for this host
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void awaitEnd(InputStream in) throws IOException {
        byte[] passedOver = new byte[256];
        while (in.read(passedOver) >= 0) {
            continue;
        }
    }

    private static void closeNow(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    private static byte[] frames(List<Item> items) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (Item item : items) {
            byte[] message = message(item).getBytes(StandardCharsets.UTF_8);
            frames.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
            frames.writeBytes(message);
        }
        return frames.toByteArray();
    }

    /** The message: priority, version, time, the gateway as host, the program, no process, the kind of event, no structured data, the line. */
    static String message(Item item) {
        String micros = Words.iso(item.time()).substring(0, "2026-11-23T05:38:10.907036".length()) + "Z"; // RFC 5424 has six digits at most
        return "<" + (LOCAL0 * 8 + item.severity().syslog) + ">1 " + micros + " " + hostname(item.gateway()) + " crossgate - " + item.kind().toLowerCase(Locale.ROOT)
                + " - " + item.text();
    }

    /** Printable ASCII without blanks; "-" if there is nothing. */
    private static String hostname(String gateway) {
        String name = gateway.replaceAll("[^\\x21-\\x7e]", "_");
        return name.isEmpty() ? "-" : name.substring(0, Math.min(LONGEST_HOST, name.length()));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
