package io.crossgate.ingest.capture;

import static io.crossgate.ingest.capture.CaptureBytes.frame;
import static io.crossgate.ingest.capture.CaptureBytes.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever bytes a file holds, reading it gives packets and then an end or one {@link CaptureException}. */
class DamageProperties {
    private static byte[] pcap() {
        return CaptureBytes.pcap(1).record(1, frame(10)).record(2, frame(20)).record(3, frame(0)).record(4, frame(33)).bytes();
    }

    private static byte[] pcapng() {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.BIG_ENDIAN);
        file.describe(1, "eth0").enhanced(0, 1, frame(10), file.flags(1)).block(0x40, frame(9)).simple(20, frame(20));
        return file.section().describe(1, "eth1").obsolete(0, 1, 2, frame(5)).statistics(0, 3, 4).enhanced(0, 4, frame(33)).bytes();
    }

    @Test
    void everyTruncationGivesThePacketsBeforeItAndOneFault() {
        int[] pcapEnds = {24, 50, 86, 102, 151};
        everyTruncation(pcap(), pcapEnds);
        everyTruncation(pcapng(), null);
    }

    private static void everyTruncation(byte[] file, int[] ends) {
        CaptureBytes.Read whole = read(file);
        assertThat(whole.fault()).isNull();
        int before = 0;
        for (int length = 0; length < file.length; length++) {
            CaptureBytes.Read cut = read(Arrays.copyOf(file, length));
            int packets = cut.times().size();
            assertThat(packets).isBetween(before, whole.times().size());
            assertThat(cut.times()).isEqualTo(whole.times().subList(0, packets));
            before = packets;
            if (ends != null) {
                boolean atEnd = Arrays.binarySearch(ends, length) >= 0;
                assertThat(cut.fault() == null).as("cut after %d bytes", length).isEqualTo(atEnd);
            }
            if (cut.fault() != null) {
                assertThat(cut.fault().getMessage()).startsWith("x.pcap: ").doesNotContain("\n");
            }
        }
    }

    @Property(tries = 2000)
    void changedBytesNeverGiveAnythingElse(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes, @ForAll boolean ng) throws IOException {
        byte[] file = ng ? pcapng() : pcap();
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            file[random.nextInt(file.length)] = (byte) random.nextInt();
        }
        CaptureBytes.Read read = read(file);
        assertThat(read.times()).hasSizeLessThan(20);
        read(PcapReaderTest.gzip(file));
    }

    @Property(tries = 500)
    void changedBytesOfCompressedFilesNeverGiveAnythingElse(@ForAll long seed, @ForAll boolean gzip) throws IOException {
        byte[] file = gzip ? PcapReaderTest.gzip(pcap()) : com.github.luben.zstd.Zstd.compress(pcap());
        Random random = new Random(seed);
        file[random.nextInt(file.length)] = (byte) random.nextInt();
        // A changed length may stand for any number of zeros, and a header of zeros is a record of no bytes.
        assertThat(read(file).times()).hasSizeLessThan(1_000_000);
    }
}
