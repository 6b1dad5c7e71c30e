package io.crossgate.app.command;

/** What ends a command with exit code 2: told in one line, before the usage line. */
final class UsageFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageFault(String message) {
        super(message);
    }
}
