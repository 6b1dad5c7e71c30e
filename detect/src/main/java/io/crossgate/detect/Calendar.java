package io.crossgate.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Appointments in event time: what is to be looked at when a watermark reaches some time. They are kept by the day of about 67 ms, unordered within one, so that
 * making an appointment costs the same however many there are. The days of the next nine minutes have pages side by side; what is later waits in a tree, and
 * what is due already, in a list.
 */
final class Calendar {
    /** Log2 of a day's length in nanoseconds. */
    private static final int DAY = 26;
    private static final int PAGES = 1 << 13;
    private static final int SPARE_PAGES = 64;
    private static final int SWEPT_FROM = 4096;
    private static final int AHEAD = 32;

    /** Something that has one appointment, or none. */
    abstract static class Appointed {
        /** When its appointment is; {@link FlowDetector#END} without one. */
        private long at = FlowDetector.END;

        /** The watermark at which there is something to do; {@link FlowDetector#END} if there never is. */
        abstract long due();

        /** Does what is due by {@code watermark}; after that {@link #due} is later. */
        abstract void keep(long watermark);

        /** Reads a little of all that {@link #keep} will read, so that the processor has it at hand by then. The sum says nothing. */
        abstract int fetch();

        private boolean isOn(long day) {
            return at >> DAY == day && at != FlowDetector.END;
        }

        private boolean isStruckOut(long day) {
            if (isOn(day) && due() == FlowDetector.END) {
                at = FlowDetector.END;
            }
            return !isOn(day);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final ArrayList<Appointed>[] pages = new ArrayList[PAGES];
    /** The first day that has a page; later ones up to {@link #PAGES} days on have one as well. */
    private long first = Long.MAX_VALUE >> DAY;
    /** The day of the last watermark. */
    private long today = Long.MIN_VALUE >> DAY;
    /** Those of days before the first with a page, which the watermark has reached. */
    private ArrayList<Appointed> overdue = new ArrayList<>();
    private final TreeMap<Long, ArrayList<Appointed>> later = new TreeMap<>();
    private final ArrayList<ArrayList<Appointed>> spare = new ArrayList<>();
    private int size;
    /** What {@link Appointed#fetch} gave: kept, so that it is not optimised away. */
    private int fetched;

    /** Makes an appointment at {@code time}, unless there is an earlier one. A later one, if there is, is passed over when its day comes. */
    void appoint(Appointed who, long time) {
        if (time >= who.at) {
            return;
        }
        long day = time >> DAY;
        boolean sameDay = who.isOn(day) || isOverdue(who) && day < first;
        who.at = time;
        if (!sameDay) {
            page(day).add(who);
            size++;
        }
    }

    private boolean isOverdue(Appointed who) {
        return who.at >> DAY < first;
    }

    private ArrayList<Appointed> page(long day) {
        if (day < first) {
            if (day <= today) {
                return overdue;
            }
            goBackTo(day);
        }
        if (day - first >= PAGES) {
            return later.computeIfAbsent(day, d -> new ArrayList<>());
        }
        int i = (int) day & PAGES - 1;
        if (pages[i] == null) {
            pages[i] = spare.isEmpty() ? new ArrayList<>() : spare.remove(spare.size() - 1);
        }
        return pages[i];
    }

    /** Makes an earlier day the first with a page: the watermark has fallen, or there was none yet. */
    private void goBackTo(long day) {
        for (long d = first; d - first < PAGES && d <= Long.MAX_VALUE >> DAY; d++) {
            ArrayList<Appointed> page = take(d);
            if (page != null) {
                later.merge(d, page, Calendar::joined);
            }
        }
        beginWith(day);
        takeOverdue().forEach(who -> page(who.at >> DAY).add(who));
    }

    /** Makes {@code day} the first with a page; earlier pages must be empty. */
    private void beginWith(long day) {
        first = day;
        while (!later.isEmpty() && later.firstKey() - first < PAGES) {
            Map.Entry<Long, ArrayList<Appointed>> next = later.pollFirstEntry();
            int i = (int) (long) next.getKey() & PAGES - 1;
            pages[i] = pages[i] == null ? next.getValue() : joined(pages[i], next.getValue());
        }
    }

    /** Takes out all that are overdue. */
    private List<Appointed> takeOverdue() {
        if (overdue.isEmpty()) {
            return List.of();
        }
        List<Appointed> all = overdue;
        overdue = new ArrayList<>();
        return all;
    }

    private static ArrayList<Appointed> joined(ArrayList<Appointed> a, ArrayList<Appointed> b) {
        a.addAll(b);
        return a;
    }

    /** Takes out the page of a day that may have one; null if it is empty. */
    private ArrayList<Appointed> take(long day) {
        int i = (int) day & PAGES - 1;
        ArrayList<Appointed> page = pages[i];
        pages[i] = null;
        return page;
    }

    /** Everyone with something to do by {@code watermark} does it, and is appointed anew. */
    void keepUpTo(long watermark) {
        today = watermark >> DAY;
        keepOverdue(watermark);
        if (today < first) {
            return;
        }
        long end = Math.min(today, first + PAGES);
        for (long day = first; day < end; day++) {
            keep(day, take(day), watermark);
        }
        while (!later.isEmpty() && later.firstKey() < today) {
            Map.Entry<Long, ArrayList<Appointed>> next = later.pollFirstEntry();
            keep(next.getKey(), next.getValue(), watermark);
        }
        beginWith(today);
        keep(today, take(today), watermark);
    }

    private void keepOverdue(long watermark) {
        List<Appointed> all = takeOverdue();
        size -= all.size();
        all.forEach(who -> keepIfDue(who, watermark));
    }

    private void keep(long day, ArrayList<Appointed> page, long watermark) {
        if (page == null) {
            return;
        }
        int count = page.size();
        size -= count;
        for (int from = 0; from < count; from += AHEAD) {
            int to = Math.min(from + AHEAD, count);
            // What several have to look at in memory is fetched side by side, before any of them goes on with it.
            for (int i = from; i < to; i++) {
                fetched += page.get(i).fetch();
            }
            for (int i = from; i < to; i++) {
                keep(day, page.get(i), watermark);
            }
        }
        page.clear();
        if (spare.size() < SPARE_PAGES) {
            spare.add(page);
        }
    }

    private void keep(long day, Appointed who, long watermark) {
        if (who.isOn(day)) {
            keepIfDue(who, watermark);
        }
    }

    private void keepIfDue(Appointed who, long watermark) {
        long at = who.at;
        who.at = FlowDetector.END;
        if (at <= watermark) {
            who.keep(watermark);
            at = who.due();
        }
        appoint(who, at);
    }

    /** Strikes out, if most are of that kind, the appointments of those who have nothing to do any more: they would hold memory until their day. */
    void sweep(int living) {
        if (size < 2 * living + SWEPT_FROM) {
            return;
        }
        size = 0;
        for (long day = first; day - first < PAGES; day++) {
            sweep(day, pages[(int) day & PAGES - 1]);
        }
        later.forEach(this::sweep);
        size += overdue.size();
        later.values().removeIf(ArrayList::isEmpty);
    }

    private void sweep(long day, ArrayList<Appointed> page) {
        if (page != null) {
            page.removeIf(who -> who.isStruckOut(day));
            page.trimToSize();
            size += page.size();
        }
    }
}
