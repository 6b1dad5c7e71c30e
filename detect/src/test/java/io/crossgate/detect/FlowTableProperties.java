package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FlowTableProperties {
    private static final int FEW_HASHES = 7;

    private final FlowDetector detector = new FlowDetector(DetectSettings.defaults(), null);
    private final FlowTuple tuple = new FlowTuple();

    private static FlowKey key(int n) {
        return new FlowKey(false, PacketHeader.TCP, 0, n, 0, n + 1L, n & 0xffff, 443);
    }

    /** With hashes that collide nearly always: what is found must not depend on them. */
    @Property(tries = 200)
    void itHoldsWhatAMapHolds(@ForAll long seed) {
        Random random = new Random(seed);
        FlowTable table = new FlowTable();
        Map<Integer, Flow> map = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            int n = random.nextInt(1_500);
            int hash = (n % FEW_HASHES) * 0x1357_9bdf;
            tuple.set(key(n));
            assertThat(table.find(tuple, hash)).isSameAs(map.get(n));
            if (map.containsKey(n)) {
                table.remove(map.remove(n));
            } else {
                Flow flow = new Flow(detector, tuple);
                table.add(flow, hash);
                map.put(n, flow);
            }
            assertThat(table.size()).isEqualTo(map.size());
        }
    }

    private Flow flow(FlowTable table, int n) {
        tuple.set(key(n));
        Flow flow = new Flow(detector, tuple);
        table.add(flow, tuple.hash());
        return flow;
    }

    @Test
    void flowsSeenInOneDirectionAreToldFromConversations() {
        FlowTable table = new FlowTable();
        Flow conversation = flow(table, 1);
        Flow scan = flow(table, 2);
        Flow laterScan = flow(table, 3);
        table.used(conversation, 1_000, true);
        table.used(conversation, 2_000, false);
        table.used(scan, 3_000, true);
        table.used(laterScan, 4_000, true);
        assertThat(table.eldest(true)).isSameAs(scan);
        assertThat(table.eldest(false)).isSameAs(conversation);
        assertThat(table.oneWay()).isEqualTo(2);
        table.remove(conversation);
        assertThat(table.eldest(false)).isNull();
    }

    @Test
    void aFlowThatIsUsedAgainMovesToTheEnd() {
        FlowTable table = new FlowTable();
        Flow first = flow(table, 1);
        Flow second = flow(table, 2);
        table.used(first, 0, true);
        table.used(second, 0, true);
        table.used(first, 5_000_000_000L, true);
        assertThat(table.eldest(true)).isSameAs(second);
    }
}
