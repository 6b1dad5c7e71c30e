package io.crossgate.ingest;

/** What was asked for makes no sense: the operator has to ask differently. The message is one line that shows how. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
