package io.crossgate.ingest.capture;

/**
 * A capture to read.
 *
 * @param gateway the gateway's name
 * @param iface the interface's name; null: as the file itself names its interfaces
 * @param file path of the file, or {@code -} for standard input
 */
public record CaptureInput(String gateway, String iface, String file) {
    static final String STANDARD_INPUT = "-";

    boolean isStandardInput() {
        return file.equals(STANDARD_INPUT);
    }
}
