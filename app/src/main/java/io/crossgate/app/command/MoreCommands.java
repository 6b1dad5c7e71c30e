package io.crossgate.app.command;

import java.util.List;

/** Commands that a module which depends on this one adds to the command line; found by {@link java.util.ServiceLoader}. */
public interface MoreCommands {
    /** Objects of classes that picocli's {@code @Command} names. */
    List<Object> commands();
}
