package io.crossgate.app.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** What a new schema must be able to do with the schemas before it. */
enum Compatibility {
    /** Anything goes. */
    NONE(false, false, false),
    /** A reader with the new schema reads what was written with the latest. */
    BACKWARD(true, false, false),
    /** The same with all that went before. */
    BACKWARD_TRANSITIVE(true, false, true),
    /** A reader with the latest schema reads what is written with the new one. */
    FORWARD(false, true, false),
    /** Readers with any earlier schema do. */
    FORWARD_TRANSITIVE(false, true, true),
    /** Both ways, with the latest. */
    FULL(true, true, false),
    /** Both ways, with all that went before. */
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean readByOld;
    private final boolean transitive;

    Compatibility(boolean readsOld, boolean readByOld, boolean transitive) {
        this.readsOld = readsOld;
        this.readByOld = readByOld;
        this.transitive = transitive;
    }

    static Compatibility named(String name) throws Refusal {
        for (Compatibility level : values()) {
            if (name != null && level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw Refusal.invalidLevel();
    }

    /** What stands against {@code candidate}, one line a fault; {@code earlier} is in order of version. */
    List<String> faults(Schema candidate, List<Schema> earlier) {
        List<String> faults = new ArrayList<>();
        List<Schema> judged = transitive || earlier.isEmpty() ? earlier : earlier.subList(earlier.size() - 1, earlier.size());
        for (Schema old : judged) {
            if (readsOld) {
                addFaults(faults, "the new schema cannot read the old: ", candidate, old);
            }
            if (readByOld) {
                addFaults(faults, "the old schema cannot read the new: ", old, candidate);
            }
        }
        return faults;
    }

    private static void addFaults(List<String> faults, String whose, Schema reader, Schema writer) {
        for (Incompatibility fault : SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities()) {
            faults.add(whose + fault.getType() + " at " + fault.getLocation() + ": " + fault.getMessage());
        }
    }
}
