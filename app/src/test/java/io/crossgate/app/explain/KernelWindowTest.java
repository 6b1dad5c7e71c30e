package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.app.explain.Packets.Options;
import io.crossgate.ingest.capture.RawPacket;
import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.Note;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each bound of the window, one number inside and one outside, in both directions, with and without scaling and SACK. The probe is a FIN: whether it was taken for
 * part of the connection then shows in the state. What is expected of the shadow is written here; the kernel, where it can be asked, must say the same.
 */
class KernelWindowTest {
    private static final int WINDOW = 8_000;
    private static final int DATA = 1_000;
    private static final int ACK_LAG = 66_000;

    /** What a probe is expected to be: taken, let through and ignored, or INVALID. */
    private enum Place { INSIDE, IGNORED, INVALID }

    private static final class Case {
        final String name;
        final Place expected;
        final String reason;

        Case(String name, Place expected, String reason) {
            this.name = name;
            this.expected = expected;
            this.reason = reason;
        }
    }

    private final Packets packets = new Packets();
    private final Map<Integer, Case> cases = new LinkedHashMap<>();

    @Test
    void theShadowKeepsEachBound() throws IOException {
        build();
        assertThat(misjudged()).as("probes that the shadow places otherwise").isEmpty();
    }

    @Test
    void theKernelKeepsTheSameBounds() throws IOException {
        KernelLab.assumePresent();
        build();
        assertThat(Trial.differences(packets, Map.of())).as("conversations of which kernel and shadow think differently").isEmpty();
    }

    private void build() {
        for (int scale : new int[] {-1, 0, 3, 14}) {
            for (boolean sack : new boolean[] {false, true}) {
                for (boolean fromClient : new boolean[] {true, false}) {
                    bounds(scale, sack, fromClient);
                }
            }
        }
        oneSidedScaling();
    }

    private void bounds(int scale, boolean sack, boolean fromClient) {
        int window = WINDOW << Math.max(0, scale);
        String with = (scale < 0 ? "no scaling" : "scale " + scale) + (sack ? ", SACK" : "") + (fromClient ? ", original" : ", reply");
        String beyond = Note.MORE_BYTES_THAN_EXPECTED.name();
        probe("SEQ at the upper bound, " + with, scale, sack, fromClient, window, 0, 0, Place.INSIDE, "");
        probe("SEQ one over the upper bound, " + with, scale, sack, fromClient, window + 1, 0, 0, Place.IGNORED, beyond);
        probe("end one window less two over the upper bound, " + with, scale, sack, fromClient, 2 * window - 2, 0, 0, Place.IGNORED, beyond);
        probe("end one window over the upper bound, " + with, scale, sack, fromClient, 2 * window, 0, 0, Place.INVALID,
                InvalidReason.SEQ_OVER_UPPER_BOUND.name());
        // Behind everything by no more than the receiver's window; the probe itself is one long.
        probe("SEQ at the lower bound, " + with, scale, sack, fromClient, -window - 1, 0, 0, Place.INSIDE, "");
        probe("SEQ one under the lower bound, " + with, scale, sack, fromClient, -window - 2, 0, 0, Place.IGNORED, Note.SEQ_UNDER_LOWER_BOUND.name());
        probe("ACK at the upper bound, " + with, scale, sack, fromClient, 0, 0, 0, Place.INSIDE, "");
        probe("ACK one over the upper bound, " + with, scale, sack, fromClient, 0, 1, 0, Place.INVALID, InvalidReason.ACK_OVER_UPPER_BOUND.name());
        int lag = Math.max(ACK_LAG, window);
        probe("ACK at the lower bound, " + with, scale, sack, fromClient, 0, -lag, 0, Place.INSIDE, "");
        probe("ACK one under the lower bound, " + with, scale, sack, fromClient, 0, -lag - 1, 0, Place.IGNORED, Note.ACK_UNDER_LOWER_BOUND.name());
        probe("SACK edge at the upper bound, " + with, scale, sack, fromClient, 0, -500, 500, Place.INSIDE, "");
        probe("SACK edge one over the upper bound, " + with, scale, sack, fromClient, 0, -500, 501, sack ? Place.INVALID : Place.INSIDE,
                sack ? InvalidReason.ACK_OVER_UPPER_BOUND.name() : "");
        probe("SACK edge at the lower bound, " + with, scale, sack, fromClient, 0, -lag - 500, 500, sack ? Place.INSIDE : Place.IGNORED,
                sack ? "" : Note.ACK_UNDER_LOWER_BOUND.name());
    }

