package io.crossgate.app.broker;

import java.util.Map;

/**
 * Keeps what Kafka logs below WARN off standard error, where the process has no other logging set up, and two loggers whose warnings come with every start
 * and stop in good order: that the controller becomes active, and that a client is closed twice.
 *
 * <p>slf4j-simple reads these system properties whenever a logger is made, so this must run before the first of Kafka's classes is loaded. A level that the
 * operator has set stays.
 */
final class QuietLogs {
    private static final String LEVEL_OF = "org.slf4j.simpleLogger.log.";
    private static final Map<String, String> LEVELS = Map.of(
            "kafka", "warn",
            "org.apache.kafka", "warn",
            "state.change.logger", "warn",
            "org.apache.kafka.controller.QuorumController", "error",
            "org.apache.kafka.clients.NetworkClient", "error");

    private QuietLogs() {}

    static void apply() {
        LEVELS.forEach((name, level) -> {
            if (System.getProperty(LEVEL_OF + name) == null) {
                System.setProperty(LEVEL_OF + name, level);
            }
        });
    }
}
