package io.crossgate.retention.retain;

import java.time.Duration;

/**
 * How a lake is filled and kept.
 *
 * @param batchRows a commit is made when this many rows have come, at least 1
 * @param batchTime or when the oldest of them has waited this long
 * @param settle the files of an hour, or of a day gone by, are compacted when nothing has been added for this long
 * @param keep files whose hour, or day, ended longer ago than this are removed; null to keep all
 * @param keepBytes the oldest hours, or days, are removed until the files are no more than this; {@link Long#MAX_VALUE} to keep all
 * @param grace a file that counts no longer stays on disk this long, so that readers finish
 * @param memory most memory that DuckDB takes, as DuckDB writes it
 * @param threads that DuckDB uses
 * @param toTheEnd true to stop where the topics end at the start
 */
public record RetainSettings(int batchRows, Duration batchTime, Duration settle, Duration keep, long keepBytes, Duration grace, String memory, int threads,
        boolean toTheEnd) {}
