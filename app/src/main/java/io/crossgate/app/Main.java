package io.crossgate.app;

import io.crossgate.app.command.Crossgate;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Crossgate.run(arguments));
    }
}
