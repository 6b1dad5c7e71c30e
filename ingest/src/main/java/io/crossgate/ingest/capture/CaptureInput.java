package io.crossgate.ingest.capture;

import java.nio.file.Path;
import java.util.List;

/**
 * Captures of one gateway.
 *
 * @param gateway the gateway's name
 * @param iface the interface's name, or null if the files are to say it
 * @param files the files, rotated ones in any order; {@link #STANDARD_INPUT} stands for standard input
 */
public record CaptureInput(String gateway, String iface, List<Path> files) {
    /** The file name that means standard input. */
    public static final Path STANDARD_INPUT = Path.of("-");

    public CaptureInput {
        files = List.copyOf(files);
    }
}
