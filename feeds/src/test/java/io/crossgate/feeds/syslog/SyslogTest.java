package io.crossgate.feeds.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.feeds.Samples;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Tls;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.Severity;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a receiver on a socket of this machine. */
@Timeout(60)
class SyslogTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path folder;

    /** What a receiver does with one connection. */
    private interface Manner {
        void take(Socket connection) throws IOException;
    }

    private final List<String> messages = new CopyOnWriteArrayList<>();

    private ServerSocket receiver(ServerSocket socket, Manner manner) {
        Thread thread = new Thread(() -> {
            while (true) {
                try (Socket connection = socket.accept()) {
                    manner.take(connection);
                } catch (IOException e) {
                    if (socket.isClosed()) {
                        return;
                    }
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** RFC 6587: the length in octets, a blank, the message; to the end. */
    private void readFrames(Socket connection) throws IOException {
        DataInputStream in = new DataInputStream(connection.getInputStream());
        for (int c = in.read(); c >= 0; c = in.read()) {
            int length = 0;
            for (; c != ' '; c = in.read()) {
                assertThat(c).isBetween((int) '0', (int) '9');
                length = length * 10 + c - '0';
            }
            byte[] message = new byte[length];
            in.readFully(message);
            messages.add(new String(message, StandardCharsets.UTF_8));
        }
    }

    @Test
    void eachMessageIsRfc5424AndItsLengthIsCountedInOctets() throws Exception {
        try (ServerSocket socket = receiver(loopback(), this::readFrames); Syslog syslog = new Syslog("127.0.0.1", socket.getLocalPort(), null, LONG)) {
            Item item = new Item("invalid-drop", "i", 0, 1_795_412_290_907_036_864L, "g\u00fc a", Severity.MEDIUM, "text \u00fc \u20ac");
            assertThat(syslog.deliver(List.of(item, Samples.item(1, 0)))).isEqualTo(Delivery.TAKEN);
            assertThat(messages).hasSize(2);
            assertThat(messages.get(0)).isEqualTo("<132>1 2026-11-23T05:38:10.907036Z g__a crossgate - invalid-drop - text \u00fc \u20ac");
        }
    }

    @Test
    void aReceiverThatClosesBeforeItHasReadEverythingHasNotTakenTheBatch() throws Exception {
        Manner cutsOff = connection -> {
            connection.getInputStream().readNBytes(10);
            connection.setSoLinger(true, 0);
        };
        try (ServerSocket socket = receiver(loopback(), cutsOff); Syslog syslog = new Syslog("127.0.0.1", socket.getLocalPort(), null, LONG)) {
            assertThatThrownBy(() -> syslog.deliver(Samples.items(20_000))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aReceiverThatDoesNotReadHoldsTheFeedUpNoLongerThanTheTimeout() throws Exception {
        Manner sleeps = connection -> sleep();
        try (ServerSocket socket = receiver(loopback(), sleeps); Syslog syslog = new Syslog("127.0.0.1", socket.getLocalPort(), null, SHORT)) {
            assertThatThrownBy(() -> syslog.deliver(Samples.items(200_000))).isInstanceOf(IOException.class).hasMessageContaining("within 500 ms");
        }
    }

    @Test
    void overTlsTheReceiverMustHoldACertificateThatIsTrusted() throws Exception {
        Certificates own = new Certificates(folder, "ip:127.0.0.1");
        Certificates other = new Certificates(folder, "dns:other.example.com");
        ServerSocket tls = own.server().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (ServerSocket socket = receiver(tls, this::readFrames);
                Syslog trusting = new Syslog("127.0.0.1", socket.getLocalPort(), Tls.trusting(own.certificate), LONG);
                Syslog doubting = new Syslog("127.0.0.1", socket.getLocalPort(), Tls.trusting(other.certificate), LONG)) {
            assertThatThrownBy(() -> doubting.deliver(Samples.items(1))).isInstanceOf(IOException.class);
            assertThat(messages).isEmpty();
            assertThat(trusting.deliver(Samples.items(3))).isEqualTo(Delivery.TAKEN);
            assertThat(messages).hasSize(3);
        }
    }

    @Test
    void overTlsTheCertificateMustBeForTheHostThatWasAskedFor() throws Exception {
        Certificates other = new Certificates(folder, "dns:other.example.com");
        ServerSocket tls = other.server().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (ServerSocket socket = receiver(tls, this::readFrames); Syslog syslog = new Syslog("127.0.0.1", socket.getLocalPort(), Tls.trusting(other.certificate), LONG)) {
            assertThatThrownBy(() -> syslog.deliver(Samples.items(1))).isInstanceOf(IOException.class).hasMessageContaining("127.0.0.1");
            assertThat(messages).isEmpty();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(LONG.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
