package io.crossgate.ingest;

/** What was asked for makes no sense: told in one line, which shows the right form. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
