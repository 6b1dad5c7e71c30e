package io.crossgate.retention.query;

import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import io.crossgate.retention.lake.LakeTable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The view over one table: the files that a time range needs, times and addresses as people read them beside the columns, and of each record its newest revision. */
final class Views {
    private final Lake lake;
    private final LakeTable table;
    private final List<LakeFile> files;
    private final TimeRange range;

    /**
     * A view.
     *
     * @param files all of the table that can be read
     */
    Views(Lake lake, LakeTable table, List<LakeFile> files, TimeRange range) {
        this.lake = lake;
        this.table = table;
        this.files = files;
        this.range = range;
    }

    /**
     * The statement that makes it. Whether a row is superseded has to be asked only of rows that are not the last of their record, and the manifest tells which
     * files may have any. A newer revision may lie behind the end of the range: the newest is what counts.
     */
    String statement() {
        List<LakeFile> needed = files.stream().filter(range::touches).sorted(Comparator.comparingLong(LakeFile::maxTime).reversed()).toList();
        List<LakeFile> settled = needed.stream().filter(file -> file.open() == 0).toList();
        List<LakeFile> unsettled = needed.stream().filter(file -> file.open() > 0).toList();
        List<LakeFile> superseding = files.stream().filter(file -> file.revised() > 0 && file.maxTime() >= range.from()).toList();
        String rows = "SELECT * FROM " + source(settled);
        if (!unsettled.isEmpty()) {
            String open = source(unsettled) + " AS r WHERE NOT r.last";
            // Few rows, or none, are not the last of their record: ids are compared with theirs alone.
            String newer = "SELECT id AS newer_id, max(revision) AS newest FROM " + source(superseding) + " WHERE revision > 0 AND id IN (SELECT r.id FROM " + open + ") GROUP BY id";
            rows = (settled.isEmpty() ? "" : rows + " UNION ALL ") + "SELECT * FROM " + source(unsettled) + " AS r WHERE r.last UNION ALL SELECT * FROM " + open
                    + " AND NOT EXISTS (SELECT 1 FROM (" + newer + ") AS n WHERE n.newer_id = r.id AND n.newest > r.revision)";
        }
        String condition = range.condition(table.timeColumn());
        return "CREATE VIEW " + table.folder() + " AS SELECT " + shown() + " FROM (" + rows + ")" + (condition.isEmpty() ? "" : " WHERE " + condition);
    }

    private String source(List<LakeFile> of) {
        if (of.isEmpty()) {
            return "(SELECT " + table.columns().stream().map(column -> "NULL::" + column.type() + " AS " + column.name()).collect(Collectors.joining(", ")) + " WHERE false)";
        }
        return "(SELECT " + table.names() + " FROM " + DuckDb.parquet(of.stream().map(lake::path).toList()) + ")";
    }

    private String shown() {
        StringBuilder shown = new StringBuilder();
        for (Column column : table.columns()) {
            String name = column.name();
            shown.append(shown.isEmpty() ? "" : ", ");
            if (name.endsWith("_ns")) {
                shown.append("make_timestamp_ns(").append(name).append(") AS ").append(name, 0, name.length() - 3).append("_time, ");
            } else if (name.endsWith("_v4")) {
                String of = name.substring(0, name.length() - 3);
                shown.append("ip(").append(of).append("_v4, ").append(of).append("_hi, ").append(of).append("_lo) AS ").append(of).append(", ");
            }
            shown.append(name);
        }
        return shown.toString().replace("AS time_time", "AS time");
    }
}
