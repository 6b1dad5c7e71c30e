package io.crossgate.app.broker;

/** The embedded broker cannot start or stop. The message is one line, meant for the operator: what is wrong and what to do. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What {@code cause} says, in one line: the message of the innermost cause that has one. */
    static String words(Throwable cause) {
        String words = cause.getClass().getSimpleName();
        int depth = 0;
        for (Throwable at = cause; at != null && depth < 20; at = at.getCause(), depth++) {
            if (at.getMessage() != null && !at.getMessage().isBlank()) {
                words = at.getMessage();
            }
        }
        return words.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
