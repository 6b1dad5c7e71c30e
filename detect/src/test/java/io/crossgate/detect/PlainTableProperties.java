package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PlainTableProperties {
    private static final int FEW_HASHES = 7;

    private final FlowTuple tuple = new FlowTuple();

    private static FlowKey key(int n) {
        return new FlowKey(n % 2 == 0, PacketHeader.TCP, 0, n, -1, n + 1L, n & 0xffff, 65_535);
    }

    /** With hashes that collide nearly always: what is found must not depend on them. */
    @Property(tries = 200)
    void itHoldsWhatAMapHolds(@ForAll long seed) {
        Random random = new Random(seed);
        PlainTable table = new PlainTable();
        Map<Integer, Integer> map = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            int n = random.nextInt(1_500);
            int hash = (n % FEW_HASHES) * 0x1357_9bdf;
            tuple.set(key(n));
            assertThat(table.find(tuple, hash)).isEqualTo(map.getOrDefault(n, Slab.NONE));
            if (map.containsKey(n)) {
                table.remove(map.remove(n));
            } else {
                map.put(n, table.add(tuple, hash, n & 0xff));
            }
            assertThat(table.size()).isEqualTo(map.size());
        }
        map.forEach((n, row) -> {
            table.key(row, tuple);
            assertThat(tuple.key()).isEqualTo(key(n));
            assertThat(table.hash(row)).isEqualTo((n % FEW_HASHES) * 0x1357_9bdf);
        });
    }

    /** Of each of the two kinds, in the order in which they were last put in place. */
    @Property(tries = 200)
    void theLongestIdleComesFirst(@ForAll long seed) {
        Random random = new Random(seed);
        PlainTable table = new PlainTable();
        List<List<Integer>> lists = List.of(new ArrayList<>(), new ArrayList<>());
        Map<Integer, Integer> seen = new HashMap<>();
        long time = 0;
        for (int step = 0; step < 500; step++) {
            time += 2_000_000_000L;
            int n = random.nextInt(60);
            tuple.set(key(n));
            int row = table.find(tuple, tuple.hash());
            if (row != Slab.NONE && random.nextInt(4) == 0) {
                table.remove(row);
                lists.forEach(list -> list.remove((Integer) n));
                seen.remove(n);
                continue;
            }
            if (row == Slab.NONE) {
                row = table.add(tuple, tuple.hash(), 0);
            }
            int direction = 1 + random.nextInt(2);
            table.used(row, time, direction);
            seen.merge(n, direction, (a, b) -> a | b);
            lists.forEach(list -> list.remove((Integer) n));
            lists.get(seen.get(n) == FlowTable.BOTH_DIRECTIONS ? 1 : 0).add(n);
        }
        assertThat(inOrder(table, true)).isEqualTo(lists.get(0));
        assertThat(inOrder(table, false)).isEqualTo(lists.get(1));
        assertThat(table.oneWay()).isEqualTo(lists.get(0).size());
    }

    private List<Integer> inOrder(PlainTable table, boolean oneWay) {
        List<Integer> found = new ArrayList<>();
        for (int row = table.eldest(oneWay); row != Slab.NONE; row = table.newer(row)) {
            table.key(row, tuple);
            found.add((int) tuple.lowLow);
        }
        return found;
    }
}
