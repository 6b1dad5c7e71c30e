package io.crossgate.retention.retain;

import io.crossgate.retention.lake.LakeTable;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.Partition;
import io.crossgate.retention.lake.TopicOffsets;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/** Writes batches of rows, each with its offsets in one commit. Where the disk is full it waits, and the offsets stay where they are. Used by one thread. */
final class BatchWriter {
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long LOOK_MS = 100;

    private final LakeWriter lake;
    private final DuckDBConnection connection;
    private final Staging staging;
    private final RetainCounters counters;
    private final Consumer<String> tell;
    private final BooleanSupplier stopped;

    BatchWriter(LakeWriter lake, DuckDBConnection connection, RetainCounters counters, Consumer<String> tell, BooleanSupplier stopped) {
        this.lake = lake;
        this.connection = connection;
        this.staging = new Staging(lake, connection, "batch");
        this.counters = counters;
        this.tell = tell;
        this.stopped = stopped;
    }

    /**
     * Makes the rows and the offsets part of the lake.
     *
     * @return false if there was no room for them when it was told to stop: nothing has changed then
     */
    boolean write(RowBuffer rows, String cluster, Map<String, TopicOffsets> offsets) throws SQLException, IOException, InterruptedException {
        boolean full = false;
        for (long pause = FIRST_PAUSE_MS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
            try {
                once(rows, cluster, offsets);
                if (full) {
                    tell.accept("there is room again; " + rows.rows() + " rows are written");
                }
                return true;
            } catch (SQLException | IOException e) {
                if (!Room.isMissing(e)) {
                    throw e;
                }
                staging.drop();
                if (!full) {
                    full = true;
                    tell.accept("no room on the disk of " + lake.lake().folder() + ": " + rows.rows() + " rows wait, offsets stay where they are; it goes on when there is room");
                }
            }
            if (!rest(pause)) {
                return false;
            }
        }
    }

    private void once(RowBuffer rows, String cluster, Map<String, TopicOffsets> offsets) throws SQLException, IOException {
        for (LakeTable table : LakeTable.values()) {
            for (long hour : rows.hours(table, connection)) {
                staging.write(Partition.ofHour(table, hour), rows.select(table, hour), false);
            }
        }
        if (staging.rows() != rows.rows()) {
            throw new IllegalStateException(rows.rows() + " rows were read and " + staging.rows() + " written");
        }
        int files = staging.files();
        staging.commit(cluster, offsets, List.of());
        counters.commits.incrementAndGet();
        counters.filesWritten.addAndGet(files);
        counters.kept.addAndGet(rows.rows());
    }

    private boolean rest(long ms) throws InterruptedException {
        long until = System.nanoTime() + ms * 1_000_000;
        while (System.nanoTime() < until && !stopped.getAsBoolean()) {
            Thread.sleep(LOOK_MS);
        }
        return !stopped.getAsBoolean();
    }
}
