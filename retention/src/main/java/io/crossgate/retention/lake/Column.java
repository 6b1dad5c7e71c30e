package io.crossgate.retention.lake;

/**
 * A column of a table.
 *
 * @param name in snake case
 * @param type DuckDB's name of its type, as it is in the Parquet files
 */
public record Column(String name, String type) {}
