package io.crossgate.schemas.wire;

/** The schema registry can't be reached, or refuses; the message says which, and what to do. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RegistryException(String message) {
        super(message);
    }

    public RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
