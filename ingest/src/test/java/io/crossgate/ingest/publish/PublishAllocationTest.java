package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.wire.Bundle;
import io.crossgate.schemas.wire.HeadersCodec;
import io.crossgate.schemas.wire.WireException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishAllocationTest {
    private static final int HEADERS = 100_000;
    private static final int FLOWS = 500;
    private static final int SPANS = 5;
    private static final long T0 = 1_700_000_000_000_000_000L;

    private long records;
    private long recordBytes;
    private long time = T0;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publishingAllocatesTheBytesOfItsRecordsAndALittleForEachSpan(boolean bundled) {
        HeadersCodec codec = bundled ? HeadersCodec.ofBundles(1, PublishAllocationTest::unknown) : new HeadersCodec(1, PublishAllocationTest::unknown);
        Bundle[] bundles = bundled ? Stream.generate(Bundle::new).limit(4).toArray(Bundle[]::new) : null;
        PointPublisher point = new PointPublisher(this::count, new PublishSettings(Duration.ofSeconds(1), 64), 4, "gwa", "lan", false, 77, codec,
                new Blocks(16 << 20), bundles, Runnable::run, () -> { });
        PacketHeader header = new PacketHeader();
        header.clear();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        point.begin();
        run(point, header);
        run(point, header);
        threads.getThreadAllocatedBytes(self);
        records = 0;
        recordBytes = 0;
        long before = threads.getThreadAllocatedBytes(self);
        run(point, header);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(records).isBetween((long) HEADERS / (bundled ? 500 : 64), (long) HEADERS / (bundled ? 100 : 10));
        assertThat(allocated).as("bytes allocated for %d headers in %d records", HEADERS, records).isBetween(recordBytes, recordBytes + SPANS * 200L);
    }

    private static Schema unknown(int id) {
        throw new WireException("schema " + id);
    }

    private void run(PointPublisher point, PacketHeader header) {
        for (int i = 0; i < HEADERS; i++) {
            fill(header, i);
            point.header(header);
            if (i % (HEADERS / SPANS) == HEADERS / SPANS - 1) {
                time += 1_000_000_000L;
                point.watermark(time);
            }
        }
    }

    /** TCP and ICMP, errors among it. */
    private void fill(PacketHeader h, int i) {
        h.time = time + i + 1;
        h.protocol = i % 10 == 0 ? PacketHeader.ICMP : PacketHeader.TCP;
        h.icmpType = i % 20 == 0 ? 8 : 3;
        h.quotedProtocol = i % 20 == 10 ? PacketHeader.TCP : PacketHeader.ABSENT;
        h.quotedSourceLow = IpText.mapped(0x0a141e00 + i % FLOWS);
        h.quotedDestinationLow = IpText.mapped(0xcb007132);
        h.sourceLow = IpText.mapped(0x0a141e00 + i % FLOWS);
        h.destinationLow = IpText.mapped(0xcb007132);
        h.sourcePort = 40_000;
        h.destinationPort = 443;
        h.seq = i * 1000;
        h.logged = i % 7 == 0;
        h.logPrefix = h.logged ? "INVALID " : "";
    }

    private void count(byte[] key, int partition, byte[] value) {
        records++;
        recordBytes += size(value) + (key == null ? 0 : size(key));
    }

    /** Bytes that an array takes: 16 of header, and a whole number of eight (compressed class pointers, as on every heap below 32 GB). */
    private static long size(byte[] array) {
        return 16 + array.length + 7 & ~7L;
    }
}
