package io.crossgate.ingest.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads the packets of one capture, one after the other in the order of the file, without an allocation per packet. The format (pcap, pcapng) and the
 * compression (none, gzip, zstd) are recognised by their magic numbers, never by a name.
 */
public abstract class CaptureReader implements Closeable {
    private final ByteSource source;
    private CountingStream counter;

    CaptureReader(ByteSource source) {
        this.source = source;
    }

    /**
     * Opens a capture file and reads its header.
     *
     * @throws CaptureException if there is no such file, it cannot be read, or it is no capture
     */
    public static CaptureReader open(Path file) throws CaptureException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new CaptureException(name + ": is a folder");
        }
        try {
            return open(Files.newInputStream(file), name);
        } catch (CaptureException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new CaptureException(name + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new CaptureException(name + ": permission denied", e);
        } catch (IOException e) {
            throw new CaptureException(name + ": cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Opens a capture that arrives on a stream, which is closed with the reader; {@code name} stands for it in faults. */
    public static CaptureReader open(InputStream in, String name) throws CaptureException {
        CountingStream counter = new CountingStream(in);
        try {
            CaptureReader reader = Formats.open(counter, name);
            reader.counter = counter;
            return reader;
        } catch (CaptureException e) {
            closeAfter(e, in);
            throw e;
        }
    }

    private static void closeAfter(CaptureException fault, InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
    }

    /**
     * Reads the next packet.
     *
     * @param into filled with the packet; its bytes hold until the next call
     * @return false at the proper end of the capture
     * @throws CaptureException if the capture is cut off or damaged from here on; every packet before that has been delivered
     */
    public abstract boolean next(RawPacket into) throws CaptureException;

    /** Interfaces that the capture has described so far: always 1 for pcap. */
    public abstract int interfaces();

    /** What to call an interface: its name by the capture, else {@code if0}, {@code if1} by its place in its section; {@code any} in pcap. */
    public abstract String interfaceName(int number);

    /** Link type of an interface. */
    public abstract int linkType(int number);

    /** Packets of an interface that the capturing machine says it lost, as of the place read to. */
    public abstract long dropped(int number);

    /** The part of {@link #dropped(int)} that was lost between two packets of the interface by the counts that packets carry. */
    abstract long droppedBetween(int number);

    /** Rises whenever any interface's account of losses may have changed. */
    abstract long lossReports();

    /** Packets of all interfaces that the capturing machine says it lost, as of the place read to. */
    public final long dropped() {
        long sum = 0;
        for (int i = 0; i < interfaces(); i++) {
            sum += dropped(i);
        }
        return sum;
    }

    /** Bytes read of the file so far, before decompression. */
    public final long bytesRead() {
        return counter.count();
    }

    /** The name under which faults of this capture are reported. */
    public final String name() {
        return source.name();
    }

    final ByteSource source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
