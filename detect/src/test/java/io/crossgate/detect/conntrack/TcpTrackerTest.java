package io.crossgate.detect.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.schemas.flow.PacketHeader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What needs time to pass: entries that expire, and what shortens or lengthens their lives. Verdicts as such are compared with the kernel elsewhere. */
class TcpTrackerTest {
    private static final int SYN = PacketHeader.SYN;
    private static final int ACK = PacketHeader.ACK;
    private static final int FIN = PacketHeader.FIN;
    private static final int RST = PacketHeader.RST;

    private final TcpTracker tracker = new TcpTracker();
    private final TcpSegment segment = new TcpSegment();
    private ConntrackSettings settings = ConntrackSettings.DEFAULTS;
    private double now;
    private int client = 100;
    private int server = 5_000;

    private CtVerdict send(boolean fromClient, int flags, int seq, int ack, int payload, int window) {
        segment.time = (long) (now * 1e9);
        segment.fromLow = fromClient;
        segment.flags = flags;
        segment.seq = seq;
        segment.ack = ack;
        segment.sackEdge = ack;
        segment.payloadLength = payload;
        segment.window = window;
        segment.windowScale = PacketHeader.ABSENT;
        return tracker.step(segment, settings);
    }

    private CtVerdict client(int flags) {
        return send(true, flags, client, server, 0, 10_000);
    }

    private CtVerdict server(int flags) {
        return send(false, flags, server, client, 0, 10_000);
    }

    private void open() {
        send(true, SYN, client++, 0, 0, 10_000);
        server(SYN | ACK);
        server++;
        client(ACK);
    }

    private double life() {
        return tracker.expires() / 1e9 - now;
    }

    @Test
    void aRepeatedSynDoesNotKeepTheEntryAlive() {
        send(true, SYN, 99, 0, 0, 10_000);
        now = 100;
        assertThat(send(true, SYN, 99, 0, 0, 10_000)).isEqualTo(CtVerdict.NEW);
        now = 121;
        assertThat(server(SYN | ACK)).isEqualTo(CtVerdict.INVALID);
        assertThat(tracker.reason()).isEqualTo(InvalidReason.INVALID_NEW_SYN_ACK);
    }

    @Test
    void anIdleConnectionLivesForTheEstablishedTimeOut() {
        open();
        now = 431_999;
        assertThat(client(ACK)).isEqualTo(CtVerdict.ESTABLISHED);
        now += 432_000;
        assertThat(server(FIN | ACK)).isEqualTo(CtVerdict.INVALID);
        assertThat(tracker.reason()).isEqualTo(InvalidReason.INVALID_NEW_FIN);
    }

    @Test
    void theTimeOutIsTheSetOne() {
        settings = settings.with("nf_conntrack_tcp_timeout_established", "60");
        open();
        assertThat(life()).isEqualTo(60);
    }

    @Test
    void unacknowledgedDataShortensLifeUntilItIsAcknowledged() {
        open();
        send(true, ACK, client, server, 500, 10_000);
        client += 500;
        assertThat(life()).isEqualTo(300);
        server(ACK);
        assertThat(life()).isEqualTo(432_000);
    }

    @Test
    void aClosedWindowShortensLife() {
        open();
        send(false, ACK, server, client, 0, 0);
        assertThat(life()).isEqualTo(300);
    }

    @Test
    void repeatedAcksShortenLife() {
        settings = settings.with("nf_conntrack_tcp_timeout_max_retrans", "77");
        open();
        for (int i = 0; i < 3; i++) {
            client(ACK);
        }
        assertThat(life()).isEqualTo(77);
    }

    @Test
    void aConnectionPickedUpLivesShortUntilItIsAnswered() {
        client(ACK);
        assertThat(tracker.note()).isEqualTo(Note.PICKED_UP);
        assertThat(life()).isEqualTo(300);
        server(ACK);
        assertThat(life()).isEqualTo(300);
        client(ACK);
        assertThat(life()).isEqualTo(432_000);
    }

    @Test
    void rstBeforeAnyReplyRemovesTheEntry() {
        send(true, SYN, client++, 0, 0, 10_000);
        assertThat(send(false, RST | ACK, 0, client, 0, 0)).isEqualTo(CtVerdict.ESTABLISHED);
        assertThat(tracker.exists(segment.time)).isFalse();
    }

    @Test
    void aClosedConnectionLivesTenSeconds() {
        open();
        client(RST | ACK);
        assertThat(tracker.after()).isEqualTo(TcpState.CLOSE);
        now = 9.9;
        assertThat(server(ACK)).isEqualTo(CtVerdict.ESTABLISHED);
        now = 25;
        assertThat(server(FIN | ACK)).isEqualTo(CtVerdict.INVALID);
    }

    @Test
    void finsFromBothSidesOutsideTheWindowShortenLife() {
        open();
        send(true, FIN | ACK, client + 1_000_000, server, 0, 10_000);
        assertThat(tracker.reason()).isEqualTo(InvalidReason.SEQ_OVER_UPPER_BOUND);
        assertThat(tracker.value() - tracker.bound()).isEqualTo(1_000_000 - 10_000);
        assertThat(life()).isEqualTo(432_000);
        send(false, FIN | ACK, server + 1_000_000, client, 0, 10_000);
        assertThat(life()).isEqualTo(300);
    }

    @Test
    void aPacketThatNeverLeftMadeNoEntry() {
        send(true, SYN, client++, 0, 0, 10_000);
        tracker.confirmBy(TimeUnit.SECONDS.toNanos(5));
        now = 6;
        assertThat(server(SYN | ACK)).isEqualTo(CtVerdict.INVALID);
    }

    @Test
    void unknownSettingsAndValuesAreErrors() {
        assertThatThrownBy(() -> settings.with("nf_conntrack_tcp_lose", "1")).hasMessageContaining("nf_conntrack_tcp_lose");
        assertThatThrownBy(() -> settings.with("nf_conntrack_tcp_loose", "2")).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> settings.with("nf_conntrack_tcp_loose", "yes")).hasMessageContaining("0 to 1");
    }
}
