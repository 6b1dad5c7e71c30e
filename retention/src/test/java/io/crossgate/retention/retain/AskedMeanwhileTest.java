package io.crossgate.retention.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.retention.lake.Lake;
import io.crossgate.schemas.record.FlowRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lake that is asked without a pause while batches are written, hours compacted, and others removed. */
@Timeout(300)
class AskedMeanwhileTest {
    private static final int BATCHES = 20;
    private static final int BATCH = 20;
    private static final Duration KEEP = Duration.ofHours(24);
    private static final String SERVER = "203.0.113.50";
    /** What is asked for; later revisions of flows come in later batches. */
    private static final String EACH_ID = "SELECT id || ' ' || count(*) FROM flows GROUP BY id";

    @TempDir
    Path folder;
    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    /** Batches that are in the lake. */
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicBoolean written = new AtomicBoolean();
    private final List<String> said = new ArrayList<>();

    /** A flow of one of the three hours before this one, or, each seventh, of an hour that is too old to be kept. */
    private FlowRecord flow(int number) {
        boolean old = number % 7 == 0;
        FlowRecord flow = RecordLake.flow((old ? "old-" : "new-") + number, "10.20.30." + number % 250, SERVER, hour.minus(old ? KEEP.plusHours(2)
                : Duration.ofHours(1 + number % 3)).plusSeconds(number));
        flow.setLast(number % 5 > 0);
        return flow;
    }

    /** The next revision, in the same hour. */
    private FlowRecord revised(int number) {
        FlowRecord flow = flow(number);
        flow.setRevision(1);
        flow.setLast(true);
        return flow;
    }

    private void write(RecordLake lake) {
        try {
            for (int batch = 0; batch < BATCHES; batch++) {
                for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
                    lake.add(flow(i));
                    if (i >= BATCH && !flow(i - BATCH).getLast()) {
                        lake.add(revised(i - BATCH));
                    }
                }
                lake.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException | IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            written.set(true);
        }
    }

    private void keep(RecordLake lake) {
        RetainSettings settings = new RetainSettings(1, Duration.ofSeconds(1), Duration.ZERO, KEEP, Long.MAX_VALUE, Duration.ofMinutes(10), "500MB", 1, false);
        try (Upkeep upkeep = new Upkeep(lake.writer, settings, said::add, lake.counters)) {
            while (!written.get()) {
                upkeep.round(written::get);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void eachAnswerHoldsEveryRowThatIsThereOnceAndNoneThatWasThereIsMissing() throws Exception {
        int answers = 0;
        try (RecordLake lake = new RecordLake(folder)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(lake));
            CompletableFuture<Void> keeping = CompletableFuture.runAsync(() -> keep(lake));
            Set<String> before = new HashSet<>();
            for (boolean last = false; !last; answers++) {
                last = written.get();
                int batches = committed.get();
                List<String> rows = RecordLake.ask(folder, EACH_ID);
                assertThat(rows).as("each id once").allMatch(row -> row.endsWith(" 1"));
                Set<String> ids = new HashSet<>();
                rows.stream().filter(row -> row.startsWith("new-")).forEach(row -> ids.add(row.substring(0, row.indexOf(' '))));
                assertThat(ids).as("what the answer before held").containsAll(before);
                assertThat(ids).as("what was committed before it was asked").containsAll(newIds(batches));
                before = ids;
            }
            writing.get();
            keeping.get();
            assertThat(before).isEqualTo(newIds(BATCHES));
            assertThat(said).isEmpty();
            assertThat(lake.counters.filesCompacted.get()).as("files compacted meanwhile").isPositive();
            assertThat(lake.counters.filesExpired.get()).as("files expired meanwhile").isPositive();
        }
        assertThat(answers).isGreaterThan(3);
        assertThat(Files.readAllLines(folder.resolve("log").resolve("removals.ndjson"))).isNotEmpty();
        assertThat(Lake.open(folder).state().version()).isGreaterThan(BATCHES);
    }

    private Set<String> newIds(int batches) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < batches * BATCH; i++) {
            if (flow(i).getId().startsWith("new-")) {
                ids.add(flow(i).getId());
            }
        }
        return ids;
    }
}
