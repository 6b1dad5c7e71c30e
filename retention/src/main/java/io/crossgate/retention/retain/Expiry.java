package io.crossgate.retention.retain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.retention.lake.Change;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Removes what is older than it may be, and the oldest of what is more than there may be, whole files at a time: hours, and days of which there is one file. */
final class Expiry {
    private final LakeWriter lake;
    private final Duration keep;
    private final long keepBytes;
    private final RetainCounters counters;

    /**
     * An expiry.
     *
     * @param keep null for no limit
     * @param keepBytes {@link Long#MAX_VALUE} for no limit
     */
    Expiry(LakeWriter lake, Duration keep, long keepBytes, RetainCounters counters) {
        this.lake = lake;
        this.keep = keep;
        this.keepBytes = keepBytes;
        this.counters = counters;
    }

    /** One round. */
    void run(long nowMs) throws IOException {
        if (keep != null) {
            long first = nowMs - keep.toMillis();
            remove("age", lake.state().files().stream().filter(file -> endMs(file) <= first).toList());
        }
        remove("size", tooMuch());
    }

    private List<LakeFile> tooMuch() {
        List<LakeFile> files = new ArrayList<>(lake.state().files());
        long bytes = files.stream().mapToLong(LakeFile::bytes).sum();
        files.sort(Comparator.comparingLong(Expiry::endMs));
        List<LakeFile> remove = new ArrayList<>();
        for (int i = 0; i < files.size() && (bytes > keepBytes || i > 0 && !remove.isEmpty() && endMs(files.get(i)) == endMs(files.get(i - 1))); i++) {
            remove.add(files.get(i));
            bytes -= files.get(i).bytes();
        }
        return remove;
    }

    private static long endMs(LakeFile file) {
        return file.partition().endMs();
    }

    private void remove(String reason, List<LakeFile> files) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        long version = lake.commit(new Change(null, Map.of(), List.of(), files.stream().map(LakeFile::path).toList(), List.of(), System.currentTimeMillis()), Map.of())
                .version();
        counters.filesExpired.addAndGet(files.size());
        ObjectNode line = Removals.line("expiry").put("reason", reason).put("files", files.size()).put("bytes", files.stream().mapToLong(LakeFile::bytes).sum());
        ObjectNode rows = line.putObject("rows");
        files.forEach(file -> rows.put(file.table().folder(), rows.path(file.table().folder()).asLong() + file.rows()));
        line.put("from", files.stream().map(file -> file.partition().when()).min(Comparator.naturalOrder()).orElseThrow());
        line.put("to", files.stream().map(file -> file.partition().when()).max(Comparator.naturalOrder()).orElseThrow());
        new Removals(lake.lake()).write(line.put("commit", version));
    }
}
