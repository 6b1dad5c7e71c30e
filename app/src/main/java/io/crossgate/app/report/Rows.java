package io.crossgate.app.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of named columns, as a query gives them, for people and for machines. Times become ISO 8601 UTC; null is a NULL. */
public final class Rows {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int NANOS_DIGITS = 9;

    private final List<String> names;
    private final List<String> types;

    /**
     * Rows with these columns.
     *
     * @param types SQL's names of their types
     */
    public Rows(List<String> names, List<String> types) {
        this.names = List.copyOf(names);
        this.types = List.copyOf(types);
    }

    /** A table for a terminal. */
    public void table(List<String[]> rows, int width, boolean colour, boolean unicode, PrintWriter out) {
        List<String> headings = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            headings.add((isNumber(i) ? "#" : "") + names.get(i).replace('_', ' '));
        }
        Table table = new Table(headings);
        for (String[] row : rows) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < row.length; i++) {
                cells.add(row[i] == null ? "" : value(i, row[i]));
            }
            table.row(cells);
        }
        table.print(new Page(width, colour, unicode, out));
        out.flush();
    }

    /** The line of names of a CSV file (RFC 4180, with line feeds). */
    public String csvHead() {
        return csv(names);
    }

    /** A row as CSV: NULL is nothing, an empty text is "". */
    public String csvLine(String[] row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            cells.add(row[i] == null ? null : value(i, row[i]));
        }
        return csv(cells);
    }

    private static String csv(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(i == 0 ? "" : ",");
            if (cell != null) {
                boolean quoted = cell.isEmpty() || cell.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
                line.append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
            }
        }
        return line.append('\n').toString();
    }

    /** Writes a row as one JSON object and a line feed, UTF-8; a NULL's name is left out. */
    public void json(String[] row, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            json.writeStartObject();
            for (int i = 0; i < row.length; i++) {
                if (row[i] == null) {
                    continue;
                }
                json.writeFieldName(names.get(i));
                if (isNumber(i) && row[i].matches("-?\\d+(\\.\\d+)?(E-?\\d+)?")) {
                    json.writeNumber(row[i]);
                } else if (types.get(i).equals("BOOLEAN")) {
                    json.writeBoolean(Boolean.parseBoolean(row[i]));
                } else if (types.get(i).equals("JSON")) {
                    json.writeRawValue(row[i]);
                } else {
                    json.writeString(value(i, row[i]));
                }
            }
            json.writeEndObject();
        }
        out.write("\n".getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isNumber(int column) {
        String type = types.get(column).toUpperCase(Locale.ROOT);
        return type.endsWith("INT") || type.endsWith("INTEGER") || type.equals("DOUBLE") || type.equals("FLOAT") || type.startsWith("DECIMAL");
    }

    /** As it is, or a time by ISO 8601: with nine digits of fraction where it has nanoseconds, unless all are zero. */
    private String value(int column, String text) {
        if (!types.get(column).startsWith("TIMESTAMP") || !text.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d.*")) {
            return text;
        }
        String time = text.replaceAll("[+-]\\d\\d(:\\d\\d)?$", "").replaceAll("\\.0*$", "").replace(' ', 'T');
        if (time.length() == "2026-11-01T00:00".length()) {
            time += ":00";
        }
        int point = time.indexOf('.');
        return time + (point < 0 || !types.get(column).equals("TIMESTAMP_NS") ? "" : "0".repeat(Math.max(0, NANOS_DIGITS - (time.length() - point - 1)))) + "Z";
    }
}
