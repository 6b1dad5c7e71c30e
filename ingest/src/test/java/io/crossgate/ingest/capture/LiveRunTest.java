package io.crossgate.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.decode.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Captures at the loopback interface of this machine; skipped, and said to be, where that needs rights or a library that are not there. */
class LiveRunTest {
    private static LiveInput loopback(String filter) {
        return new LiveInput("gw", "loopback", "lo", filter, 128, 4 << 20, false);
    }

    private static LiveRun open(LiveInput input) {
        try {
            return LiveRun.open(List.of(input));
        } catch (CaptureException e) {
            return abort("live capture is not possible here: " + e.getMessage());
        }
    }

    private static void connect(ServerSocket server) throws IOException {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort()); Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    @Timeout(30)
    void packetsOfTheLoopbackInterfaceReachTheSinkInOrder() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                LiveRun run = open(loopback("tcp port " + server.getLocalPort()))) {
            Thread capture = new Thread(() -> run.run(sink, 0));
            capture.start();
            while (sink.headers < 200) {
                connect(server);
            }
            run.stop();
            capture.join();
            assertThat(sink.allEnded()).isTrue();
            assertThat(sink.watermarks).isPositive();
            assertThat(sink.calls).startsWith("point 0 gw/loopback");
            PointAccount account = run.accounts().get(0);
            assertThat(account.count(Outcome.TCP)).isEqualTo(sink.headers).isEqualTo(account.packets());
            assertThat(account.lost()).isZero();
        }
    }

    @Test
    @Timeout(30)
    void aCountEndsTheCapture() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                LiveRun run = open(loopback("tcp port " + server.getLocalPort()))) {
            Thread capture = new Thread(() -> run.run(sink, 3));
            capture.start();
            while (capture.isAlive()) {
                connect(server);
                Thread.sleep(5);
            }
            assertThat(run.accounts().get(0).packets()).isEqualTo(3);
            assertThat(sink.allEnded()).isTrue();
        }
    }

    @Test
    void faultsSayWhatToDo() throws IOException {
        open(loopback("")).close();
        assertThatThrownBy(() -> LiveRun.open(List.of(new LiveInput("gw", "x", "nosuch0", "", 128, 1 << 20, false))))
                .isInstanceOf(CaptureException.class).hasMessageContaining("nosuch0: no such interface; there are ").hasMessageContaining("lo");
        assertThatThrownBy(() -> LiveRun.open(List.of(loopback("tcp prot 5"))))
                .isInstanceOf(CaptureException.class).hasMessageContaining("the filter 'tcp prot 5' does not compile").hasMessageContaining("syntax error");
    }
}
