package io.crossgate.feeds.destination;

/** A destination that will never come back: the feed ends, and what it was about to deliver stays unread. */
public final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GoneException(String message) {
        super(message);
    }
}
