package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TimeHistogramProperties {
    private static TimeHistogram of(List<Long> buckets) {
        TimeHistogram h = new TimeHistogram();
        buckets.forEach(b -> h.add(b, 1));
        return h;
    }

    private static byte[] bytes(TimeHistogram h) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        h.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    @Property(tries = 200)
    void itCountsTheSameInWhateverOrderCountsComeAndAfterItWasStored(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4_000) int n) throws IOException {
        Random random = new Random(seed);
        List<Long> buckets = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            buckets.add((long) random.nextInt(20_000));
        }
        TimeHistogram one = of(buckets);
        Collections.shuffle(buckets, random);
        byte[] stored = bytes(of(buckets));
        assertThat(stored).isEqualTo(bytes(one));
        assertThat(bytes(TimeHistogram.read(new DataInputStream(new ByteArrayInputStream(stored))))).isEqualTo(stored);
        for (int i = 0; i < 20; i++) {
            long moment = random.nextInt(20_000);
            assertThat(one.before(moment) + one.from(moment)).isEqualTo(n);
        }
    }

    @Property(tries = 200)
    void whileThereAreFewBucketsItTellsAMomentExactly(@ForAll long seed) {
        Random random = new Random(seed);
        List<Long> buckets = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            buckets.add((long) random.nextInt(1_000) - 500);
        }
        TimeHistogram h = of(buckets);
        for (int i = 0; i < 20; i++) {
            long moment = random.nextInt(1_200) - 600;
            assertThat(h.before(moment)).isEqualTo(buckets.stream().filter(b -> b < moment).count());
        }
    }
}
