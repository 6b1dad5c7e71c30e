package io.crossgate.feeds.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.crossgate.feeds.Samples;
import io.crossgate.feeds.cef.Cef;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Tls;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.Severity;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Debian's rsyslog takes CEF over TLS, and splits each message into its parts by its own parser. */
class RsyslogTest {
    private static final Path DAEMON = Path.of("/usr/sbin/rsyslogd");

    @TempDir
    Path folder;

    @Test
    @Timeout(90)
    void rsyslogReceivesEveryCefLineOverTls() throws Exception {
        Path driver = driver();
        Certificates certificates = new Certificates(folder, "ip:127.0.0.1");
        int port = freePort();
        Path received = folder.resolve("received.log");
        Files.writeString(folder.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="64k" defaultNetstreamDriverCAFile="%2$s" defaultNetstreamDriverCertFile="%2$s"
                       defaultNetstreamDriverKeyFile="%3$s")
                module(load="imtcp" streamDriver.name="%4$s" streamDriver.mode="1" streamDriver.authMode="anon")
                template(name="parts" type="string" string="%%hostname%%|%%app-name%%|%%msgid%%|%%syslogseverity-text%%|%%timereported:::date-rfc3339%%|%%msg%%\\n")
                input(type="imtcp" address="127.0.0.1" port="%5$d")
                action(type="omfile" file="%6$s" template="parts")
                """.formatted(folder, certificates.certificate, certificates.key, driver.getFileName().toString().replace("lmnsd_", "").replace(".so", ""), port, received));
        List<Item> items = IntStream.range(0, 300).mapToObj(i -> new Item("invalid-drop", "id-" + i, 0, 1_795_412_290_907_036_864L, "gwa", Severity.LOW,
                new Cef("1.0").line(Samples.drop()) + " cn2Label=n cn2=" + i)).toList();
        Process rsyslog = new ProcessBuilder(DAEMON.toString(), "-n", "-f", folder.resolve("rsyslog.conf").toString(), "-i", folder.resolve("pid").toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("out.txt").toFile()).start();
        try (Syslog syslog = new Syslog("127.0.0.1", port, Tls.trusting(certificates.certificate), Duration.ofSeconds(20))) {
            deliver(syslog, items.subList(0, 100), rsyslog);
            deliver(syslog, items.subList(100, 300), rsyslog);
            List<String> lines = List.of();
            while (lines.size() < items.size()) {
                Thread.sleep(100);
                lines = Files.exists(received) ? Files.readAllLines(received) : List.of();
            }
            String head = "gwa|crossgate|invalid-drop|notice|2026-11-23T05:38:10.907036Z|";
            assertThat(lines).containsExactlyElementsOf(items.stream().map(item -> head + item.text()).toList());
        } finally {
            rsyslog.destroy();
            rsyslog.waitFor();
        }
    }

    /** Tries until the daemon listens. */
    private static void deliver(Syslog syslog, List<Item> items, Process rsyslog) throws InterruptedException {
        while (true) {
            try {
                assertThat(syslog.deliver(items)).isEqualTo(Delivery.TAKEN);
                return;
            } catch (IOException e) {
                assertThat(rsyslog.isAlive()).as("rsyslogd runs").isTrue();
                Thread.sleep(200);
            }
        }
    }

    private static Path driver() throws IOException {
        if (Files.isExecutable(DAEMON)) {
            try (var found = Files.find(Path.of("/usr/lib"), 3, (path, of) -> path.getFileName().toString().matches("lmnsd_(gtls|ossl)\\.so"))) {
                List<Path> drivers = found.sorted().toList();
                if (!drivers.isEmpty()) {
                    return drivers.get(0);
                }
            }
        }
        String words = "Skipped: rsyslog received nothing over TLS, there is no rsyslogd with a TLS driver (Debian: rsyslog, rsyslog-gnutls) on this machine.";
        System.out.println(words);
        abort(words);
        throw new AssertionError();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
