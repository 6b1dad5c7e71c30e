package io.crossgate.ingest.capture;

import static io.crossgate.ingest.capture.CaptureBytes.frame;
import static io.crossgate.ingest.capture.CaptureBytes.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcapngReaderTest {
    @ParameterizedTest
    @CsvSource({
        // if_tsresol, ticks, nanoseconds
        "0,   12,                   12000000000",
        "3,   12345,                12345000000",
        "6,   1700000000123456,     1700000000123456000",
        "9,   1700000000123456789,  1700000000123456789",
        "12,  1700000000123456,     1700000000123",
        "128, 12,                   12000000000",
        "129, 3,                    1500000000",
        "138, 1536,                 1500000000",
        "160, 6442450944,           1500000000",
        "191, 4611686018427387904,  500000000"})
    void everyClockResolutionGivesNanoseconds(int resolution, long ticks, long nanos) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            CaptureBytes file = CaptureBytes.pcapng(order);
            file.describe(1, file.option(9, new byte[] {(byte) resolution})).enhanced(0, ticks, frame(7));
            CaptureBytes.Read read = read(file.bytes());
            assertThat(read.fault()).isNull();
            assertThat(read.times()).containsExactly(nanos);
        }
    }

    @Test
    void microsecondsAreAssumedAndTheOffsetIsAdded() {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN);
        file.describe(1, file.option(14, file.number(1000))).enhanced(0, 5, frame(1));
        assertThat(read(file.bytes()).times()).containsExactly(1_000_000_005_000L);
    }

    @Test
    void sectionsHaveTheirOwnByteOrderAndInterfaces() throws IOException {
        CaptureBytes second = CaptureBytes.pcapng(ByteOrder.BIG_ENDIAN).describe(101, "eth1").enhanced(0, 20, frame(2));
        byte[] file = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN).describe(1, "eth0").enhanced(0, 10, frame(1)).put(second.bytes()).bytes();
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file), "x")) {
            RawPacket packet = new RawPacket();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.iface).isEqualTo("eth0");
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.iface).isEqualTo("eth1");
            assertThat(packet.linkType).isEqualTo(101);
            assertThat(packet.interfaceNumber).isEqualTo(1);
            assertThat(reader.next(packet)).isFalse();
        }
    }

    @Test
    void simplePacketsGetTheLatestTimeAndUnknownBlocksArePassedOver() {
        byte[] file = CaptureBytes.pcapng(ByteOrder.BIG_ENDIAN).describe(1, "a").block(0xbad, frame(2_000_001)).enhanced(0, 50, frame(3))
                .simple(500, frame(8)).simple(5, frame(8)).bytes();
        CaptureBytes.Read read = read(file);
        assertThat(read.fault()).isNull();
        assertThat(read.times()).containsExactly(50L, 50L, 50L);
        assertThat(read.lengths()).containsExactly(3, 8, 5);
    }

    @Test
    void directionAndLossesAreTakenFromOptions() throws IOException {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN);
        file.describe(1, "a").describe(1, "b");
        file.enhanced(0, 1, frame(1), file.flags(1), file.option(4, file.number(3)));
        file.enhanced(0, 2, frame(1), file.flags(2));
        file.obsolete(1, 4, 3, frame(1)).obsolete(1, 0xffff, 4, frame(1));
        file.statistics(0, 10, 5).statistics(1, 1, 0);
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file.bytes()), "x")) {
            RawPacket packet = new RawPacket();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.way).isEqualTo(PacketHeader.WAY_IN);
            assertThat(reader.dropped()).isEqualTo(3);
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.way).isEqualTo(PacketHeader.WAY_OUT);
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.way).isEqualTo(PacketHeader.WAY_UNKNOWN);
            assertThat(reader.dropped()).isEqualTo(7);
            assertThat(reader.next(packet)).isTrue();
            assertThat(reader.next(packet)).isFalse();
            assertThat(reader.dropped(0)).isEqualTo(15);
            assertThat(reader.dropped(1)).isEqualTo(4);
        }
    }

    @Test
    void aTimeThatNanosecondsCannotExpressIsReplacedByTheLatest() {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN);
        file.describe(1).enhanced(0, 7, frame(1)).enhanced(0, -1, frame(1));
        assertThat(read(file.bytes()).times()).containsExactly(7000L, 7000L);
    }

    @Test
    void packetsOfInterfacesThatAreNotDescribedAreDamage() {
        byte[] file = CaptureBytes.pcapng(ByteOrder.BIG_ENDIAN).describe(1, "a").enhanced(3, 1, frame(1)).bytes();
        assertThat(read(file).fault()).hasMessageEndingWith("block of interface 3, but the section describes 1 so far: the file is damaged");
    }
}
