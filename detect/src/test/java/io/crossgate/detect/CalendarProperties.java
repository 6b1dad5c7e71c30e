package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Whoever has something to do by a watermark does it with that watermark, and nobody does it before, however times and watermarks lie. */
class CalendarProperties {
    /** Has things to do at given times. */
    private static final class Someone extends Calendar.Appointed {
        final List<Long> todo = new ArrayList<>();
        long reached = Long.MIN_VALUE;

        @Override
        long due() {
            return todo.stream().mapToLong(t -> t).min().orElse(FlowDetector.END);
        }

        @Override
        void keep(long watermark) {
            reached = watermark;
            todo.removeIf(t -> t <= watermark);
        }

        @Override
        int fetch() {
            return todo.size();
        }
    }

    @Property(tries = 300)
    void everyAppointmentIsKeptByTheFirstWatermarkThatReachesIt(@ForAll long seed, @ForAll @LongRange(min = 1_000, max = 4_000_000_000_000L) long span) {
        Random random = new Random(seed);
        Calendar calendar = new Calendar();
        List<Someone> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(new Someone());
        }
        long base = 1_700_000_000_000_000_000L;
        long watermark = base - span;
        for (int step = 0; step < 60; step++) {
            for (int n = random.nextInt(8); n > 0; n--) {
                Someone who = all.get(random.nextInt(all.size()));
                long time = watermark + 1 + (long) (random.nextDouble() * random.nextDouble() * span);
                who.todo.add(time);
                calendar.appoint(who, time);
            }
            if (random.nextInt(10) == 0) {
                all.get(random.nextInt(all.size())).todo.clear(); // nothing to do after all
                calendar.sweep(0);
            }
            watermark += (long) (random.nextDouble() * random.nextDouble() * span);
            calendar.keepUpTo(watermark);
            for (Someone who : all) {
                assertThat(who.due()).as("left to do at watermark " + watermark).isGreaterThan(watermark);
            }
        }
        calendar.keepUpTo(FlowDetector.END);
        assertThat(all).allSatisfy(who -> assertThat(who.todo).isEmpty());
    }

    @Property(tries = 300)
    void whatIsDueAlreadyIsKeptByTheNextWatermarkAndNothingBeforeItsTimeAlsoWhereTheWatermarkFalls(@ForAll long seed,
            @ForAll @LongRange(min = 1_000, max = 4_000_000_000_000L) long span) {
        Random random = new Random(seed);
        Calendar calendar = new Calendar();
        List<Someone> all = Stream.generate(Someone::new).limit(20).toList();
        long watermark = 1_700_000_000_000_000_000L;
        for (int step = 0; step < 60; step++) {
            for (int n = random.nextInt(8); n > 0; n--) {
                Someone who = all.get(random.nextInt(all.size()));
                long time = watermark + (long) ((random.nextDouble() - 0.5) * random.nextDouble() * span);
                who.todo.add(time);
                calendar.appoint(who, time);
            }
            watermark = random.nextInt(20) == 0 ? FlowDetector.END
                    : 1_700_000_000_000_000_000L + step * span / 20 + (long) ((random.nextDouble() - 0.5) * random.nextDouble() * span);
            all.forEach(who -> who.reached = Long.MIN_VALUE);
            List<Long> due = all.stream().map(Someone::due).toList();
            calendar.keepUpTo(watermark);
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).due()).as("left to do at watermark " + watermark).isGreaterThanOrEqualTo(watermark == FlowDetector.END ? watermark : watermark + 1);
                assertThat(all.get(i).reached > Long.MIN_VALUE).as("asked at watermark " + watermark).isEqualTo(due.get(i) <= watermark && due.get(i) != FlowDetector.END);
            }
            if (watermark == FlowDetector.END) {
                watermark = 1_700_000_000_000_000_000L + step * span / 20;
            }
        }
    }

    @Property(tries = 100)
    void nobodyIsAskedBeforeAnAppointment(@ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long ahead) {
        Calendar calendar = new Calendar();
        Someone who = new Someone();
        who.todo.add(ahead);
        calendar.appoint(who, ahead);
        calendar.keepUpTo(ahead - 1);
        assertThat(who.reached).isEqualTo(Long.MIN_VALUE);
        calendar.keepUpTo(ahead);
        assertThat(who.reached).isEqualTo(ahead);
    }
}
