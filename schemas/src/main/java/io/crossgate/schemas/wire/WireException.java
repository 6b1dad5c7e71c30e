package io.crossgate.schemas.wire;

/** Bytes that are no record of the schema that they claim; the message says what is wrong, in one line. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
