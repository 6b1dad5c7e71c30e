package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HistoryTableProperties {
    private static Endpoint server(int n) {
        return new Endpoint(0, n, 443);
    }

    @Property(tries = 200)
    void itHoldsWhatAMapHolds(@ForAll long seed) {
        Random random = new Random(seed);
        HistoryTable table = new HistoryTable();
        Map<Integer, ClientHistory> map = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            int n = random.nextInt(1_500);
            Endpoint server = server(n / 3);
            String clients = "10.0." + n % 3 + ".0/24";
            ClientHistory known = map.get(n);
            assertThat(table.find(server, clients)).isSameAs(known);
            if (known != null) {
                table.remove(map.remove(n));
            } else {
                ClientHistory history = new ServiceHistory(server).begin(clients);
                table.add(history, HistoryTable.hash(server, clients));
                map.put(n, history);
            }
        }
        map.forEach((n, history) -> assertThat(table.find(server(n / 3), "10.0." + n % 3 + ".0/24")).isSameAs(history));
    }

    @Property(tries = 200)
    void theServiceThatIsLongestUnusedComesFirst(@ForAll long seed) {
        Random random = new Random(seed);
        Services services = new Services();
        List<Endpoint> expected = new ArrayList<>();
        for (int step = 0; step < 500; step++) {
            Endpoint server = server(random.nextInt(60));
            ServiceHistory known = services.get(server);
            assertThat(known != null).isEqualTo(expected.remove(server));
            if (known == null) {
                services.add(new ServiceHistory(server));
            } else if (random.nextInt(4) == 0) {
                services.remove(known);
                continue;
            } else {
                services.use(known);
            }
            expected.add(server);
        }
        List<Endpoint> found = new ArrayList<>();
        for (ServiceHistory service = services.eldest(); service != null; service = service.newer) {
            found.add(service.server);
        }
        assertThat(found).isEqualTo(expected);
        assertThat(services.size()).isEqualTo(expected.size());
    }
}
