package io.crossgate.ingest.capture;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names files that are often given by mistake. */
final class Foreign {
    /** First bytes, one character a byte, and what they tell. */
    private static final Map<String, String> MAGICS = new LinkedHashMap<>();

    static {
        MAGICS.put("snoop\0\0\0", "a snoop capture (RFC 1761); editcap -F pcapng converts it");
        MAGICS.put("btsnoop\0", "a Bluetooth btsnoop capture");
        MAGICS.put("GMBU", "a Microsoft Network Monitor capture; editcap -F pcapng converts it");
        MAGICS.put("RTSS", "a Microsoft Network Monitor capture; editcap -F pcapng converts it");
        MAGICS.put("TRSNIFF data", "a Sniffer capture; editcap -F pcapng converts it");
        MAGICS.put("XCP\0", "a Windows Sniffer capture; editcap -F pcapng converts it");
        MAGICS.put("\u001f\u008b", "gzip data within compressed data");
        MAGICS.put("\u0028\u00b5\u002f\u00fd", "zstd data within compressed data");
        MAGICS.put("\u00fd7zXZ", "xz data; decompress it first");
        MAGICS.put("BZh", "bzip2 data; decompress it first");
        MAGICS.put("\u0004\"M\u0018", "lz4 data; decompress it first");
        MAGICS.put("7z\u00bc\u00af", "a 7-Zip archive");
        MAGICS.put("PK\u0003\u0004", "a zip archive");
        MAGICS.put("\u007fELF", "a program (ELF)");
        MAGICS.put("%PDF", "a PDF document");
        MAGICS.put("PAR1", "a Parquet file");
        MAGICS.put("Obj\u0001", "an Avro file");
        MAGICS.put("#separator", "a Zeek log");
        MAGICS.put("{", "JSON text");
        MAGICS.put("<?xml", "XML text");
    }

    private Foreign() {}

    /** What a file that starts with {@code head} is, or null if nothing known. */
    static String name(String head) {
        for (Map.Entry<String, String> entry : MAGICS.entrySet()) {
            if (head.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        boolean text = head.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t');
        return text ? "plain text" : null;
    }
}
