package io.crossgate.app.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings: numbers to the right, text to the left. Where the page is too narrow, each row is told as words instead. */
final class Table {
    private static final int GAP = 2;

    private final String[] headings;
    private final boolean[] numbers;
    private final List<String[]> rows = new ArrayList<>();

    /** A table with these headings; those of columns of numbers begin with {@code #}. */
    Table(List<String> headings) {
        this.headings = new String[headings.size()];
        this.numbers = new boolean[headings.size()];
        for (int i = 0; i < this.headings.length; i++) {
            numbers[i] = headings.get(i).startsWith("#");
            this.headings[i] = headings.get(i).substring(numbers[i] ? 1 : 0);
        }
    }

    void row(List<String> cells) {
        rows.add(cells.toArray(String[]::new));
    }

    void print(Page page) {
        int[] widths = new int[headings.length];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = headings[i].length();
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        int room = page.width() - GAP - Arrays.stream(widths).sum();
        int gap = Math.min(GAP, room / Math.max(1, widths.length - 1));
        if (room < 0 || gap == 0) {
            printAsWords(page);
            return;
        }
        page.line(Page.Style.BOLD, format(headings, widths, gap));
        for (String[] row : rows) {
            page.line(Page.Style.PLAIN, format(row, widths, gap));
        }
    }

    private String format(String[] cells, int[] widths, int gap) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            int space = widths[i] - cells[i].length();
            line.append(" ".repeat(i == 0 ? GAP : gap)).append(" ".repeat(numbers[i] ? space : 0)).append(cells[i]).append(" ".repeat(numbers[i] ? 0 : space));
        }
        return line.toString().stripTrailing();
    }

    private void printAsWords(Page page) {
        for (String[] row : rows) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                if (i == 0 && !numbers[0]) {
                    text.append(row[0]);
                } else if (!row[i].equals("0")) {
                    text.append(i == 0 ? "" : i == 1 && !numbers[0] ? ": " : ", ").append(headings[i]).append(' ').append(row[i]);
                }
            }
            page.item(text.toString());
        }
    }
}
