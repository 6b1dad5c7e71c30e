package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FlowTableProperties {
    private static final int SLOTS = 8192;

    @Property(tries = 50)
    void aFlowKeepsItsPlaceAndWhatIsNotedThereWhileTheTableGrows(@ForAll long seed) {
        Random random = new Random(seed);
        FlowTable table = new FlowTable(SLOTS);
        Map<Integer, Integer> known = new HashMap<>();
        int[] listed = new int[SLOTS];
        int[] ports = new int[SLOTS];
        int count = 0;
        long[] key = new long[FlowTable.KEY];
        FlowTuple flow = new FlowTuple();
        for (int i = 0; i < 20_000; i++) {
            if (table.room() == 0 && !table.grow(listed, count)) {
                break;
            }
            int port = random.nextInt(30_000);
            fill(flow, port);
            FlowTable.put(flow, key, 0);
            int slot = table.slot(key, 0, table.first(key, 0));
            int headers = table.gathered(slot, port + 1, port + 2, 10);
            assertThat(headers).isEqualTo(known.merge(port, 1, Integer::sum));
            if (table.list(slot)) {
                ports[count] = port;
                listed[count++] = slot;
            }
        }
        assertThat(count).isEqualTo(known.size()).isEqualTo(SLOTS / 4 * 3);
        for (int i = 0; i < count; i++) {
            table.get(listed[i], flow);
            assertThat(flow.lowPort).isEqualTo(ports[i]);
            assertThat(flow.lowLow).isEqualTo(IpText.mapped(ports[i] * 7));
            assertThat(table.head(listed[i])).isEqualTo(ports[i] + 1);
            assertThat(table.bytes(listed[i])).isEqualTo(10 * known.get(ports[i]));
        }
        table.clear();
        assertThat(table.room()).isEqualTo(SLOTS / 4 * 3);
    }

    private static void fill(FlowTuple flow, int port) {
        flow.protocol = 6;
        flow.lowLow = IpText.mapped(port * 7);
        flow.highLow = IpText.mapped(0xcb007132);
        flow.lowPort = port;
        flow.highPort = 443;
    }
}
