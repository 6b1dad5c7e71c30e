package io.crossgate.app.report;

import io.crossgate.detect.BlindReason;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import io.crossgate.detect.Sighting;
import io.crossgate.detect.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Events, like ones together, the most frequent first. */
final class EventTables {
    private static final int MAX_ROWS = 10;

    /** Events that are alike in {@code cells}. */
    private static final class Group {
        final List<String> cells;
        final long first;
        long count;
        long dropped;

        Group(List<String> cells, long first) {
            this.cells = cells;
            this.first = first;
        }
    }

    private EventTables() {}

    static void print(Findings findings, Page page) {
        List<OrphanedSynAck> orphans = findings.orphans();
        List<InvalidDrop> drops = findings.drops();
        if (orphans.isEmpty() && drops.isEmpty()) {
            return;
        }
        LongStream times = LongStream.concat(orphans.stream().mapToLong(OrphanedSynAck::time), drops.stream().mapToLong(InvalidDrop::time));
        List<String> days = times.mapToObj(Times::day).distinct().toList();
        Function<Long, String> time = days.size() == 1 ? Times::clock : t -> Times.day(t) + " " + Times.clock(t);
        String on = days.size() == 1 ? ", times of " + days.get(0) + " (UTC)" : ", times in UTC";
        if (!orphans.isEmpty()) {
            Map<List<String>, Group> groups = new LinkedHashMap<>();
            for (OrphanedSynAck e : orphans) {
                Group group = groups.computeIfAbsent(cells(e), c -> new Group(c, e.time()));
                group.count++;
                group.dropped += e.dropped() ? 1 : 0;
            }
            print(page, Counts.of(findings.orphanCount(), "orphaned SYN-ACK") + on, "orphaned SYN-ACK",
                    List.of("#count", "#dropped", "first", "gateway", "SYN at", "server", "verdict", "pairing"), groups,
                    (group, cells) -> concat(List.of(Counts.of(group.count), Counts.of(group.dropped), time.apply(group.first)), cells));
            explain(orphans, page);
            for (Verdict verdict : Verdict.values()) {
                leftOut(findings.orphansLeftOut(verdict), " " + verdict, page);
            }
            page.blank();
        }
        if (!drops.isEmpty()) {
            Map<List<String>, Group> groups = new LinkedHashMap<>();
            for (InvalidDrop e : drops) {
                groups.computeIfAbsent(cells(e), c -> new Group(c, e.time())).count++;
            }
            print(page, Counts.of(findings.dropCount(), "INVALID drop") + on, "INVALID drop",
                    List.of("#count", "first", "gateway", "packet", "reason", "state", "evidence"), groups,
                    (group, cells) -> concat(List.of(Counts.of(group.count), time.apply(group.first)), cells));
            leftOut(findings.dropsLeftOut(), "", page);
            page.blank();
        }
    }

    private static void leftOut(long count, String which, Page page) {
        if (count > 0) {
            page.item("and " + Counts.of(count) + " more" + which + ", later than these: counted, not kept (--max-events)");
        }
    }

    private static void print(Page page, String title, String noun, List<String> headings, Map<List<String>, Group> groups,
            BiFunction<Group, List<String>, List<String>> row) {
        List<Group> sorted = new ArrayList<>(groups.values());
        sorted.sort(Comparator.comparingLong((Group g) -> -g.count).thenComparingLong(g -> g.first).thenComparing(g -> g.cells.toString()));
        Table table = new Table(headings);
        sorted.stream().limit(MAX_ROWS).forEach(g -> table.row(row.apply(g, g.cells)));
        page.line(Page.Style.BOLD, title);
        table.print(page);
        if (sorted.size() > MAX_ROWS) {
            List<Group> rest = sorted.subList(MAX_ROWS, sorted.size());
            page.item("and " + Counts.of(rest.stream().mapToLong(g -> g.count).sum(), "more " + noun) + " in " + Counts.of(rest.size(), "other group"));
        }
    }

    private static List<String> cells(OrphanedSynAck e) {
        String syn = e.synSeenAt().stream().map(Sighting::gateway).distinct().sorted().collect(Collectors.joining("+"));
        return List.of(e.gateway(), syn.isEmpty() ? "-" : syn, e.source().toString(), e.verdict().name(), e.pairing().name());
    }

    private static List<String> cells(InvalidDrop e) {
        String packet = e.icmpType() < 0 ? Flags.letters(e.flags()) : "ICMP " + e.icmpType() + "/" + e.icmpCode();
        return List.of(e.gateway(), packet.isEmpty() ? "no flags" : packet, e.reason(), e.state(), e.evidence().name());
    }

    /** What the verdicts mean that are not plain from the row. */
    private static void explain(List<OrphanedSynAck> orphans, Page page) {
        long unsolicited = orphans.stream().filter(o -> o.verdict() == Verdict.UNSOLICITED).count();
        if (unsolicited > 0) {
            page.item(Counts.of(unsolicited) + " UNSOLICITED: every gateway was watching and none saw a SYN. A scan, spoofed addresses or backscatter.");
        }
        Map<String, Long> reasons = new TreeMap<>();
        for (OrphanedSynAck e : orphans) {
            if (e.verdict() == Verdict.UNDETERMINED) {
                reasons.merge(blind(e.blindReason(), e.blindAt().isEmpty() ? "a gateway" : e.blindAt()), 1L, Long::sum);
            }
        }
        reasons.forEach((reason, n) -> page.item(Counts.of(n) + " UNDETERMINED: " + reason + "."));
    }

    private static String blind(BlindReason reason, String gateway) {
        return switch (reason) {
            case NONE -> "no reason given";
            case CAPTURE_BEGAN_TOO_LATE -> "the capture at " + gateway + " began too late to hold the SYN";
            case CAPTURE_ENDED_TOO_EARLY -> "the capture at " + gateway + " had ended by then";
            case CAPTURE_LOST_PACKETS -> "the capture at " + gateway + " lost packets, perhaps the SYN";
            case GATEWAY_SILENT -> gateway + " was silent for too long to wait for it";
            case BAD_CHECKSUM -> "the SYN-ACK's checksum at " + gateway + " is bad, so its numbers can't be trusted (or its hardware fills checksums in later)";
            case EVICTED -> "what was known of the flow had been evicted to keep memory bounded";
        };
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }
}
