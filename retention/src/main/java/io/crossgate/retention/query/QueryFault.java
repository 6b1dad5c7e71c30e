package io.crossgate.retention.query;

/** What is wrong with a question: the SQL, a prefix, a time. Told in one line. */
public final class QueryFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueryFault(String message) {
        super(message);
    }

    QueryFault(String message, Throwable cause) {
        super(message, cause);
    }
}
