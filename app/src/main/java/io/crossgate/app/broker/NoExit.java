package io.crossgate.app.broker;

import org.apache.kafka.common.utils.Exit;

/** Kafka's server ends its process when it cannot go on. Here the process is ours: the thread that wanted to end it is stopped by an error instead. */
final class NoExit {
    private NoExit() {}

    /** Holds for the whole process, from now on. */
    static void apply() {
        Exit.setExitProcedure(NoExit::refuse);
        Exit.setHaltProcedure(NoExit::refuse);
    }

    private static void refuse(int status, String message) {
        throw new ExitRefused("the broker gave up with status " + status + (message == null ? "" : ": " + message));
    }

    /** Thrown where Kafka would have ended the process. */
    static final class ExitRefused extends Error {
        private static final long serialVersionUID = 1L;

        ExitRefused(String message) {
            super(message);
        }
    }
}
