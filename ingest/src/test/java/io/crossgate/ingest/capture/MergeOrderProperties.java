package io.crossgate.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MergeOrderProperties {
    @Property
    void theFirstIsTheEarliestAndTiesGoByTheOrderOfPoints(@ForAll long seed) {
        Random random = new Random(seed);
        Long[] times = new Long[1 + random.nextInt(20)];
        MergeOrder order = new MergeOrder(times.length);
        for (int i = 0; i < times.length; i++) {
            if (random.nextInt(10) > 0) {
                times[i] = (long) random.nextInt(5);
                order.add(i, times[i]);
            }
        }
        while (!order.isEmpty()) {
            int first = order.first();
            assertThat(first).isEqualTo(earliest(times));
            assertThat(order.time()).isEqualTo(times[first]);
            if (random.nextInt(10) == 0) {
                times[first] = null;
                order.removeFirst();
            } else {
                times[first] += random.nextInt(5);
                order.replaceFirst(times[first]);
            }
        }
        assertThat(times).containsOnlyNulls();
    }

    private static int earliest(Long[] times) {
        int best = -1;
        for (int i = 0; i < times.length; i++) {
            if (times[i] != null && (best < 0 || times[i] < times[best])) {
                best = i;
            }
        }
        return best;
    }
}
