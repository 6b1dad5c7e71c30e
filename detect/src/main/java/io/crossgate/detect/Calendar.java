package io.crossgate.detect;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/**
 * Appointments in event time: what is to be looked at when a watermark reaches some time. They are kept by the day of about 67 ms, unordered within one, so that
 * making an appointment costs the same however many there are.
 */
final class Calendar {
    /** Log2 of a day's length in nanoseconds. */
    private static final int DAY = 26;
    private static final int SPARE_PAGES = 16;
    private static final int SWEPT_FROM = 4096;
    private static final long NEVER = Long.MAX_VALUE;

    /** Something that has one appointment, or none. */
    abstract static class Appointed {
        private long day = NEVER;

        /** The watermark at which there is something to do; {@link FlowDetector#END} if there never is. */
        abstract long due();

        /** Does what is due by {@code watermark}; after that {@link #due} is later. */
        abstract void keep(long watermark);

        private boolean isStruckOut(long on) {
            if (day == on && due() == FlowDetector.END) {
                day = NEVER;
            }
            return day != on;
        }
    }

    private final TreeMap<Long, ArrayList<Appointed>> days = new TreeMap<>();
    private final ArrayList<ArrayList<Appointed>> spare = new ArrayList<>();
    private long lastDay;
    private ArrayList<Appointed> lastPage;
    private int size;

    /** Makes an appointment at {@code time}, unless there is an earlier one. A later one, if there is, is passed over when its day comes. */
    void appoint(Appointed who, long time) {
        long day = time >> DAY;
        if (time == FlowDetector.END || day >= who.day) {
            return;
        }
        who.day = day;
        if (lastPage == null || day != lastDay) {
            lastDay = day;
            lastPage = days.computeIfAbsent(day, d -> spare.isEmpty() ? new ArrayList<>() : spare.remove(spare.size() - 1));
        }
        lastPage.add(who);
        size++;
    }

    /** Strikes out, if most are of that kind, the appointments of those who have nothing to do any more: they would hold memory until their day. */
    void sweep(int living) {
        if (size < 2 * living + SWEPT_FROM) {
            return;
        }
        size = 0;
        lastPage = null;
        for (Map.Entry<Long, ArrayList<Appointed>> page : days.entrySet()) {
            long day = page.getKey();
            page.getValue().removeIf(who -> who.isStruckOut(day));
            page.getValue().trimToSize();
            size += page.getValue().size();
        }
        days.values().removeIf(ArrayList::isEmpty);
    }

    /** Everyone with something to do by {@code watermark} does it, and is appointed anew. */
    void keepUpTo(long watermark) {
        long today = watermark >> DAY;
        while (!days.isEmpty() && days.firstKey() < today) {
            keep(days.pollFirstEntry(), watermark);
        }
        if (!days.isEmpty() && days.firstKey() == today) {
            keep(days.pollFirstEntry(), watermark);
        }
    }

    private void keep(Map.Entry<Long, ArrayList<Appointed>> page, long watermark) {
        lastPage = null;
        long day = page.getKey();
        ArrayList<Appointed> all = page.getValue();
        size -= all.size();
        for (Appointed who : all) {
            if (who.day == day) {
                who.day = NEVER;
                if (who.due() <= watermark) {
                    who.keep(watermark);
                }
                appoint(who, who.due());
            }
        }
        all.clear();
        if (spare.size() < SPARE_PAGES) {
            spare.add(all);
        }
    }
}
