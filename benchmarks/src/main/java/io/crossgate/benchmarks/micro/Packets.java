package io.crossgate.benchmarks.micro;

import io.crossgate.benchmarks.workload.Main;
import io.crossgate.ingest.decode.PacketDecoder;
import io.crossgate.schemas.flow.PacketHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One capture of a generated workload, in memory: what gwa saw on its LAN side. */
final class Packets {
    /** Packets of each benchmark: enough that a branch predictor does not learn them by heart, few enough for the caches that a running program has. */
    static final int COUNT = 10_000;
    private static final int ETHERNET = 1;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    final byte[] bytes;
    final int[] offsets = new int[COUNT];
    final int[] captured = new int[COUNT];
    final int[] original = new int[COUNT];
    final long[] times = new long[COUNT];

    private Packets(byte[] bytes) {
        this.bytes = bytes;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = FILE_HEADER;
        for (int i = 0; i < COUNT; i++) {
            times[i] = in.getInt(at) * 1_000_000_000L + in.getInt(at + 4);
            captured[i] = in.getInt(at + 8);
            original[i] = in.getInt(at + 12);
            offsets[i] = at + RECORD_HEADER;
            at += RECORD_HEADER + captured[i];
        }
    }

    /** The same packets each time. */
    static Packets make() {
        try {
            Path folder = Files.createTempDirectory("crossgate-micro");
            try {
                if (Main.run("--packets", Integer.toString(COUNT * 5), folder.toString()) != 0) {
                    throw new IllegalStateException("no workload");
                }
                return new Packets(Files.readAllBytes(folder.resolve("gwa-lan.pcap")));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    boolean decode(PacketDecoder decoder, int i, PacketHeader into) {
        boolean decoded = decoder.decode(ETHERNET, bytes, offsets[i], captured[i], original[i], into).decoded();
        into.time = times[i];
        return decoded;
    }

    /** All of them decoded. */
    List<PacketHeader> headers() {
        PacketDecoder decoder = new PacketDecoder();
        List<PacketHeader> headers = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            PacketHeader header = new PacketHeader();
            if (!decode(decoder, i, header)) {
                throw new IllegalStateException("packet " + i + " has no header");
            }
            headers.add(header);
        }
        return headers;
    }
}
