package io.crossgate.ingest.capture;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Tells compression and file formats by their first bytes. */
final class Formats {
    private static final int PEEK = 8;
    private static final int GZIP_BUFFER = 1 << 16;
    private static final int ZSTD_MAGIC = 0x28b52ffd; // RFC 8878 section 3.1.1, as the bytes lie
    private static final int ZSTD_SKIPPABLE = 0x002a4d18; // after the first byte, 0x50 to 0x5f: RFC 8878 section 3.1.2

    private Formats() {}

    static CaptureReader open(InputStream in, String name) throws CaptureException {
        ByteSource source = new ByteSource(plain(in, name), name);
        if (!source.has(4)) {
            if (source.available() == 0) {
                throw new CaptureException(name + ": empty file");
            }
            throw CaptureException.at(name, 0, "only " + source.available() + " bytes: too short for a capture");
        }
        int magic = source.i32(0);
        if (magic == PcapngReader.SECTION) {
            return new PcapngReader(source);
        }
        if (PcapReader.isMagic(magic)) {
            return new PcapReader(source);
        }
        throw CaptureException.at(name, 0, "not a pcap or pcapng capture: " + describe(source));
    }

    /** True if the file can be opened and is pcapng. */
    static boolean isPcapng(Path file) {
        try (CaptureReader reader = CaptureReader.open(file)) {
            return reader instanceof PcapngReader;
        } catch (IOException e) {
            return false; // told when the file is read
        }
    }

    private static InputStream plain(InputStream in, String name) throws CaptureException {
        PushbackInputStream peekable = new PushbackInputStream(in, PEEK);
        byte[] first = new byte[PEEK];
        try {
            int count = peekable.readNBytes(first, 0, 4);
            peekable.unread(first, 0, count);
            int magic = count < 4 ? 0 : (first[0] & 0xff) << 24 | (first[1] & 0xff) << 16 | (first[2] & 0xff) << 8 | first[3] & 0xff;
            if (magic >>> 16 == 0x1f8b) { // RFC 1952 section 2.3.1
                return new GZIPInputStream(peekable, GZIP_BUFFER);
            }
            if (magic == ZSTD_MAGIC || (magic & 0xf0ffffff) == (0x50000000 | ZSTD_SKIPPABLE)) {
                return zstd(peekable, name);
            }
            return peekable;
        } catch (EOFException e) {
            throw new CaptureException(name + ": offset 0: " + ByteSource.CUT_OFF, e);
        } catch (IOException e) {
            throw new CaptureException(name + ": offset 0: cannot be read: " + e.getMessage(), e);
        }
    }

    private static InputStream zstd(InputStream in, String name) throws IOException {
        try {
            return new ZstdInputStreamNoFinalizer(in);
        } catch (LinkageError e) {
            throw new CaptureException(name + ": zstd cannot be read on this machine; decompress the file first", e);
        }
    }

    /** What a file that is no capture seems to be. */
    private static String describe(ByteSource source) throws CaptureException {
        source.has(64);
        int count = Math.min(64, source.available());
        String head = new String(source.array(), source.index(0), count, StandardCharsets.ISO_8859_1);
        String known = Foreign.name(head);
        if (known != null) {
            return "it looks like " + known;
        }
        StringBuilder bytes = new StringBuilder("it begins with");
        for (int i = 0; i < Math.min(4, count); i++) {
            bytes.append(String.format(" %02x", (int) head.charAt(i)));
        }
        return bytes.toString();
    }
}
