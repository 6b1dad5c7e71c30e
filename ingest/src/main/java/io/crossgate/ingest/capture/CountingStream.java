package io.crossgate.ingest.capture;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that were read of a file, before decompression. */
final class CountingStream extends FilterInputStream {
    private volatile long count;

    CountingStream(InputStream in) {
        super(in);
    }

    /** Bytes read so far; may be asked from any thread. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int read = in.read();
        if (read >= 0) {
            add(1);
        }
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        if (read > 0) {
            add(read);
        }
        return read;
    }

    private void add(int read) {
        count += read; // one thread reads, any thread looks
    }

    /** At least 1: the JDK's gzip stream looks for a further member only while this is positive, and a pipe may say 0 between two writes. */
    @Override
    public int available() throws IOException {
        return Math.max(1, in.available());
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
