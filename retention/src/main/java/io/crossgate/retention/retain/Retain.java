package io.crossgate.retention.retain;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.LakeException;
import io.crossgate.retention.lake.LakeWriter;
import io.crossgate.retention.lake.TopicOffsets;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.duckdb.DuckDBConnection;

/**
 * Reads the topics into a lake, exactly once: rows and the offsets behind them are one commit of the lake's manifest, and a start goes to the offsets of the newest
 * commit. One batch is filled while the one before it is written; memory holds these two, however long a disk is full.
 */
public final class Retain implements AutoCloseable {
    private static final Duration FIRST_UPKEEP = Duration.ofSeconds(1);
    private static final Duration UPKEEP = Duration.ofSeconds(10);
    private static final long TELL_AGAIN_NS = Duration.ofSeconds(10).toNanos();

    private final RetainSettings settings;
    private final LakeWriter lake;
    private final Consumer<String> tell;
    private final RetainCounters counters = new RetainCounters();
    private final Source source;
    private final RecordRows reader;
    private final DuckDBConnection writing;
    private final RowBuffer[] buffers;
    private final BatchWriter writer;
    private final Upkeep upkeep;
    private final ExecutorService writerThread = Executors.newSingleThreadExecutor(task -> daemon(task, "lake-writer"));
    private final ScheduledExecutorService upkeepThread = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "lake-upkeep"));
    private Future<Boolean> underWay;
    private long toldUnreadable = System.nanoTime() - TELL_AGAIN_NS;
    private volatile boolean stopped;
    private volatile RuntimeException upkeepFailure;

    /**
     * A run; reads nothing yet.
     *
     * @param lake stays open
     * @param client Kafka client properties
     * @param schemas gives a schema by its id
     * @param tell takes a line when something goes wrong or is well again
     */
    public Retain(RetainSettings settings, LakeWriter lake, Map<String, Object> client, IntFunction<Schema> schemas, Consumer<String> tell) throws SQLException {
        this.settings = settings;
        this.lake = lake;
        this.tell = tell;
        this.reader = new RecordRows(schemas);
        this.writing = DuckDb.open(settings.memory(), settings.threads(), lake.staging().resolve("spill-batch"));
        this.buffers = new RowBuffer[] {new RowBuffer(writing, 0), new RowBuffer(writing, 1)};
        this.writer = new BatchWriter(lake, writing, counters, tell, () -> stopped);
        this.upkeep = new Upkeep(lake, settings, tell, counters);
        this.source = new Source(client, tell, counters, new Removals(lake.lake()));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** What became of every record so far. */
    public RetainCounters counters() {
        return counters;
    }

    /**
     * Runs until {@link #stop}, or to the end of the topics if that is what the settings say.
     *
     * @return rows that could not be written for want of room when it was told to stop: the next run reads them again
     * @throws LakeException if the lake does not fit the topics, or another process writes it
     * @throws org.apache.kafka.common.KafkaException if the cluster refuses the consumer for good
     * @throws io.crossgate.schemas.wire.RegistryException if the registry can't be asked for a schema
     */
    public long run() throws IOException, SQLException, InterruptedException {
        source.start(lake.state());
        upkeepThread.scheduleWithFixedDelay(this::upkeepRound, FIRST_UPKEEP.toMillis(), UPKEEP.toMillis(), TimeUnit.MILLISECONDS);
        int turn = 0;
        long firstRow = 0;
        while (true) {
            RowBuffer rows = buffers[turn];
            ConsumerRecords<byte[], byte[]> records = source.poll();
            if (rows.rows() == 0) {
                firstRow = System.nanoTime();
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                add(record, rows);
            }
            counters.lag.set(source.lag());
            boolean end = stopped || settings.toTheEnd() && source.reachedEnds();
            if (rows.rows() > 0 && (end || rows.rows() >= settings.batchRows() || System.nanoTime() - firstRow >= settings.batchTime().toNanos())) {
                rows.flush();
                Map<String, TopicOffsets> offsets = source.offsets();
                if (!awaitWriter()) {
                    return rows.rows() + buffers[1 - turn].rows();
                }
                underWay = writerThread.submit(() -> writeAndClear(rows, offsets));
                turn = 1 - turn;
            }
            if (end) {
                return awaitWriter() ? 0 : buffers[1 - turn].rows();
            }
            if (upkeepFailure != null) {
                throw upkeepFailure;
            }
            if (source.hasGrown()) {
                source.addPartitions();
            }
        }
    }

    private boolean writeAndClear(RowBuffer rows, Map<String, TopicOffsets> offsets) throws SQLException, IOException, InterruptedException {
        boolean written = writer.write(rows, source.cluster(), offsets);
        if (written) {
            rows.clear();
        }
        return written;
    }

    /** Waits for the batch that is being written, if there is one; false if it could not be. */
    private boolean awaitWriter() throws IOException, SQLException, InterruptedException {
        if (underWay == null) {
            return true;
        }
        try {
            return underWay.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record, RowBuffer rows) throws SQLException {
        counters.read.incrementAndGet();
        String reason = reader.add(record, rows);
        if (reason != null) {
            counters.unreadable.incrementAndGet();
            if (System.nanoTime() - toldUnreadable > TELL_AGAIN_NS) {
                toldUnreadable = System.nanoTime();
                tell.accept("unreadable: " + record.topic() + "-" + record.partition() + " offset " + record.offset() + ": " + reason + " (" + counters.unreadable
                        + " so far; each is in the lake's table unreadable)");
            }
        }
    }

    private void upkeepRound() {
        try {
            upkeep.round(() -> stopped);
        } catch (RuntimeException e) {
            upkeepFailure = e;
        }
    }

    /** Ends {@link #run} in good order, from any thread: what is read is written first, if there is room. */
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
        upkeepThread.shutdown();
        writerThread.shutdown();
        try {
            upkeepThread.awaitTermination(30, TimeUnit.SECONDS);
            writerThread.awaitTermination(30, TimeUnit.SECONDS);
            for (RowBuffer buffer : buffers) {
                buffer.close();
            }
            writing.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            // what was in memory is written, or is read again
        }
        upkeep.close();
        source.close();
    }
}
