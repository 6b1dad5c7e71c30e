package io.crossgate.retention.retain;

import java.util.List;

/** Tells a full disk from every other failure. */
final class Room {
    private static final List<String> WORDS = List.of("No space left on device", "Disk quota exceeded", "not enough space");

    private Room() {}

    /** True if it failed for want of room on the disk: DuckDB and Java both say so in the system's words alone. */
    static boolean isMissing(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String message = String.valueOf(e.getMessage());
            if (WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
