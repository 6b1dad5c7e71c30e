package io.crossgate.app.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of every packet, by observation point. */
final class AccountingTable {
    private AccountingTable() {}

    static void print(Accounting accounting, Page page) {
        page.line(Page.Style.BOLD, "What became of every packet");
        Map<String, Long> totals = new LinkedHashMap<>();
        for (PointAccount point : accounting.points()) {
            point.outcomes().forEach((outcome, n) -> totals.merge(outcome, n, Long::sum));
        }
        totals.values().removeIf(n -> n == 0);
        List<String> headings = new ArrayList<>(List.of("observation point", "#packets"));
        totals.keySet().forEach(outcome -> headings.add("#" + outcome));
        boolean lost = accounting.lost() > 0;
        if (lost) {
            headings.add("#lost by capture");
        }
        Table table = new Table(headings);
        for (PointAccount point : accounting.points()) {
            List<String> cells = new ArrayList<>(List.of(point.name(), Counts.of(point.packets())));
            totals.keySet().forEach(outcome -> cells.add(Counts.of(point.outcomes().getOrDefault(outcome, 0L))));
            if (lost) {
                cells.add(Counts.of(point.lost()));
            }
            table.row(cells);
        }
        if (accounting.points().size() != 1) {
            List<String> cells = new ArrayList<>(List.of("total", Counts.of(accounting.packets())));
            totals.values().forEach(n -> cells.add(Counts.of(n)));
            if (lost) {
                cells.add(Counts.of(accounting.lost()));
            }
            table.row(cells);
        }
        table.print(page);
        for (PointAccount point : accounting.points()) {
            point.remarks().forEach(remark -> page.item(point.name() + ": " + remark));
        }
        accounting.notes().forEach(page::item);
        for (PointAccount point : accounting.points()) {
            if (point.accounted() != point.packets()) {
                page.item("This does not add up at " + point.name() + ": " + Counts.of(point.packets(), "packet") + ", but " + Counts.of(point.accounted())
                        + " in outcomes. That is a fault in Crossgate: please report it.");
            }
        }
    }
}
