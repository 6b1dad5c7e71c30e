package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Asks the running kernel about ICMP: every type from either side, with and without a question before it, and errors that quote what there is and what there is not. */
class KernelIcmpTest {
    private static final int[] ERRORS = {3, 4, 5, 11, 12};

    @Test
    void everyTypeIsCalledAsTheKernelCallsIt() throws IOException {
        KernelLab.assumePresent();
        Packets packets = new Packets();
        for (int type = 0; type < 256; type++) {
            packets.begin();
            packets.icmp(true, type, 0, 7, new byte[40], true);
            packets.icmp(false, type, 0, 7, new byte[40], true);
        }
        for (int question : new int[] {8, 13, 15, 17}) {
            for (int answer = 0; answer < 20; answer++) {
                packets.begin();
                packets.icmp(true, question, 0, 9, new byte[8], true);
                packets.icmp(false, answer, 0, 9, new byte[8], true);
                packets.icmp(false, answer, 0, 10, new byte[8], true);
                packets.icmp(false, answer, 1, 9, new byte[8], true);
                packets.icmp(true, question, 0, 9, new byte[8], true);
                packets.icmp(true, question, 0, 9, new byte[8], false);
            }
        }
        assertThat(Trial.differences(packets, Map.of())).isEmpty();
    }

    @Test
    void errorsAreRelatedOnlyToWhatIsThere() throws IOException {
        KernelLab.assumePresent();
        Packets packets = new Packets();
        for (int type : ERRORS) {
            for (int code = 0; code < 3; code++) {
                for (int length = 0; length <= 60; length++) {
                    Scripts conversation = new Scripts(packets).go(Scripts.Way.ESTABLISHED);
                    conversation.clientAck();
                    byte[] quoted = packets.quotation(Math.min(length, 40));
                    packets.icmp(false, type, code, 0, java.util.Arrays.copyOf(quoted, length), true);
                    packets.icmp(true, type, code, 0, java.util.Arrays.copyOf(quoted, length), true);
                }
            }
            packets.begin();
            packets.icmp(true, 8, 0, 3, new byte[20], true);
            byte[] ping = packets.quotation(36);
            packets.icmp(false, type, 0, 0, ping, true);
            packets.icmp(false, type, 0, 0, ping, false);
            packets.begin();
            packets.icmp(true, 0, 0, 3, new byte[20], true);
            packets.icmp(false, type, 0, 0, packets.quotation(36), true);
            packets.begin();
            packets.icmp(false, type, 0, 0, ping, true); // quotes another conversation
        }
        assertThat(Trial.differences(packets, Map.of())).isEmpty();
    }
}
