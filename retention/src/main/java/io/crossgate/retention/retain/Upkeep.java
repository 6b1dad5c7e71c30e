package io.crossgate.retention.retain;

import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/** What a lake needs beside new rows: expiry, compaction, and files that count no longer off the disk. Beside the writing of batches, in a thread of its own. */
public final class Upkeep implements AutoCloseable {
    private final LakeWriter lake;
    private final RetainSettings settings;
    private final Consumer<String> tell;
    private final DuckDBConnection connection;
    private final Compaction compaction;
    private final Expiry expiry;
    private boolean full;

    /**
     * Upkeep of a lake; does nothing yet.
     *
     * @param lake stays open
     * @param tell takes a line when something goes wrong
     */
    public Upkeep(LakeWriter lake, RetainSettings settings, Consumer<String> tell, RetainCounters counters) throws SQLException {
        this.lake = lake;
        this.settings = settings;
        this.tell = tell;
        Path spill = lake.staging().resolve("spill");
        // A database of its own: a great sort shares neither memory nor threads with new rows.
        this.connection = DuckDb.open(settings.memory(), Math.max(1, settings.threads() / 2), spill);
        this.compaction = new Compaction(lake, connection, settings, counters);
        this.expiry = new Expiry(lake, settings.keep(), settings.keepBytes(), counters);
    }

    /**
     * One round: expiry, then every hour and day that is due for compaction. A disk that is full is told once, and is tried again by the next round.
     *
     * @throws LakeException if another process has written the lake
     */
    public void round(BooleanSupplier stopped) {
        try {
            purge();
            expiry.run(System.currentTimeMillis());
            for (Partition partition : compaction.due(System.currentTimeMillis())) {
                if (stopped.getAsBoolean()) {
                    return;
                }
                compact(partition);
                purge();
            }
            full = false;
        } catch (IOException | SQLException e) {
            failed("upkeep", e);
        }
    }

    private void compact(Partition partition) throws SQLException, IOException {
        try {
            compaction.compact(partition);
        } catch (SQLException e) {
            if (Room.isMissing(e)) {
                throw e;
            }
            compaction.giveUp(partition);
            failed("compaction of " + partition.folder(), e);
        }
    }

    private void failed(String what, Exception e) {
        if (!Room.isMissing(e)) {
            tell.accept(what + " failed, and its files stay as they are: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } else if (!full) {
            full = true;
            tell.accept("no room on the disk of " + lake.lake().folder() + " for " + what + ": tried again later");
        }
    }

    private void purge() throws IOException {
        List<String> purged = lake.purge(System.currentTimeMillis() - settings.grace().toMillis());
        if (!purged.isEmpty()) {
            lake.commit(new Change(null, Map.of(), List.of(), List.of(), purged, System.currentTimeMillis()), Map.of());
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // nothing of it is needed any more
        }
    }
}
