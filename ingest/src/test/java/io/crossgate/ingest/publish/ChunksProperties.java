package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ChunksProperties {
    private static final int CHAINS = 20;
    private static final int LIMIT = 1000;

    @Property(tries = 100)
    void aChainGivesBackWhatWasAddedAndItsChunks(@ForAll long seed) {
        Random random = new Random(seed);
        Chunks chunks = new Chunks((long) LIMIT * Chunks.SIZE);
        ByteArrayOutputStream[] given = new ByteArrayOutputStream[CHAINS];
        int[] heads = new int[CHAINS];
        int[] tails = new int[CHAINS];
        for (int i = 0; i < 3000; i++) {
            int chain = random.nextInt(CHAINS);
            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 3 * Chunks.SIZE : 60)];
            random.nextBytes(bytes);
            int from = random.nextInt(bytes.length);
            boolean begins = given[chain] == null;
            if (chunks.left() < 4 || random.nextInt(20) == 0 && !begins) {
                drain(chunks, given, heads, chain);
                continue;
            }
            given[chain] = begins ? new ByteArrayOutputStream() : given[chain];
            tails[chain] = chunks.append(begins ? Chunks.NONE : tails[chain], given[chain].size(), bytes, from, bytes.length - from);
            heads[chain] = begins ? chunks.first() : heads[chain];
            given[chain].write(bytes, from, bytes.length - from);
        }
        for (int chain = 0; chain < CHAINS; chain++) {
            drain(chunks, given, heads, chain);
        }
        assertThat(chunks.left()).isEqualTo(LIMIT);
    }

    private static void drain(Chunks chunks, ByteArrayOutputStream[] given, int[] heads, int chain) {
        if (given[chain] != null) {
            byte[] back = new byte[given[chain].size() + 2];
            chunks.drain(heads[chain], given[chain].size(), back, 1);
            given[chain].write(0);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            expected.write(0);
            expected.writeBytes(given[chain].toByteArray());
            assertThat(back).isEqualTo(expected.toByteArray());
            given[chain] = null;
        }
    }
}
