package io.crossgate.ingest.capture;

import static io.crossgate.ingest.capture.CaptureBytes.frame;
import static io.crossgate.ingest.capture.CaptureBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapReaderTest {
    @ParameterizedTest
    @CsvSource({
        "BIG_ENDIAN,    a1b2c3d4, 5, 4000000123000",
        "LITTLE_ENDIAN, a1b2c3d4, 5, 4000000123000",
        "BIG_ENDIAN,    a1b23c4d, 5, 4000000000123",
        "LITTLE_ENDIAN, a1b23c4d, 5, 4000000000123"})
    void everyByteOrderAndResolutionGivesTheSameTime(String order, String magic, int length, long time) {
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] file = CaptureBytes.pcap(byteOrder, (int) Long.parseLong(magic, 16), 1).record(4000, 123, frame(length)).bytes();
        CaptureBytes.Read read = read(file);
        assertThat(read.fault()).isNull();
        assertThat(read.times()).containsExactly(time);
        assertThat(read.lengths()).containsExactly(length);
    }

    @Test
    void secondsBeyond2038AreUnsigned() {
        byte[] file = CaptureBytes.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1).record(0xf000_0000L, 0, frame(1)).bytes();
        assertThat(read(file).times()).containsExactly(0xf000_0000L * 1_000_000_000L);
    }

    @Test
    void frameCheckSequenceBitsAreNoPartOfTheLinkType() throws IOException {
        byte[] file = CaptureBytes.pcap(0x44000000 | 276).record(1, frame(3)).bytes();
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file), "x")) {
            RawPacket packet = new RawPacket();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.linkType).isEqualTo(276);
            assertThat(packet.originalLength).isEqualTo(103);
        }
    }

    @Test
    void modifiedHeadersCarryTheDirection() throws IOException {
        ByteBuffer record = ByteBuffer.allocate(24).putInt(7).putInt(9).putInt(2).putInt(2).putInt(1).putShort((short) 0x800).put((byte) 4);
        byte[] file = CaptureBytes.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2cd34, 1).put(record).put(frame(2)).bytes();
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file), "x")) {
            RawPacket packet = new RawPacket();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.time).isEqualTo(7_000_009_000L);
            assertThat(packet.way).isEqualTo(PacketHeader.WAY_OUT);
            assertThat(Arrays.copyOfRange(packet.bytes, packet.offset, packet.offset + 2)).containsExactly(2, 2);
            assertThat(reader.next(packet)).isFalse();
        }
    }

    @Test
    void filesBeforeVersion2Point3HaveTheLengthsSwapped() {
        ByteBuffer header = ByteBuffer.allocate(24).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 2).putLong(0).putInt(96).putInt(1);
        ByteBuffer record = ByteBuffer.allocate(16).putInt(1).putInt(0).putInt(1500).putInt(4);
        byte[] file = new CaptureBytes(ByteOrder.BIG_ENDIAN).put(header).put(record).put(frame(4)).bytes();
        assertThat(read(file).lengths()).containsExactly(4);
    }

    @Test
    void aRecordLargerThanTheWindowIsReadWhole() {
        byte[] big = new byte[3_000_000];
        ByteBuffer header = ByteBuffer.allocate(24).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0).putInt(0).putInt(1);
        byte[] file = new CaptureBytes(ByteOrder.BIG_ENDIAN).put(header).record(1, 0, frame(5)).record(2, 0, big).record(3, 0, frame(6)).bytes();
        assertThat(read(file).lengths()).containsExactly(5, 3_000_000, 6);
    }

    @Test
    void aTruncatedRecordIsNamedWithItsOffset() {
        byte[] file = CaptureBytes.pcap(1).record(1, frame(60)).record(2, frame(96)).bytes();
        CaptureBytes.Read read = read(Arrays.copyOf(file, file.length - 56));
        assertThat(read.times()).containsExactly(1L);
        assertThat(read.fault()).hasMessage("x.pcap: offset 100: record of 96 bytes cut off after 40: the file is truncated");
    }

    @Test
    void anAbsurdRecordLengthIsDamage() {
        byte[] file = CaptureBytes.pcap(1).put(ByteBuffer.allocate(16).putInt(8, -1)).bytes();
        assertThat(read(file).fault()).hasMessage(
                "x.pcap: offset 24: record of 4294967295 bytes, where 262144 are the most there can be: the file is damaged");
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() {
        assertThat(read(new byte[0]).fault()).hasMessage("x.pcap: empty file");
    }

    @Test
    void aHeaderWithoutPacketsIsALegalCapture() {
        CaptureBytes.Read read = read(CaptureBytes.pcap(1).bytes());
        assertThat(read.fault()).isNull();
        assertThat(read.times()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "#separator \\x09 | it looks like a Zeek log",
        "hello, world     | it looks like plain text",
        "BZh91AY          | it looks like bzip2 data; decompress it first",
        "\u00c1\u00c2\u00c3\u00c4\u00c5 | it begins with c1 c2 c3 c4"})
    void otherFilesAreNamed(String content, String what) {
        assertThat(read(content.getBytes(StandardCharsets.ISO_8859_1)).fault())
                .hasMessage("x.pcap: offset 0: not a pcap or pcapng capture: " + what);
    }

    @Test
    void aMissingFileIsSaidToBeMissing() {
        assertThatThrownBy(() -> CaptureReader.open(Path.of("target", "no-such.pcap"))).isInstanceOf(CaptureException.class)
                .hasMessageEndingWith("no-such.pcap: no such file");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compressedCapturesAreRecognisedByTheirMagic(boolean gzip) throws IOException {
        CaptureBytes plain = CaptureBytes.pcap(1);
        for (int i = 1; i <= 1000; i++) {
            plain.record(i, frame(i % 100 + 1));
        }
        byte[] packed = gzip ? gzip(plain.bytes()) : Zstd.compress(plain.bytes());
        CaptureBytes.Read whole = read(packed);
        assertThat(whole.fault()).isNull();
        assertThat(whole.times()).hasSize(1000);
        CaptureBytes.Read cut = read(Arrays.copyOf(packed, packed.length / 2));
        assertThat(cut.fault()).hasMessageMatching("x\\.pcap: offset \\d+: the compressed data ends in the middle: the file is truncated");
        assertThat(cut.times()).hasSizeLessThan(1000);
    }

    @Test
    void gzipFilesOfSeveralMembersAreReadToTheEnd() throws IOException {
        byte[] plain = CaptureBytes.pcap(1).record(1, frame(9)).record(2, frame(9)).bytes();
        byte[] packed = CaptureBytes.join(gzip(Arrays.copyOf(plain, 30)), gzip(Arrays.copyOfRange(plain, 30, plain.length)));
        assertThat(read(packed).times()).containsExactly(1L, 2L);
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
