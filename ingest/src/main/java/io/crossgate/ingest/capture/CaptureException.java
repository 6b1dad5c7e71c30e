package io.crossgate.ingest.capture;

import java.io.IOException;

/** A capture cannot be read, or no further. The message is one line that names the capture, the place and what is wrong, fit to be shown to the operator. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1;

    public CaptureException(String message) {
        super(message);
    }

    public CaptureException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A fault at a byte of a capture file. {@code offset} counts bytes of the uncompressed file. */
    static CaptureException at(String name, long offset, String fault) {
        return new CaptureException(name + ": offset " + offset + ": " + fault);
    }
}
