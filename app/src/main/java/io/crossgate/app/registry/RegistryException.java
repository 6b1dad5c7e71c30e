package io.crossgate.app.registry;

/** The embedded registry cannot start. The message is one line, meant for the operator. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
