package io.crossgate.ingest.publish;

/** The cluster did not take what was to be published, within the time that was stated; the message says what to look at. */
public final class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
