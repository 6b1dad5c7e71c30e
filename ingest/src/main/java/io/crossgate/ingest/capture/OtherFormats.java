package io.crossgate.ingest.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names files that people take for captures, by their first bytes. */
final class OtherFormats {
    private OtherFormats() {}

    static String describe(ByteSource in, int magic) throws IOException {
        String start = new String(in.window(), in.position(), in.left(8), StandardCharsets.ISO_8859_1);
        if (start.startsWith("snoop")) {
            return "a snoop file (`editcap -F pcap` turns it into pcap)";
        }
        if (start.startsWith("RTSS") || start.startsWith("GMBU")) {
            return "a Microsoft Network Monitor file (`editcap -F pcap` turns it into pcap)";
        }
        if (start.startsWith("PK")) {
            return "a zip archive: unpack it first";
        }
        if (start.startsWith("BZh")) {
            return "compressed by bzip2: unpack it first";
        }
        if (start.startsWith("\u00fd7zXZ")) {
            return "compressed by xz: unpack it first";
        }
        if (start.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t')) {
            return "text";
        }
        return String.format(Locale.ROOT, "it begins with 0x%08x, which is neither pcap nor pcapng", magic);
    }
}
