package io.crossgate.ingest.capture;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** Reads a capture, packet by packet. What is readable before a fault is given before the fault is thrown. */
public abstract class CaptureReader implements AutoCloseable {
    /** No capture holds longer packets: libpcap's own limit, for D-Bus, is half of it. */
    static final int MAX_PACKET = 256 << 20;
    private static final int BUFFER = 1 << 16;

    final ByteSource in;
    private AtomicLong read = new AtomicLong();

    CaptureReader(ByteSource in) {
        this.in = in;
    }

    /**
     * The next packet.
     *
     * @return false at the end
     * @throws CaptureException if the capture is cut off or corrupt here
     */
    public abstract boolean next(RawPacket into) throws IOException;

    /** Packets that the capture itself says were missed, so far. */
    public long dropped() {
        return 0;
    }

    /** Bytes of the file read so far, compressed as it is. */
    public long bytesRead() {
        return read.get();
    }

    /** The fault at the next byte. */
    final CaptureException fault(String what) {
        return new CaptureException(in.name() + ": offset " + in.offset() + ": " + what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /**
     * Opens a file: pcap or pcapng, as it is or compressed by gzip or zstd.
     *
     * @throws CaptureException if it is missing, empty or no capture
     */
    public static CaptureReader open(Path file) throws IOException {
        try {
            return open(Files.newInputStream(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new CaptureException(file + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new CaptureException(file + ": permission denied", e);
        } catch (CaptureException e) {
            throw e;
        } catch (IOException e) {
            throw new CaptureException(file + ": can't be read: " + e.getMessage(), e);
        }
    }

    /** Opens a stream, which is called {@code name} in messages. */
    public static CaptureReader open(InputStream stream, String name) throws IOException {
        AtomicLong read = new AtomicLong();
        InputStream counted = new BufferedInputStream(new Counted(stream, read), BUFFER);
        try {
            CaptureReader reader = open(new ByteSource(name, decompressed(counted, name)));
            reader.read = read;
            return reader;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private static InputStream decompressed(InputStream in, String name) throws IOException {
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        if (magic.length == 0) {
            throw new CaptureException(name + ": empty file");
        }
        if (magic.length < 4) {
            throw new CaptureException(name + ": " + magic.length + " bytes are no capture");
        }
        try {
            if ((magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
                return new GZIPInputStream(in, BUFFER);
            }
            if (magic[0] == 0x28 && (magic[1] & 0xff) == 0xb5 && magic[2] == 0x2f && (magic[3] & 0xff) == 0xfd) {
                return new ZstdInputStream(in);
            }
        } catch (IOException e) {
            throw new CaptureException(name + ": the compressed stream is cut off or corrupt at its start", e);
        }
        return in;
    }

    private static CaptureReader open(ByteSource in) throws IOException {
        if (!in.has(4)) {
            throw new CaptureException(in.name() + ": " + in.left(4) + " bytes are no capture");
        }
        int magic = in.i32(0);
        if (magic == PcapngReader.SECTION_HEADER) {
            return new PcapngReader(in);
        }
        if (PcapReader.isMagic(magic)) {
            return new PcapReader(in);
        }
        throw new CaptureException(in.name() + ": no capture that is known here: " + OtherFormats.describe(in, magic));
    }

    private static final class Counted extends FilterInputStream {
        private final AtomicLong count;

        Counted(InputStream in, AtomicLong count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count.addAndGet(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int n = super.read(to, from, length);
            count.addAndGet(Math.max(n, 0));
            return n;
        }
    }
}
