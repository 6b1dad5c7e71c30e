package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command line that was run in this process.
 *
 * @param out what it wrote on standard output
 * @param err what it wrote on standard error
 */
record Ran(int code, String out, String err) {
    /** Runs a command line; nothing else may write on the standard streams meanwhile. */
    static Ran of(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try (PrintStream ownOut = new PrintStream(outBytes, true, StandardCharsets.UTF_8); PrintStream ownErr = new PrintStream(errBytes, true, StandardCharsets.UTF_8)) {
            System.setOut(ownOut);
            System.setErr(ownErr);
            int code = Crossgate.run(arguments);
            return new Ran(code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    static Ran of(List<String> arguments) {
        return of(arguments.toArray(String[]::new));
    }

    List<String> errLines() {
        return err.lines().toList();
    }

    /** Asserts the exit code; a failure tells what the command said. */
    Ran endedWith(int expected) {
        assertThat(code).as("exit code; on standard error:\n%s", err).isEqualTo(expected);
        return this;
    }
}
