package io.crossgate.detect.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table that docs/conntrack.md prints is the one that the tracker uses. */
class PrintedTableTest {
    @Test
    void thePrintedTableIsTheOneInUse() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "conntrack.md"))).contains(table(true)).contains(table(false));
    }

    private static String table(boolean original) {
        StringBuilder text = new StringBuilder(original ? "| original direction |" : "| reply direction |");
        for (TcpState state : TcpState.values()) {
            text.append(' ').append(state).append(" |");
        }
        text.append('\n').append("| --- |").append(" --- |".repeat(TcpState.values().length));
        for (TcpKind kind : TcpKind.values()) {
            text.append("\n| ").append(kind).append(" |");
            for (TcpState state : TcpState.values()) {
                byte cell = TcpTransitions.of(original, kind, state);
                text.append(' ').append(cell == TcpTransitions.INVALID ? "–" : cell == TcpTransitions.IGNORED ? "·" : TcpState.values()[cell].name()).append(" |");
            }
        }
        return text.append('\n').toString();
    }
}
