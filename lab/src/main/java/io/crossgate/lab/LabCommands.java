package io.crossgate.lab;

import io.crossgate.app.command.MoreCommands;
import java.util.List;

/** Adds {@code crossgate lab} to the command line. */
public final class LabCommands implements MoreCommands {
    @Override
    public List<Object> commands() {
        return List.of(new LabCommand());
    }
}
