package io.crossgate.ingest.capture;

import java.io.IOException;

/** A capture that can't be read (further): the message names it, the offset where that applies, what is wrong and, where it helps, what to do. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    public CaptureException(String message) {
        super(message);
    }

    public CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
