package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.app.explain.Packets.Options;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Asks the running kernel for every cell of the transition table: every way into a state, both directions, every kind of packet, sequence and acknowledgement
 * numbers as expected, repeated, and beyond. Verdicts and the states that are left must be the shadow's.
 */
class KernelCellsTest {
    /** Kinds of packet, and flag combinations that no TCP sends. */
    private static final int[] FLAGS = {0x02, 0x12, 0x11, 0x10, 0x04, 0x14, 0x00, 0x01, 0x03, 0x06, 0x13, 0x18, 0x22, 0x31, 0x30, 0x29, 0x52, 0xc2, 0x05, 0x32};
    private static final int[] SEQUENCES = {0, -1, 1, 100_000, 2_000_000, -2_000_000};
    private static final int[] ACKNOWLEDGEMENTS = {0, -1, 1, -100_000};

    /** Each has a network namespace of its own, and mostly waits for its packets to be sent. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @CsvSource({"1, 0, 0", "0, 0, 0", "1, 1, 0", "0, 1, 0", "1, 0, 1"})
    void everyCellIsTheKernels(int loose, int liberal, int ignoreInvalidRst) throws IOException {
        KernelLab.assumePresent();
        Packets packets = new Packets();
        for (Scripts.Way way : Scripts.Way.values()) {
            for (int flags : FLAGS) {
                boolean plain = flags == 0x02 || flags == 0x12 || flags == 0x11 || flags == 0x10 || flags == 0x04 || flags == 0x14;
                for (boolean fromClient : new boolean[] {true, false}) {
                    for (int s = 0; s < (plain ? SEQUENCES.length : 1); s++) {
                        for (int a = 0; a < (plain ? ACKNOWLEDGEMENTS.length : 1); a++) {
                            probe(packets, way, fromClient, flags, SEQUENCES[s], ACKNOWLEDGEMENTS[a]);
                        }
                    }
                }
            }
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("nf_conntrack_tcp_loose", Integer.toString(loose));
        settings.put("nf_conntrack_tcp_be_liberal", Integer.toString(liberal));
        settings.put("nf_conntrack_tcp_ignore_invalid_rst", Integer.toString(ignoreInvalidRst));
        List<String> differences = Trial.differences(packets, settings);
        assertThat(differences).as(differences.size() + " conversations of " + packets.begin() + " of which kernel and shadow think differently").isEmpty();
    }

    private static void probe(Packets packets, Scripts.Way way, boolean fromClient, int flags, int sequence, int acknowledgement) {
        Scripts conversation = new Scripts(packets).go(way);
        boolean acks = (flags & Scripts.ACK) != 0;
        int seq = (fromClient ? conversation.client : conversation.server) + sequence;
        int ack = acks ? (fromClient ? conversation.server : conversation.client) + acknowledgement : 0;
        packets.tcp(fromClient, flags, seq, ack, Scripts.WINDOW, Options.NONE, 0);
    }
}