    /** A handshake, data both ways, and a FIN whose numbers are off by so much; {@code edge} is where a SACK block ends, beyond the acknowledgement. */
    private void probe(String name, int scale, boolean sack, boolean fromClient, int seqOff, int ackOff, int edge, Place expected, String reason) {
        int conversation = packets.begin();
        cases.put(conversation, new Case(name, expected, reason));
        Options syn = Options.syn(scale, sack);
        int client = 300_000_000;
        int server = 700_000_000;
        packets.tcp(true, 0x02, client, 0, WINDOW, syn, 0);
        packets.tcp(false, 0x12, server, client + 1, WINDOW, syn, 0);
        packets.tcp(true, 0x10, client + 1, server + 1, WINDOW, Options.NONE, 0);
        packets.tcp(true, 0x18, client + 1, server + 1, WINDOW, Options.NONE, DATA);
        packets.tcp(false, 0x18, server + 1, client + 1 + DATA, WINDOW, Options.NONE, DATA);
        packets.tcp(true, 0x10, client + 1 + DATA, server + 1 + DATA, WINDOW, Options.NONE, 0);
        packets.tcp(false, 0x10, server + 1 + DATA, client + 1 + DATA, WINDOW, Options.NONE, 0);
        int seq = (fromClient ? client : server) + 1 + DATA + seqOff;
        int ack = (fromClient ? server : client) + 1 + DATA + ackOff;
        Options options = edge == 0 ? Options.NONE : Options.sack(ack + edge - 100, ack + edge);
        packets.tcp(fromClient, 0x11, seq, ack, WINDOW, options, 0);
    }

    /** Windows are scaled only if both sides offer it. */
    private void oneSidedScaling() {
        for (boolean byClient : new boolean[] {true, false}) {
            int conversation = packets.begin();
            cases.put(conversation, new Case("scaling offered by " + (byClient ? "client" : "server") + " alone", Place.INVALID,
                    InvalidReason.SEQ_OVER_UPPER_BOUND.name()));
            packets.tcp(true, 0x02, 1000, 0, WINDOW, Options.syn(byClient ? 7 : -1, false), 0);
            packets.tcp(false, 0x12, 5000, 1001, WINDOW, Options.syn(byClient ? -1 : 7, false), 0);
            packets.tcp(true, 0x10, 1001, 5001, WINDOW, Options.NONE, 0);
            packets.tcp(true, 0x11, 1001 + 3 * WINDOW, 5001, WINDOW, Options.NONE, 0);
        }
    }

    private List<String> misjudged() {
        List<String> misjudged = new ArrayList<>();
        Explainer explainer = new Explainer(ConntrackSettings.DEFAULTS, false);
        RawPacket packet = new RawPacket();
        packet.linkType = 1;
        for (int i = 0; i < packets.frames.size(); i++) {
            packet.bytes = packets.frames.get(i);
            packet.capturedLength = packet.bytes.length;
            packet.originalLength = packet.bytes.length;
            Explained e = explainer.next(packet);
            int conversation = packets.conversations.get(i);
            if (packets.conversations.lastIndexOf(conversation) != i) {
                continue;
            }
            Case probed = cases.get(conversation);
            Place place = e.invalid() ? Place.INVALID : e.before == e.after ? Place.IGNORED : Place.INSIDE;
            String said = e.invalid() ? e.reason.name() : e.note == Note.NONE ? "" : e.note.name();
            if (place != probed.expected || !said.equals(probed.reason)) {
                misjudged.add(probed.name + ": expected " + probed.expected + " " + probed.reason + ", is " + place + " " + said);
            }
        }
        return misjudged;
    }
}
